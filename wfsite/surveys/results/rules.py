"""From counted answers to figures that keep the promise, and from those to words. Pure.

What may not be shown is taken out by `release`, before anything is stored: page, chart, alternative text, table,
CSV, XLSX and print are all made from what is left. A released table is one of

    {"answered": None}                            too few answers, or none
    {"answered": 84, "counts": [40, 30, 10, 4, 0]}
    {"answered": 12, "counts": ["few", "most"]}   under 20 answers, all or nearly all of them alike
    {"answered": 31}                              free text
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wfsite.core.figures import Rate, round_half_up, wilson_interval
from wfsite.core.words import listed
from wfsite.surveys.answer_rules import Answers
from wfsite.surveys.rules import FAVOURABLE, Asked, QuestionKind

# Under this many answers a table in which (nearly) everybody said the same would tell what each one said.
_SMALL = 20
_MOST, _FEW = "most", "few"

Table = dict[str, Any]


class Counts:
    """The count of a survey's answers in memory: by question, how many answered and what they chose.

    `unchanged` are those whose sign-in was the one of the opening. Somebody who planted answers can take those away
    from a published table, so only these decide what may be told.
    """

    def __init__(self, questions: Sequence[Asked]) -> None:
        self.questions = questions
        self.ballots = 0
        self.answered = {question.id: 0 for question in questions}
        self.unchanged = {question.id: 0 for question in questions}
        self.chosen = {question.id: [0] * len(question.labels) for question in questions}
        self.texts: dict[int, list[str]] = {q.id: [] for q in questions if q.kind is QuestionKind.TEXT}

    def add(self, answers: Answers, *, unchanged: bool = True) -> None:
        """Count one ballot."""
        self.ballots += 1
        for question_id, answer in answers.items():
            self.answered[question_id] += 1
            self.unchanged[question_id] += unchanged
            if isinstance(answer, str):
                self.texts[question_id].append(answer)
            else:
                for index in answer if isinstance(answer, list) else [answer]:
                    self.chosen[question_id][index] += 1


def release(question: Asked, counts: Counts, *, threshold: int) -> Table:
    """The table of one question that may be stored and shown."""
    answered = counts.answered[question.id]
    if not may_be_told(question, counts, threshold=threshold):
        return {"answered": None}
    if question.kind is QuestionKind.TEXT:
        return {"answered": answered}
    chosen = counts.chosen[question.id]
    if answered >= _SMALL:
        return {"answered": answered, "counts": list(chosen)}
    if question.kind is QuestionKind.SEVERAL:
        # Each choice is a yes-or-no question of its own.
        return {"answered": answered, "counts": [_masked(count, answered) for count in chosen]}
    if any(_nearly_all(count, answered) for count in chosen):
        return {"answered": answered, "counts": [_MOST if _nearly_all(c, answered) else _FEW for c in chosen]}
    return {"answered": answered, "counts": list(chosen)}


def may_be_told(question: Asked, counts: Counts, *, threshold: int) -> bool:
    """Whether enough people answered whose sign-in had not changed, also once everybody else's answers are taken away.

    Under twenty of them, only where there are no others: what is masked in a small table could then be worked out.
    """
    unchanged = counts.unchanged[question.id]
    return unchanged >= threshold and (unchanged >= _SMALL or unchanged == counts.answered[question.id])


def comments_may_be_kept(question: Asked, counts: Counts, *, threshold: int) -> bool:
    """Whether enough people wrote something for any of it to be read."""
    return question.kind is QuestionKind.TEXT and may_be_told(question, counts, threshold=threshold)


def _nearly_all(count: int, answered: int) -> bool:
    # All but one counts as all: were only "all" hidden, the hiding itself would say it.
    return count >= answered - 1


def _masked(count: int, answered: int) -> int | str:
    if _nearly_all(count, answered):
        return _MOST
    return _FEW if _nearly_all(answered - count, answered) else count


@dataclass(frozen=True, slots=True)
class Line:
    """One choice of a question with its share; `percent` is None where only `share` in words may be shown."""

    label: str
    count: int | None
    percent: Decimal | None
    share: str
    basis: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A question's figures in words. `not_shown` says why there are none, and is "" when there are."""

    question_id: int
    number: int
    kind: QuestionKind
    text: str
    not_shown: str
    answered: int | None
    lines: tuple[Line, ...]
    finding: str
    favourable: str
    interval: str
    mean: str

    @property
    def has_picture(self) -> bool:
        """Whether there is a distribution to draw."""
        return bool(self.lines)


