"""From answers to counts, and from counts to the table of a question that may be stored and shown. Pure.

What may not be shown is taken out by `release`, before anything is stored: page, chart, alternative text, table,
CSV, XLSX and print are all made from what is left. A released table is one of

    {"answered": None}                            too few answers, or none
    {"answered": 84, "counts": [40, 30, 10, 4, 0]}
    {"answered": 12, "counts": ["few", "most"]}   under 20 answers, all or nearly all of them alike
    {"answered": 31}                              free text
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from wfsite.disclosure.group_rules import may_be_told
from wfsite.disclosure.option_rules import Told, told_apart, told_counts
from wfsite.questions.answer_rules import Answers
from wfsite.questions.question_rules import Asked, QuestionKind


class Table(TypedDict):
    """The released figures of one question."""

    answered: int | None
    counts: NotRequired[list[Told]]


class Counts:
    """The count of answers in memory: by question, how many answered and what they chose.

    `sure` are those of whom it is sure who answered. Somebody who planted the others can take those away from a
    published table, so only the sure ones decide what may be told.
    """

    def __init__(self, questions: Sequence[Asked]) -> None:
        self.answered = {question.id: 0 for question in questions}
        self.sure = {question.id: 0 for question in questions}
        self.chosen = {question.id: [0] * len(question.labels) for question in questions}
        self.texts: dict[int, list[str]] = {q.id: [] for q in questions if q.kind is QuestionKind.TEXT}

    def add(self, answers: Answers, *, sure: bool = True) -> None:
        """Count one person's answers."""
        for question_id, answer in answers.items():
            self.answered[question_id] += 1
            self.sure[question_id] += sure
            if isinstance(answer, str):
                self.texts[question_id].append(answer)
            else:
                for index in answer if isinstance(answer, list) else [answer]:
                    self.chosen[question_id][index] += 1


def release(question: Asked, counts: Counts, *, threshold: int) -> Table:
    """The table of one question that may be stored and shown."""
    answered = counts.answered[question.id]
    if not _may_be_told(question, counts, threshold=threshold):
        return {"answered": None}
    if question.kind is QuestionKind.TEXT:
        return {"answered": answered}
    told = told_apart if question.kind is QuestionKind.SEVERAL else told_counts
    return {"answered": answered, "counts": told(counts.chosen[question.id], answered)}


def _may_be_told(question: Asked, counts: Counts, *, threshold: int) -> bool:
    return may_be_told(counts.answered[question.id], sure=counts.sure[question.id], threshold=threshold)


def texts_may_be_kept(question: Asked, counts: Counts, *, threshold: int) -> bool:
    """Whether enough people wrote something for any of it to be read."""
    return question.kind is QuestionKind.TEXT and _may_be_told(question, counts, threshold=threshold)
