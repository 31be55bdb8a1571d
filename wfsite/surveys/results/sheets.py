"""The released tables as rows of a spreadsheet: the same figures and the same gaps as the page."""

from collections.abc import Iterator

from wfsite.core.figures import round_half_up
from wfsite.sheets.writing import Cell
from wfsite.surveys.results.queries import Results
from wfsite.surveys.results.rules import Shown, not_shown

HEADER = ("Question", "Text", "Answer", "People", "Answered", "Percent", "Note")


def result_rows(results: Results) -> Iterator[tuple[Cell, ...]]:
    """A row for each choice of each question, and one for a question that has none to show."""
    for question in results.questions:
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


def notes(results: Results) -> list[str]:
    """What a reader of the file needs to know."""
    found = [results.title, f"For {results.audience}", results.response]
    if results.counting:
        found.append(results.counting)
    words = not_shown(results.threshold, some_changed=results.some_changed)
    found.append(f"“{words}” stands where a figure would speak of fewer than {results.threshold} people.")
    return found
