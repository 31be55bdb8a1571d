"""From the released table of a question to its figures in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from wfsite.core.figures import Rate, round_half_up, wilson_interval
from wfsite.core.words import listed
from wfsite.disclosure.option_rules import FEW, MOST, Told, mask_words
from wfsite.questions.count_rules import Table
from wfsite.questions.question_rules import FAVOURABLE, SCALE_TOP, Asked, QuestionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One choice of a question with its share; `percent` is None where only `share` in words may be shown."""

    label: str
    share: str
    count: int | None = None
    percent: Decimal | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A question's figures in words. `not_shown` says why there are none, and is "" when there are."""

    question_id: int
    number: int
    kind: QuestionKind
    text: str
    finding: str
    not_shown: str = ""
    answered: int | None = None
    lines: tuple[Line, ...] = ()
    favourable: str = ""
    interval: str = ""
    mean: str = ""

    @property
    def has_picture(self) -> bool:
        """Whether there is a distribution to draw."""
        return bool(self.lines)


def not_shown(threshold: int) -> str:
    """What stands wherever a figure would speak of too few."""
    return f"Not shown: fewer than {threshold} answers"


def shown(question: Asked, table: Table | None, *, not_shown: str) -> Shown:
    """The figures and sentences of a released table; `not_shown` is what stands where there are none to show."""
    blank = Shown(
        question_id=question.id,
        number=question.number,
        kind=question.kind,
        text=question.text,
        finding=not_shown,
        not_shown=not_shown,
    )
    if table is None or table["answered"] is None:
        return blank
    answered, counts = table["answered"], table.get("counts", [])
    lines = tuple(_line(label, count, answered) for label, count in zip(question.labels, counts, strict=True))
    favourable, interval = _favourable(question, counts, answered)
    mean = _mean(question, counts, answered)
    return replace(
        blank,
        finding=_finding(question, lines, favourable, mean, answered),
        not_shown="",
        answered=answered,
        lines=lines,
        favourable=favourable,
        interval=interval,
        mean=mean,
    )


def _line(label: str, count: int | str, answered: int) -> Line:
    if isinstance(count, str):
        return Line(label=label, share=mask_words(count, answered))
    rate = Rate(count, answered)
    return Line(label=label, count=count, percent=rate.percent, share=rate.text, basis=rate.basis)


def _favourable(question: Asked, counts: Sequence[Told], answered: int) -> tuple[str, str]:
    """The favourable share of an agreement question with its basis, and its interval; "" where there is none."""
    if question.kind is not QuestionKind.AGREEMENT:
        return "", ""
    first = counts[:FAVOURABLE]
    if any(isinstance(count, str) for count in counts):
        return mask_words(MOST if MOST in first else FEW, answered), ""
    successes = sum(count for count in first if isinstance(count, int))
    rate = Rate(successes, answered)
    low, high = wilson_interval(successes, answered) or (0.0, 0.0)
    interval = f"{_percent(low)} to {_percent(high)}"
    return f"{rate.text}, {rate.basis}", interval


def _percent(share: float) -> str:
    return f"{round_half_up(Decimal(str(share)) * 100, 1)}%"


def _mean(question: Asked, counts: Sequence[Told], answered: int) -> str:
    """The mean of a question on a scale at one place; "" for other kinds and where it would tell too much."""
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
        return f"The average of {answered:,} answers is {mean} out of {SCALE_TOP}."
    top = [line for line in lines if line.share == mask_words(MOST, answered)] or _largest(lines)
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
