"""What stands above the spreadsheet of a survey's released tables."""

from wfsite.surveys.results.queries import Results
from wfsite.surveys.results.rules import why_not_shown


def notes(results: Results) -> list[str]:
    """What a reader of the file needs to know."""
    found = [results.title, f"For {results.audience}", results.response]
    if results.counting:
        found.append(results.counting)
    words = why_not_shown(results.threshold, some_changed=results.some_changed)
    found.append(f"“{words}” stands where a figure would speak of fewer than {results.threshold} people.")
    return found
