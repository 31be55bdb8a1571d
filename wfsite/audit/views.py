"""The history of changes, for administrators."""

from datetime import time
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.audit import queries
from wfsite.audit.blueprint import blueprint
from wfsite.audit.queries import Wanted
from wfsite.core.clock import at_london, end_of_day
from wfsite.core.parsing import Unreadable
from wfsite.core.permissions import Permission
from wfsite.web.access import requires
from wfsite.web.params import DateParts, query_date, query_id, query_text
from wfsite.web.respond import page

__all__ = ["blueprint"]


@blueprint.get("/admin/history")
@requires(Permission.AUDIT_READ)
def event_list() -> Response:
    """Who changed what, newest first."""
    errors: list[tuple[str, str]] = []
    days = {name: _day(name, label, errors) for name, label in (("from", "From"), ("to", "To"))}
    kind = query_text("kind")
    kind = kind if kind in dict(queries.subjects()) else ""
    who, person = query_text("who", most=100), query_id("person")
    people = _people(who, person, errors)
    since, until = days["from"].day, days["to"].day
    if since and until and since > until:
        errors.append(("to-day", "To must be the same as or after From"))
    wanted = Wanted(
        subject=kind,
        people=people,
        since=at_london(since, time.min) if since else None,
        until=end_of_day(until) if until else None,
        before=query_id("before"),
    )
    found = queries.EventPage((), None) if errors else queries.event_page(wanted)
    return page(
        "audit/event_list.html",
        status=422 if errors else 200,
        found=found,
        errors=errors,
        problems=dict(errors),
        kinds=queries.subjects(),
        kind=kind,
        who=who,
        person=person,
        person_name=queries.person_name(person) if person else None,
        days=days,
        filtered=bool(kind or who or person or since or until),
        newest_url=_address(kind, who, person, days),
        older_url=_address(kind, who, person, days, before=found.older) if found.older else "",
        is_first=query_id("before") is None,
    )


def _day(name: str, label: str, errors: list[tuple[str, str]]) -> DateParts:
    """The day in the address's three boxes; what is no day goes to `errors`."""
    parts = DateParts(name)
    try:
        parts.day = query_date(name, label)
    except Unreadable as error:
        errors.append((f"{name}-day", str(error)))
    return parts


def _people(who: str, person: int | None, errors: list[tuple[str, str]]) -> tuple[int, ...] | None:
    """Whose events are wanted; None for everybody's."""
    if person:
        return (person,)
    if not who:
        return None
    found = queries.people_called(who)
    if len(found) > queries.MOST_PEOPLE:
        errors.append(("who", f"More than {queries.MOST_PEOPLE} people match. Enter more of the name"))
    return tuple(found)


def _address(kind: str, who: str, person: int | None, days: dict[str, DateParts], *, before: int | None = None) -> str:
    """This page with the same filters, from event `before` down."""
    values: dict[str, Any] = {box: value for parts in days.values() for box, value in parts.boxes.items() if value}
    values |= {"kind": kind or None, "who": who or None, "person": person, "before": before}
    return url_for("audit.event_list", **values)
