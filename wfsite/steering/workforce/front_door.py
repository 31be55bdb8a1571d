"""Workforce data on home: what the data steward owes and has to explain, the targets of the month, and what to read."""

from flask import url_for

from wfsite.core.tasks import NotSetUp
from wfsite.web.access import may


def no_figures() -> NotSetUp:
    """That nobody gave figures yet, for whoever may give them and for whoever may not."""
    what = "Nobody has given any workforce figures yet."
    if not may("steering.workforce_import"):
        return NotSetUp(
            what, "The data steward imports them each month. They appear here as soon as the first month is in."
        )
    advice = (
        "Begin with last month’s counts of permanent and agency workers, starters, leavers and unfilled posts. "
        "A spreadsheet that you have already will often do as it is."
    )
    return NotSetUp(what, advice, url_for("steering.workforce_import"), "Import workforce figures")
