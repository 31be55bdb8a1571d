"""The figures of questions as rows of a spreadsheet: the same figures and the same gaps as the page."""

from collections.abc import Iterator, Sequence

from wfsite.core.figures import round_half_up
from wfsite.questions.figure_rules import Shown
from wfsite.sheets.writing import Cell

HEADER = ("Question", "Text", "Answer", "People", "Answered", "Percent", "Note")


def figure_rows(questions: Sequence[Shown]) -> Iterator[tuple[Cell, ...]]:
    """A row for each choice of each question, and one for a question that has none to show."""
    for question in questions:
        start = (question.number, question.text)
        if not question.lines:
            yield (*start, "", None, question.answered, None, question.not_shown or question.finding)
        for line in question.lines:
            percent = None if line.percent is None else round_half_up(line.percent, 1)
            note = line.share if line.percent is None else ""
            yield (*start, line.label, line.count, question.answered, percent, note)
        yield from _summaries(start, question)


def _summaries(start: tuple[Cell, ...], question: Shown) -> Iterator[tuple[Cell, ...]]:
    if question.favourable:
        note = f"{question.favourable}; 95% interval {question.interval}" if question.interval else question.favourable
        yield (*start, "Agree or strongly agree", None, question.answered, None, note)
    if question.mean:
        yield (*start, "Average, 0 to 10", None, question.answered, None, question.mean)
