"""The history of changes, for administrators, and the file of it."""

from datetime import time

from werkzeug.wrappers import Response

from wfsite.audit import queries
from wfsite.audit.blueprint import blueprint
from wfsite.audit.queries import Wanted
from wfsite.audit.rules import EventLine
from wfsite.core.clock import at_london, end_of_day
from wfsite.core.paging import NOTHING
from wfsite.core.permissions import Permission
from wfsite.core.words import sheet_moment
from wfsite.sheets.writing import Cell
from wfsite.web.access import requires
from wfsite.web.lists import Asked, list_file, list_page
from wfsite.web.waiting import waits

__all__ = ["blueprint"]

_HEADER = ("When", "Who", "What they did", "To what", "What was changed or recorded")


@blueprint.get("/admin/history")
@requires(Permission.AUDIT_READ)
def event_list() -> Response:
    """Who changed what, newest first."""
    asked, wanted = _asked()
    found = NOTHING if asked.problems else queries.event_page(wanted, key=asked.key)
    return list_page(
        "audit/event_list.html", "audit/_events.html", asked=asked, found=found, counted=found.words("change")
    )


@blueprint.get("/admin/history/export")
@waits
@requires(Permission.AUDIT_READ)
def event_export() -> Response:
    """The changes of the same filters as a file."""
    asked, wanted = _asked()
    return list_file(
        asked,
        "history",
        _HEADER,
        lambda most: map(_cells, queries.events_to_export(wanted, most=most)),
        title="History",
    )


def _cells(event: EventLine) -> tuple[Cell, ...]:
    return sheet_moment(event.at), event.who, event.did, event.name, "\n".join(event.details)


def _asked() -> tuple[Asked, Wanted]:
    """What the address asks for: for the page, and for the query."""
    asked = Asked("audit.event_list", part="events")
    subject = asked.choice("what", "What was changed", queries.subjects(), every="Anything")
    person = asked.hidden("person", "Made by or about", words=queries.person_name)
    people = (person,) if person else _people(asked, asked.text("who", "By or about a person"))
    since, until = asked.day("from", "From"), asked.day("to", "To")
    if since and until and since > until:
        asked.problem("to", "To must be the same as or after From")
    return asked, Wanted(
        subject=subject,
        people=people,
        since=at_london(since, time.min) if since else None,
        until=end_of_day(until) if until else None,
        sort=asked.order("at", usual="-at"),
    )


def _people(asked: Asked, who: str) -> tuple[int, ...] | None:
    """Whose events are wanted; None for everybody's."""
    if not who:
        return None
    found = queries.people_called(who)
    if len(found) > queries.MOST_PEOPLE:
        asked.problem("who", f"More than {queries.MOST_PEOPLE} people match. Enter more of the name")
    return tuple(found)
