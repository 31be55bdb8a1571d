"""Reads of the quarter's attendance: what was provided, who came, by profession and agency.

The present is read from the columns that carry the newest mark and closure, the past from the dated rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, null, or_, select, union_all

from wfsite.core.actor import Actor
from wfsite.core.clock import at_london, london_date
from wfsite.core.periods import Quarter
from wfsite.core.permissions import Permission, Reach
from wfsite.core.words import moment
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, Team
from wfsite.people.queries_structure import team_tree
from wfsite.training.attendance.models import (
    AttendanceMark,
    Course,
    Place,
    RegisterClosure,
    SessionState,
    TrainingSession,
)
from wfsite.training.attendance.queries import NOT_RECORDED
from wfsite.training.attendance.rules import CAME, Counts, Mark, PlaceOrigin, PlaceState


@dataclass(frozen=True, slots=True)
class Group:
    """One profession, one agency, or one profession of one agency: its events and its different people."""

    label: str
    counts: Counts
    people: int
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Provided:
    """A session of the quarter; `counts` are those of the people whom the reader may see."""

    id: int
    course: str
    level: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    capacity: int
    is_closed: bool
    counts: Counts

    @property
    def when(self) -> str:
        """ "3 March 2026 at 9:30am", and to when where it ends on another day: that day decides the quarter."""
        is_one_day = london_date(self.starts_at) == london_date(self.ends_at)
        return moment(self.starts_at) if is_one_day else f"{moment(self.starts_at)} to {moment(self.ends_at)}"


@dataclass(frozen=True, slots=True)
class QuarterHeadlines:
    """A quarter in its few figures, as far as `reach` goes: the total of closed registers, and how many are open."""

    quarter: Quarter
    reach: Reach
    counts: Counts
    people: int
    sessions: int
    open_registers: int


@dataclass(frozen=True, slots=True)
class QuarterReport:
    """The quarter's attendance. Groups and total count closed registers only; `sessions` are all that have begun."""

    quarter: Quarter
    reach: Reach
    total: Group
    by_profession: tuple[Group, ...]
    by_agency: tuple[Group, ...]
    by_both: tuple[Group, ...]
    sessions: tuple[Provided, ...] = field(repr=False)

    @property
    def open_registers(self) -> int:
        """How many of the sessions have no closed register."""
        return sum(1 for session in self.sessions if not session.is_closed)

    @property
    def headlines(self) -> QuarterHeadlines:
        """The same in a few figures."""
        total, sessions = self.total, len(self.sessions)
        return QuarterHeadlines(self.quarter, self.reach, total.counts, total.people, sessions, self.open_registers)


def _mark(*, past: bool) -> Any:
    if not past:
        return Place.mark
    newest = (
        select(AttendanceMark.mark)
        .where(AttendanceMark.place_id == Place.id, AttendanceMark.recorded_at <= bindparam("at"))
        .order_by(AttendanceMark.id.desc())
        .limit(1)
        .correlate(Place)
        .scalar_subquery()
    )
    return func.coalesce(newest, literal(Mark.UNRECORDED, Place.mark.type), type_=Place.mark.type)


