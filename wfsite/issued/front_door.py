"""Documents on home: what waits for whoever approves or writes them, and what there is to read."""

from collections.abc import Collection
from datetime import date, datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.tasks import MOST_OF_A_KIND, Reading, Task, Urgency, in_short
from wfsite.core.words import brief, long_date
from wfsite.issued.open_queries import Waiting, editions_open, editions_waiting, newest_in_force
from wfsite.issued.registered import kinds
from wfsite.issued.rules import DocumentState

# What there is to do, its urgency, the tag and its colour.
_TO_DO = {
    DocumentState.WAITING: ("Approve", Urgency.WAITING, "Waits for you", "yellow"),
    DocumentState.APPROVED: ("Issue", Urgency.WAITING, "Approved", "blue"),
    DocumentState.DRAFT: ("Finish", Urgency.OPEN, "Draft", "grey"),
}


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """What `actor` may approve, and their own drafts and what of theirs is approved."""
    found = editions_waiting(actor, kinds().values(), most=MOST_OF_A_KIND)
    return in_short(found, lambda one: _task(one, on=london_date(at)), _rest)


def _task(one: Waiting, *, on: date) -> Task:
    verb, urgency, tag, colour = _TO_DO[one.state]
    since = london_date(one.state_since)
    day = "today" if since == on else f"on {long_date(since)}"
    said = {
        DocumentState.WAITING: f"{one.author} wrote it. It has waited since {day.removeprefix('on ')}.",
        DocumentState.APPROVED: f"It was approved {day}. Nobody can read it before it is issued.",
        DocumentState.DRAFT: f"A draft since {day.removeprefix('on ')}.",
    }[one.state]
    if one.sent_back:
        said, tag, colour = f"It was sent back {day}: {brief(one.sent_back)}", "Sent back", "orange"
    return Task(
        title=f"{verb}: {one.title}",
        url=url_for("issued.document_page", edition_id=one.id),
        detail=said,
        tag=tag,
        tag_colour=colour,
        urgency=urgency,
    )


def _rest(left: int) -> Task:
    return Task(
        title=f"{left:,} more reports that are being made",
        url=url_for("issued.document_list", show="being-made"),
        urgency=Urgency.OPEN,
    )


def home_reading(actor: Actor, *, at: datetime) -> list[Reading]:
    """The newest reports, open to everybody who may read them."""
    return [
        Reading(
            title=one.title,
            url=url_for("issued.document_page", edition_id=one.id),
            detail=f"Report{f', edition {one.number}' if one.number > 1 else ''}.",
            since=london_date(one.issued_at),
        )
        for one in newest_in_force(actor, most=MOST_OF_A_KIND)
    ]


def documents_open(ids: Collection[int], *, seen_by: Actor, on: date) -> dict[int, str]:
    """The addresses of those that a reader may open of some editions."""
    open_now = editions_open(ids, seen_by=seen_by, kinds=kinds())
    return {edition_id: url_for("issued.document_page", edition_id=edition_id) for edition_id in open_now}


def answers_open(ids: Collection[int], *, seen_by: Actor, on: date) -> dict[int, str]:
    """The same for answers: what is registered for one kind of notice is registered once."""
    return documents_open(ids, seen_by=seen_by, on=on)
