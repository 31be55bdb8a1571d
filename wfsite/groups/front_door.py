"""The front door that the three groups' blueprints share, and what the groups add to home."""

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
from wfsite.groups.queries import GroupDates
from wfsite.papers.front_door import papers_on
from wfsite.papers.queries import PaperLine
from wfsite.web.access import acting, may
from wfsite.web.params import as_at
from wfsite.web.respond import page

# What a group is called until it has a name.
NAMES = {
    GroupKind.STEERING: "Workforce steering group",
    GroupKind.TRAINING: "Training providers group",
    GroupKind.IMPROVEMENT: "Improvement board",
}
# As papers keep it that hang on a group.
PAPERS = "group"
# Whose home names the meetings; everybody else finds them on the groups' own pages.
_OFFICERS = frozenset((Role.SECRETARY, Role.CHAIR))


def group_page(kind: GroupKind, *, waiting: Sequence[Task], figures: Sequence[Headline]) -> Response:
    """A group's home page: what waits, the latest figures, purpose, members, what it watches, its papers.

    On a past day without what waits and the figures, which are today's.
    """
    when = as_at()
    status = 422 if when.error else 200
    group = queries.group_or_none(kind, on=when.on)
    if group is None:
        return page("groups/group_unset.html", status=status, name=NAMES[kind], missing=_not_set_up(kind))
    return page(
        "groups/group_home.html",
        status=status,
        group=group,
        kind=kind,
        when=when,
        url=_front_door(kind),
        waiting=() if when.is_past else ranked(waiting),
        figures=() if when.is_past else figures,
        papers=_papers(group.id, kind, group.name, when),
        keeps_papers=acting().can_for(Permission.PAPER_KEEP, group.id),
    )


def _papers(group_id: int, kind: GroupKind, name: str, when: AsAt) -> tuple[PaperLine, ...]:
    return papers_on(PAPERS, group_id, _subject(group_id, kind, name, acting()), when=when)


def paper_subject(subject_id: int, *, seen_by: Actor, on: date) -> PaperSubject | None:
    """A group as its papers know it: whoever may read groups reads them, and who sits on it those that are not open."""
    group = queries.group_name_or_none(subject_id) if seen_by.can(Permission.GROUP_READ) else None
    return _subject(group.id, group.kind, group.name, seen_by) if group else None


def _subject(group_id: int, kind: GroupKind, name: str, actor: Actor) -> PaperSubject:
    return PaperSubject(
        title=name,
        url=_front_door(kind),
        is_member=any(seat.group_id == group_id for seat in actor.seats),
        may_keep=actor.can_for(Permission.PAPER_KEEP, group_id),
    )


def _not_set_up(kind: GroupKind) -> NotSetUp:
    what = "This group has not been set up yet."
    if not may("groups.group_edit"):
        return NotSetUp(what, "An administrator or the group’s secretary can set it up.")
    url = url_for("groups.group_edit", kind=kind.value)
    return NotSetUp(
        what, "Say what it is for and who sits on it, and this page becomes its front door.", url, "Set up the group"
    )


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """For who chairs groups or keeps their papers: the meetings, group by group; where no day is set, to set it."""
    if _OFFICERS & actor.roles and actor.can(Permission.GROUP_READ):
        known = queries.group_dates(on=london_date(at))
        yield Section(title="Meetings", lines=[_meeting_line(kind, known.get(kind)) for kind in GroupKind])


def _meeting_line(kind: GroupKind, dates: GroupDates | None) -> Line:
    if dates is None:
        return Line(title=NAMES[kind], url=_front_door(kind), detail=_not_set_up(kind).what)
    if dates.meets_next_on:
        detail = f"Meets next on {long_date(dates.meets_next_on)}. {_last_met(dates)}"
        return Line(title=dates.name, url=_front_door(kind), detail=detail)
    detail = f"No day is set for the next meeting. {_last_met(dates)}"
    url = url_for("groups.group_edit", kind=kind.value) if may("groups.group_edit") else _front_door(kind)
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
            url=_front_door(dates.kind),
            detail=f"What it is for, who sits on it and what it watches. {_last_met(dates)}",
            since=dates.last_met_on,
        )
        for dates in queries.group_dates(on=london_date(at)).values()
    ]


def _front_door(kind: GroupKind) -> str:
    """Each kind of group has a blueprint of its name, which begins with the group's page."""
    return url_for(f"{kind.value}.group_home")