def _closed(*, past: bool) -> Any:
    if not past:
        return TrainingSession.register_closed_at.is_not(None)
    newest = (
        select(RegisterClosure.is_closed)
        .where(RegisterClosure.session_id == TrainingSession.id, RegisterClosure.recorded_at <= bindparam("at"))
        .order_by(RegisterClosure.id.desc())
        .limit(1)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    return func.coalesce(newest, literal(False))


# A session is of the quarter of its last day; one that goes on is listed from its first.
_BEGUN = (
    TrainingSession.ends_at >= bindparam("first"),
    TrainingSession.ends_at < bindparam("after"),
    TrainingSession.starts_at <= bindparam("at"),
    TrainingSession.state == SessionState.PLANNED,
)


def _seen(reach: Reach) -> list[Any]:
    """Whose places a reach shows: the agency as at the session, the team with all below it as it is now."""
    if reach is Reach.ALL:
        return []
    if reach is Reach.AGENCY:
        return [Place.agency_id == bindparam("agency_id")]
    if reach is Reach.OWN:
        return [Place.person_id == bindparam("person_id")]
    team = bindparam("team_id", type_=Team.id.type)
    return [Place.person_id.in_(select(Person.id).where(Person.team_id.in_(team_tree(team))))]


@cache
def _groups(past: bool, reach: Reach) -> Select[Any]:
    """Events by agency, profession and kind, and different people at four levels, in one statement."""
    mark = _mark(past=past)
    counted = or_(Place.origin == PlaceOrigin.BOOKED, mark.in_(CAME))
    where = (*_BEGUN, *_seen(reach), _closed(past=past), counted)
    pair, kinds = (Place.agency_id, Place.profession_id), (Place.origin, Place.state, mark.label("mark"))

    def places(*columns: Any) -> Select[Any]:
        joined = select(*columns).select_from(TrainingSession).join(Place, Place.session_id == TrainingSession.id)
        return joined.where(*where)

    # Each person once for each place where they belonged: a few rows fewer to count four times over.
    belonged = places(Place.person_id, *pair).group_by(Place.person_id, *pair).cte("belonged")
    agency, profession = belonged.c.agency_id, belonged.c.profession_id
    people, no_kind = func.count(belonged.c.person_id.distinct()), (null(), null(), null())
    found = union_all(
        places(literal("event").label("level"), *pair, *kinds, func.count().label("number")).group_by(
            *pair, Place.origin, Place.state, mark
        ),
        select(literal("both"), agency, profession, *no_kind, func.count()).group_by(agency, profession),
        select(literal("agency"), agency, null(), *no_kind, people).group_by(agency),
        select(literal("profession"), null(), profession, *no_kind, people).group_by(profession),
        select(literal("total"), null(), null(), *no_kind, people),
    ).subquery()
    return (
        select(found, Agency.name.label("agency"), Profession.name.label("profession"))
        .outerjoin(Agency, Agency.id == found.c.agency_id)
        .outerjoin(Profession, Profession.id == found.c.profession_id)
    )


@cache
def _sessions(past: bool, reach: Reach) -> Select[Any]:
    """The quarter's sessions with their places counted by kind; with a narrower reach only where somebody is seen."""
    mark = _mark(past=past)
    kinds = (Place.origin, Place.state, mark)
    counted = (
        select(
            TrainingSession.id,
            _closed(past=past).label("closed"),
            Place.origin,
            Place.state,
            mark.label("mark"),
            func.count(Place.id).label("number"),
        )
        .join(Place, Place.session_id == TrainingSession.id, isouter=reach is Reach.ALL)
        .where(*_BEGUN, *_seen(reach))
        .group_by(TrainingSession.id, *kinds)
        .subquery()
    )
    return (
        select(
            counted,
            Course.title,
            Course.level,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.venue,
            TrainingSession.capacity,
        )
        .join(TrainingSession, TrainingSession.id == counted.c.id)
        .join(Course, Course.id == TrainingSession.course_id)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )


def quarter_report(quarter: Quarter, *, seen_by: Actor, at: datetime, past: bool = False) -> QuarterReport:
    """The attendance of a quarter as far as `seen_by` reaches; `past` reads it as it stood at `at`."""
    reach = seen_by.reach(Permission.ATTENDANCE_READ) or Reach.OWN
    values = _values(quarter, at, seen_by)
    rows = db.session.execute(_groups(past, reach), values).all()
    sessions = db.session.execute(_sessions(past, reach), values).all()
    return QuarterReport(quarter, reach, *_grouped(rows), _provided(sessions))


def _values(quarter: Quarter, at: datetime, seen_by: Actor) -> dict[str, Any]:
    return {
        "agency_id": seen_by.agency_id,
        "team_id": seen_by.team_id,
        "person_id": seen_by.person_id,
        "first": at_london(quarter.first_on, time.min),
        "after": at_london(quarter.next.first_on, time.min),
        "at": at,
    }


def _grouped(rows: Iterable[Any]) -> tuple[Group, tuple[Group, ...], tuple[Group, ...], tuple[Group, ...]]:
    events: list[tuple[str, str, tuple[PlaceOrigin, PlaceState, Mark, int]]] = []
    people: dict[tuple[str, str, str], int] = {}
    for row in rows:
        agency, profession = row.agency or NOT_RECORDED, row.profession or NOT_RECORDED
        if row.level == "event":
            events.append((agency, profession, (row.origin, row.state, row.mark, row.number)))
        else:
            named = (
                "" if row.level in ("profession", "total") else agency,
                "" if row.level in ("agency", "total") else profession,
            )
            people[row.level, *named] = row.number

    def groups(level: str, key: Callable[[str, str], tuple[str, str]]) -> tuple[Group, ...]:
        found: dict[tuple[str, str], list[tuple[PlaceOrigin, PlaceState, Mark, int]]] = {}
        for agency, profession, event in events:
            found.setdefault(key(agency, profession), []).append(event)
        return tuple(
            Group(
                named[1] or named[0],
                Counts.of(found[named]),
                people[level, *named],
                named[0] if level == "both" else "",
            )
            for named in sorted(found, key=lambda names: [(name == NOT_RECORDED, name) for name in names])
        )

    total = Group("Total", Counts.of(event for _, _, event in events), people.get(("total", "", ""), 0))
    return (
        total,
        groups("profession", lambda agency, profession: ("", profession)),
        groups("agency", lambda agency, profession: (agency, "")),
        groups("both", lambda agency, profession: (agency, profession)),
    )


def _provided(rows: Iterable[Any]) -> tuple[Provided, ...]:
    heads: dict[int, Any] = {}
    kinds: dict[int, list[tuple[PlaceOrigin, PlaceState, Mark, int]]] = {}
    for row in rows:
        heads.setdefault(row.id, row)
        found = kinds.setdefault(row.id, [])
        if row.number:
            found.append((row.origin, row.state, row.mark, row.number))
    return tuple(
        Provided(
            head.id,
            head.title,
            head.level,
            head.starts_at,
            head.ends_at,
            head.venue,
            head.capacity,
            head.closed,
            Counts.of(kinds[head.id]),
        )
        for head in heads.values()
    )


@cache
def _latest_closed(past: bool) -> Select[Any]:
    return select(func.max(TrainingSession.ends_at)).where(
        TrainingSession.state == SessionState.PLANNED, TrainingSession.starts_at <= bindparam("at"), _closed(past=past)
    )


def latest_quarter(*, at: datetime, past: bool = False) -> Quarter:
    """The latest quarter with a closed register; the present one when there is none."""
    ended_at = db.session.scalar(_latest_closed(past), {"at": at})
    return Quarter.containing(london_date(ended_at or at))


@cache
def _headlines(reach: Reach) -> tuple[Select[Any], Select[Any]]:
    """The quarter's sessions with their places counted by kind, and the different people of closed registers."""
    kinds = (Place.origin, Place.state, Place.mark)
    sessions = (
        select(TrainingSession.id, _closed(past=False).label("closed"), *kinds, func.count(Place.id))
        .join(Place, Place.session_id == TrainingSession.id, isouter=reach is Reach.ALL)
        .where(*_BEGUN, *_seen(reach))
        .group_by(TrainingSession.id, *kinds)
    )
    people = (
        select(func.count(Place.person_id.distinct()))
        .join(TrainingSession, TrainingSession.id == Place.session_id)
        .where(
            *_BEGUN,
            *_seen(reach),
            TrainingSession.register_closed_at.is_not(None),
            or_(Place.origin == PlaceOrigin.BOOKED, Place.mark.in_(CAME)),
        )
    )
    return sessions, people


def quarter_headlines(*, seen_by: Actor, at: datetime) -> QuarterHeadlines:
    """The latest quarter as far as `seen_by` may read attendance.

    Who may not is given the figures of all agencies: they name nobody, and the group's page is open to everybody.
    """
    reach = seen_by.reach(Permission.ATTENDANCE_READ) or Reach.ALL
    quarter = latest_quarter(at=at)
    values = _values(quarter, at, seen_by)
    sessions, people = _headlines(reach)
    rows = db.session.execute(sessions, values).all()
    closed = {row.id: row.closed for row in rows}
    counts = Counts.of(tuple(row[2:6]) for row in rows if row.closed and row[5])
    open_registers = sum(1 for is_closed in closed.values() if not is_closed)
    return QuarterHeadlines(quarter, reach, counts, db.session.scalar(people, values) or 0, len(closed), open_registers)
