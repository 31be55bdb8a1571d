"""A group's own page, the front door that the kinds' blueprints share, and what the groups add to home."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.actor import Actor
from wfsite.core.as_at import AsAt
from wfsite.core.clock import london_date
from wfsite.core.contributions import PaperSubject
from wfsite.core.groups import GroupKind
from wfsite.core.permissions import Permission, Role
from wfsite.core.tasks import Headline, Line, NotSetUp, Reading, Section, Task, ranked
from wfsite.core.words import long_date
from wfsite.groups import queries
from wfsite.groups.queries import GroupDates, GroupHome
from wfsite.papers.front_door import papers_on
from wfsite.web.access import acting, may
from wfsite.web.params import as_at
from wfsite.web.respond import page

# As papers keep it that hang on a group.
PAPERS = "group"
# Home is no list of a hundred groups: their own come first there, and the rest is counted.
_MOST_LINES = 12
# Whose home names the meetings; everybody else finds them on the groups' own pages.
_OFFICERS = frozenset((Role.SECRETARY, Role.CHAIR))


def front_page(kind: GroupKind, *, waiting: Sequence[Task], figures: Sequence[Headline]) -> Response:
    """The front door of a kind: its oldest open group, with what waits and the latest figures."""
    when = as_at()
    group = queries.front_or_none(kind, on=when.on)
    if group is None:
        status = 422 if when.error else 200
        return page("groups/group_unset.html", status=status, name=kind.label, missing=_not_set_up(kind))
    return shown(group, when=when, url=_front_door(kind), waiting=waiting, figures=figures)


def shown(
    group: GroupHome,
    *,
    when: AsAt,
    url: str,
    waiting: Sequence[Task] = (),
    figures: Sequence[Headline] = (),
    saved: str = "",
) -> Response:
    """A group's page: what waits, the latest figures, purpose, members, what it watches, papers, others of its kind.

    On a past day without what waits and without the figures, for these are today's.
    """
    subject = _subject(group.id, group.name, acting())
    return page(
        "groups/group_page.html",
        status=422 if when.error else 200,
        group=group,
        when=when,
        url=url,
        waiting=() if when.is_past else ranked(waiting),
        figures=() if when.is_past else figures,
        papers=papers_on(PAPERS, group.id, subject, when=when),
        keeps_papers=subject.may_keep,
        may_manage=acting().can_for(Permission.GROUP_MANAGE, group.id),
        saved=saved,
    )


def paper_subject(subject_id: int, *, seen_by: Actor, on: date) -> PaperSubject | None:
    """A group as its papers know it: whoever may read groups reads them, and who sits on it also those not open."""
    name = queries.group_name_or_none(subject_id) if seen_by.can(Permission.GROUP_READ) else None
    return _subject(subject_id, name, seen_by) if name else None


def _subject(group_id: int, name: str, actor: Actor) -> PaperSubject:
    return PaperSubject(
        title=name,
        url=url_for("groups.group_page", group_id=group_id),
        is_member=any(seat.group_id == group_id for seat in actor.seats),
        may_keep=actor.can_for(Permission.PAPER_KEEP, group_id),
    )


def _not_set_up(kind: GroupKind) -> NotSetUp:
    what = "This group has not been set up yet."
    if not may("groups.group_add"):
        return NotSetUp(what, "An administrator can set it up.")
    url = url_for("groups.group_add", kind=kind.value)
    return NotSetUp(
        what, "Say what it is for and who sits on it, and this page becomes its front door.", url, "Set up the group"
    )


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """For who chairs groups or keeps their papers: the meetings, group by group; where no day is set, to set it."""
    if _OFFICERS & actor.roles and actor.can(Permission.GROUP_READ):
        known = queries.group_dates(on=london_date(at))
        own = {seat.group_id for seat in actor.seats}
        first = {dates.id for dates in sorted(known, key=lambda dates: dates.id not in own)[:_MOST_LINES]}
        named = [dates for dates in known if dates.id in first]
        unset = [kind for kind in GroupKind if kind not in {dates.kind for dates in known}]
        lines = [
            *(_meeting_line(dates, actor) for dates in named),
            *_rest(len(known) - len(named)),
            *(Line(title=kind.label, url=_front_door(kind), detail=_not_set_up(kind).what) for kind in unset),
        ]
        yield Section(title="Meetings", lines=lines)


def _rest(left: int) -> list[Line]:
    """That there are more groups than home names."""
    if left <= 0:
        return []
    url = url_for("groups.group_list") if may("groups.group_list") else ""
    return [Line(title=f"{left:,} more groups", url=url, detail="Each has a page of its own.")]


def _meeting_line(dates: GroupDates, actor: Actor) -> Line:
    if dates.meets_next_on:
        detail = f"Meets next on {long_date(dates.meets_next_on)}. {_last_met(dates)}"
        return Line(title=dates.name, url=_address(dates), detail=detail)
    detail = f"No day is set for the next meeting. {_last_met(dates)}"
    may_set = actor.can_for(Permission.GROUP_MANAGE, dates.id)
    url = url_for("groups.group_meetings", group_id=dates.id) if may_set else _address(dates)
    return Line(title=dates.name, url=url, detail=detail, tag="No date", tag_colour="yellow")


def _last_met(dates: GroupDates) -> str:
    return f"Last met on {long_date(dates.last_met_on)}." if dates.last_met_on else "It has not met yet."


def home_reading(actor: Actor, *, at: datetime) -> list[Reading]:
    """The groups' own pages, open to everybody who may read them."""
    if not actor.can(Permission.GROUP_READ):
        return []
    return [
        Reading(
            title=dates.name,
            url=_address(dates),
            detail=f"What it is for, who sits on it and what it watches. {_last_met(dates)}",
            since=dates.last_met_on,
        )
        for dates in queries.group_dates(on=london_date(at))
    ]


def _address(dates: GroupDates) -> str:
    """Where a group's page is: the oldest of a kind has the kind's front door."""
    return _front_door(dates.kind) if dates.has_front else url_for("groups.group_page", group_id=dates.id)


def _front_door(kind: GroupKind) -> str:
    """Each kind of group has a blueprint of its name, which begins with the group's page."""
    return url_for(f"{kind.value}.group_home")