def not_shown(threshold: int, *, some_changed: bool = False) -> str:
    """What stands wherever a figure would speak of too few, or rest on sign-ins that were changed."""
    if some_changed:
        return "Not shown: too few answers from people whose sign-in had not changed"
    return f"Not shown: fewer than {threshold} answers"


def shown(question: Asked, table: Table | None, *, threshold: int, some_changed: bool = False) -> Shown:
    """The figures and sentences of a released table."""
    answered = table["answered"] if table else None
    if answered is None:
        words = not_shown(threshold, some_changed=some_changed)
        return Shown(question.id, question.number, question.kind, question.text, words, None, (), words, "", "", "")
    counts: list[int | str] = (table or {}).get("counts", [])
    lines = tuple(_line(label, count, answered) for label, count in zip(question.labels, counts, strict=True))
    favourable, interval = _favourable(question, counts, answered)
    mean = _mean(question, counts, answered)
    return Shown(
        question.id,
        question.number,
        question.kind,
        question.text,
        "",
        answered,
        lines,
        _finding(question, lines, favourable, mean, answered),
        favourable,
        interval,
        mean,
    )


def _words(count: str, answered: int) -> str:
    """What stands for all or all but one, and for none or one, of so many."""
    if answered < 10:
        return "80% or more" if count == _MOST else "20% or less"
    return "90% or more" if count == _MOST else "10% or less"


def _line(label: str, count: int | str, answered: int) -> Line:
    if isinstance(count, str):
        return Line(label, None, None, _words(count, answered), "")
    rate = Rate(count, answered)
    return Line(label, count, rate.percent, rate.text, rate.basis)


def _favourable(question: Asked, counts: Sequence[int | str], answered: int) -> tuple[str, str]:
    """The favourable share of an agreement question with its basis, and its interval; "" where there is none."""
    if question.kind is not QuestionKind.AGREEMENT:
        return "", ""
    first = counts[:FAVOURABLE]
    if any(isinstance(count, str) for count in counts):
        return _words(_MOST if _MOST in first else _FEW, answered), ""
    successes = sum(count for count in first if isinstance(count, int))
    rate = Rate(successes, answered)
    low, high = wilson_interval(successes, answered) or (0.0, 0.0)
    interval = f"{_percent(low)} to {_percent(high)}"
    return f"{rate.text}, {rate.basis}", interval


def _percent(share: float) -> str:
    return f"{round_half_up(Decimal(str(share)) * 100, 1)}%"


def _mean(question: Asked, counts: Sequence[int | str], answered: int) -> str:
    """The mean of a 0 to 10 question at one place; "" for other kinds and where it would tell too much."""
    if question.kind is not QuestionKind.SCALE or any(isinstance(count, str) for count in counts):
        return ""
    total = sum(value * count for value, count in enumerate(counts) if isinstance(count, int))
    return str(round_half_up(Decimal(total) / answered, 1))


def _finding(question: Asked, lines: Sequence[Line], favourable: str, mean: str, answered: int) -> str:
    """The one sentence that the picture says."""
    if question.kind is QuestionKind.TEXT:
        return f"{answered:,} people wrote a comment."
    if question.kind is QuestionKind.AGREEMENT:
        return f"{favourable} agreed or strongly agreed." if "%," not in favourable else _of(favourable)
    if question.kind is QuestionKind.SCALE and mean:
        return f"The average of {answered:,} answers is {mean} out of 10."
    top = [line for line in lines if line.share == _words(_MOST, answered)] or _largest(lines)
    if not top:
        return f"No answer was chosen by more than a tenth of {answered:,} people."
    verb = "chose" if question.kind is QuestionKind.SEVERAL else "answered"
    basis = f" ({top[0].basis})" if top[0].basis else f" of {answered:,} people"
    each = " each" if len(top) > 1 else ""
    return f"{top[0].share}{basis} {verb} {listed('“' + line.label + '”' for line in top)}{each}."


def _of(favourable: str) -> str:
    share, basis = favourable.split(", ", 1)
    return f"{share} ({basis}) agreed or strongly agreed."


def _largest(lines: Sequence[Line]) -> list[Line]:
    most = max((line.count for line in lines if line.count is not None), default=0)
    return [line for line in lines if line.count == most] if most else []
