"""An attacker who has every page and export of a survey's results, and knows the rules by which they are made."""

from collections.abc import Sequence
from random import Random
from typing import Any

from wfsite.questions.count_rules import Counts, Table, release
from wfsite.questions.figure_rules import not_shown, shown
from wfsite.questions.pictures import answer_bars
from wfsite.questions.question_rules import AGREEMENT, Asked, QuestionKind


def generated(chance: Random) -> tuple[tuple[Asked, ...], Counts, int]:
    """A small survey as it might come out: few answers, many of them alike, some questions left out by most."""
    kinds = [chance.choice(list(QuestionKind)) for _ in range(chance.randint(1, 6))]
    questions = tuple(
        Asked(number, number, kind, f"Question {number}", "", False, _options(chance, kind))
        for number, kind in enumerate(kinds, 1)
    )
    counts = Counts(questions)
    threshold = chance.choice((5, 10, 10, 10, 15))
    alike, silent = chance.choice((0, 0.5, 0.9, 1)), chance.choice((0, 0.3, 0.8))
    for voter in range(chance.choice((threshold, threshold + 1, threshold + 3, 19, 20, 21, 40))):
        answers: dict[int, Any] = {}
        for question in questions:
            if chance.random() >= silent:
                answers[question.id] = _answer(chance, question, voter, alike)
        counts.add(answers)
    return questions, counts, threshold


def _options(chance: Random, kind: QuestionKind) -> tuple[str, ...]:
    if kind is QuestionKind.AGREEMENT:
        return AGREEMENT
    if kind is QuestionKind.SCALE:
        return ("low", "high")
    return () if kind is QuestionKind.TEXT else tuple("ABCDE"[: chance.randint(2, 4)])


def _answer(chance: Random, question: Asked, voter: int, alike: float) -> Any:
    if question.kind is QuestionKind.TEXT:
        return f"secret of voter {voter} on {question.id}"
    index = 0 if chance.random() < alike else chance.randrange(len(question.labels))
    return [index] if question.kind is QuestionKind.SEVERAL else index


def naive(question: Asked, counts: Counts) -> Table:
    """What a site that promises nothing would publish."""
    return {"answered": counts.answered[question.id], "counts": list(counts.chosen[question.id])}


def finds(question: Asked, table: Table, *, threshold: int) -> str:
    """What the attacker learns of too few people from one question's published table, "" when nothing.

    They learn something when a number under the threshold stands for how many answered, when a table of under 20
    says that everybody answered alike, or when the word that should hide it can mean one number only.
    """
    answered = table["answered"]
    if answered is None:
        return ""
    if answered < threshold:
        return f"figures of {answered} people"
    counts = table.get("counts")
    if counts is None or answered >= 20:
        return ""
    if all(isinstance(count, int) for count in counts):
        alike = [c for c in counts if c == answered or (question.kind is QuestionKind.SEVERAL and c == 0)]
        return f"all {answered} said the same" if alike else ""
    # Which numbers may stand behind each word? Were there only one, the word would hide nothing.
    for count in counts:
        if (
            count == "most"
            and len([n for n in range(answered + 1) if n * 100 >= answered * (90 if answered >= 10 else 80)]) < 2
        ):
            return "a word that means one number"
    return ""


def published_texts(questions: Sequence[Asked], counts: Counts, threshold: int) -> list[str]:
    """Everything that page, picture and spreadsheets print of a survey, as the rules word it."""
    found = []
    for question in questions:
        view = shown(question, release(question, counts, threshold=threshold), not_shown=not_shown(threshold))
        found += [view.finding, view.favourable, view.interval, view.mean, view.not_shown]
        found += [text for line in view.lines for text in (line.share, line.basis)]
        if view.has_picture:
            spec = answer_bars(view)
            found += [spec.title, *spec.texts]
    return [text for text in found if text]
