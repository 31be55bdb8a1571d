"""Reads of the quarter's attendance: what was provided, who came, by profession and agency.

The present is read from the columns that carry the newest mark and closure, the past from the dated rows.
"""

from dataclasses import dataclass
from datetime import datetime, time
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from wfsite.core.actor import Actor
from wfsite.core.clock import at_london, london_date
from wfsite.core.periods import Quarter
from wfsite.core.permissions import WIDENING, Permission, Reach
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, Team
from wfsite.people.structure_queries import team_tree
from wfsite.training.bookings.models import PLACE_STANDINGS, Place, PlaceStanding
from wfsite.training.bookings.rules import CAME, NOT_RECORDED, Mark, PlaceOrigin, PlaceState
from wfsite.training.programme.models import SESSION_STANDINGS, Course, SessionStanding, TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.registers.count_rules import Counts
from wfsite.training.registers.models import CLOSURES, MARKS, AttendanceMark, RegisterClosure
from wfsite.training.reports.rules import (
    AGENCY,
    BOTH,
    EVENT,
    PROFESSION,
    TOTAL,
    Counted,
    ProvidedKind,
    QuarterHeadlines,
    QuarterReport,
    SessionKind,
    report_of,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """Where a report finds what stood: of a place, of its session, of the session's register."""

    state: SQLColumnExpression[PlaceState]
    mark: SQLColumnExpression[Mark]
    session_state: SQLColumnExpression[SessionState]
    is_closed: SQLColumnExpression[bool]


_TODAY = _Said(Place.state, Place.mark, TrainingSession.state, TrainingSession.register_closed_at.is_not(None))
_UNRECORDED: ColumnElement[Mark] = literal(Mark.UNRECORDED, Place.mark.type)
_PAST = _Said(
    PlaceStanding.state,
    func.coalesce(AttendanceMark.mark, _UNRECORDED, type_=Place.mark.type),
    SessionStanding.state,
    func.coalesce(RegisterClosure.is_closed, literal(False)),
)
_SAID = {False: _TODAY, True: _PAST}
_AT = bindparam("at", type_=TrainingSession.starts_at.type)


def _sessions(*columns: Any, past: bool) -> Select[*tuple[Any, ...]]:
    """Sessions; in the past with whether they went ahead and whether their register was closed."""
    found = select(*columns).select_from(TrainingSession)
    if not past:
        return found
    standing, closure = (facts.newest(TrainingSession.id, up_to=_AT) for facts in (SESSION_STANDINGS, CLOSURES))
    return found.join(SessionStanding, SessionStanding.id == standing).outerjoin(
        RegisterClosure, RegisterClosure.id == closure
    )


def _places(*columns: Any, past: bool, or_none: bool = False) -> Select[*tuple[Any, ...]]:
    """Sessions with their places, those without any too for `or_none`; in the past, places as they stood."""
    found = _sessions(*columns, past=past).join(Place, Place.session_id == TrainingSession.id, isouter=or_none)
    if not past:
        return found
    standing, mark = (facts.newest(Place.id, up_to=_AT) for facts in (PLACE_STANDINGS, MARKS))
    return found.join(PlaceStanding, PlaceStanding.id == standing, isouter=or_none).outerjoin(
        AttendanceMark, AttendanceMark.id == mark
    )


def _begun(*, past: bool) -> tuple[ColumnElement[bool], ...]:
    """That a session is of the quarter of its last day, has begun and was not called off."""
    return (
        TrainingSession.ends_at >= bindparam("first"),
        TrainingSession.ends_at < bindparam("after"),
        TrainingSession.starts_at <= _AT,
        _SAID[past].session_state == SessionState.PLANNED,
    )


def _seen(reach: Reach) -> list[ColumnElement[bool]]:
    """Whose places a reach shows: the agency as at the session, the team with all below it as it is now."""
    if reach is Reach.ALL:
        return []
    if reach is Reach.AGENCY:
        return [Place.agency_id == bindparam("agency_id")]
    if reach is Reach.OWN:
        return [Place.person_id == bindparam("person_id")]
    team = bindparam("team_id", type_=Team.id.type)
    return [Place.person_id.in_(select(Person.id).where(Person.team_id.in_(team_tree(team))))]


def _counted(past: bool, reach: Reach) -> Read[Counted]:
    """Events by agency, profession and kind, and different people at four levels, in one statement."""
    said = _SAID[past]
    counted = or_(Place.origin == PlaceOrigin.BOOKED, said.mark.in_(CAME))
    where = (*_begun(past=past), *_seen(reach), said.is_closed, counted)
    pair, kinds = (Place.agency_id, Place.profession_id), (Place.origin, said.state, said.mark)

    def places(*columns: Any) -> Select[*tuple[Any, ...]]:
        return _places(*columns, past=past).where(*where)

    # Each person once for each place where they belonged: a few rows fewer to count four times over.
    belonged = places(Place.person_id, *pair).group_by(Place.person_id, *pair).cte("belonged")
    agency, profession = belonged.c.agency_id, belonged.c.profession_id
    people, no_kind = func.count(belonged.c.person_id.distinct()), (null(), null(), null())
    found = union_all(
        places(literal(EVENT).label("level"), *pair, *_labelled(kinds), func.count().label("number")).group_by(
            *pair, *kinds
        ),
        select(literal(BOTH), agency, profession, *no_kind, func.count()).group_by(agency, profession),
        select(literal(AGENCY), agency, null(), *no_kind, people).group_by(agency),
        select(literal(PROFESSION), null(), profession, *no_kind, people).group_by(profession),
        select(literal(TOTAL), null(), null(), *no_kind, people),
    ).subquery()
    return Read(
        Counted,
        select(
            found.c.origin,
            found.c.state,
            found.c.mark,
            found.c.number,
            found.c.level,
            func.coalesce(Agency.name, NOT_RECORDED).label("agency"),
            func.coalesce(Profession.name, NOT_RECORDED).label("profession"),
        )
        .outerjoin(Agency, Agency.id == found.c.agency_id)
        .outerjoin(Profession, Profession.id == found.c.profession_id),
    )


def _held(past: bool, reach: Reach) -> Read[ProvidedKind]:
    """The quarter's sessions with their places counted by kind; with a narrower reach only where somebody is seen."""
    said = _SAID[past]
    kinds = (Place.origin, said.state, said.mark)
    # Today the session itself says whether its register is closed.
    kept = (TrainingSession.id, RegisterClosure.id) if past else (TrainingSession.id,)
    counted = (
        _places(
            *_labelled(kinds),
            func.count(Place.id).label("number"),
            TrainingSession.id,
            said.is_closed.label("is_closed"),
            past=past,
            or_none=reach is Reach.ALL,
        )
        .where(*_begun(past=past), *_seen(reach))
        .group_by(*kept, *kinds)
        .subquery()
    )
    return Read(
        ProvidedKind,
        select(
            counted,
            Course.title.label("course"),
            Course.level,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.venue,
            TrainingSession.capacity,
        )
        .join(TrainingSession, TrainingSession.id == counted.c.id)
        .join(Course, Course.id == TrainingSession.course_id)
        .order_by(TrainingSession.starts_at, TrainingSession.id),
    )


def _labelled(kinds: tuple[SQLColumnExpression[Any], ...]) -> list[ColumnElement[Any]]:
    """Origin, state and mark as the rows name them."""
    return [column.label(name) for column, name in zip(kinds, ("origin", "state", "mark"), strict=True)]


_COUNTED = {of: _counted(*of) for of in product((False, True), WIDENING)}
_HELD = {of: _held(*of) for of in product((False, True), WIDENING)}


def quarter_report(quarter: Quarter, *, seen_by: Actor, at: datetime, past: bool = False) -> QuarterReport:
    """The attendance of a quarter as far as `seen_by` reaches; `past` reads it as it stood at `at`."""
    reach = seen_by.reach(Permission.ATTENDANCE_READ) or Reach.OWN
    values = _values(quarter, at, seen_by)
    counted, held = _COUNTED[past, reach].all(values), _HELD[past, reach].all(values)
    return report_of(quarter, reach, counted=counted, held=held)


def _values(quarter: Quarter, at: datetime, seen_by: Actor) -> dict[str, object]:
    return {
        "agency_id": seen_by.agency_id,
        "team_id": seen_by.team_id,
        "person_id": seen_by.person_id,
        "first": at_london(quarter.first_on, time.min),
        "after": at_london(quarter.next.first_on, time.min),
        "at": at,
    }


# So many quarters are asked about at once.
_MOST_QUARTERS = 8
_HELD_IN = select(
    *(
        exists()
        .where(
            TrainingSession.ends_at >= bindparam(f"first_{place}"),
            TrainingSession.ends_at < bindparam(f"after_{place}"),
            TrainingSession.starts_at <= _AT,
            TrainingSession.state == SessionState.PLANNED,
        )
        .label(f"held_{place}")
        for place in range(_MOST_QUARTERS)
    )
)


def quarters_held(newest: Quarter, *, at: datetime) -> tuple[Quarter, ...]:
    """Those of the eight quarters up to `newest` in which a session was held, the newest first; one statement."""
    quarters = [newest]
    while len(quarters) < _MOST_QUARTERS:
        quarters.append(quarters[-1].previous)
    values: dict[str, object] = {"at": at}
    for place, quarter in enumerate(quarters):
        values[f"first_{place}"] = at_london(quarter.first_on, time.min)
        values[f"after_{place}"] = at_london(quarter.next.first_on, time.min)
    held = db.session.execute(_HELD_IN, values).one()
    return tuple(quarter for quarter, is_held in zip(quarters, held, strict=True) if is_held)


_LATEST_CLOSED = {
    past: _sessions(func.max(TrainingSession.ends_at), past=past).where(
        said.session_state == SessionState.PLANNED, TrainingSession.starts_at <= _AT, said.is_closed
    )
    for past, said in _SAID.items()
}


def latest_quarter(*, at: datetime, past: bool = False) -> Quarter:
    """The latest quarter with a closed register; the present one when there is none."""
    ended_at = db.session.scalar(_LATEST_CLOSED[past], {"at": at})
    return Quarter.containing(london_date(ended_at or at))


def _headlines(reach: Reach) -> tuple[Read[SessionKind], Select[int]]:
    """The reads of the quarter's sessions with their places by kind, and of the people of closed registers."""
    kinds = (Place.origin, Place.state, Place.mark)
    began = (*_begun(past=False), *_seen(reach))
    sessions = (
        _places(
            *kinds,
            func.count(Place.id).label("number"),
            TrainingSession.id,
            _TODAY.is_closed.label("is_closed"),
            past=False,
            or_none=reach is Reach.ALL,
        )
        .where(*began)
        .group_by(TrainingSession.id, *kinds)
    )
    people = _places(func.count(Place.person_id.distinct()), past=False).where(
        *began, _TODAY.is_closed, or_(Place.origin == PlaceOrigin.BOOKED, Place.mark.in_(CAME))
    )
    return Read(SessionKind, sessions), people


_HEADLINES = {reach: _headlines(reach) for reach in WIDENING}


def quarter_headlines(*, seen_by: Actor, at: datetime) -> QuarterHeadlines:
    """The latest quarter as far as `seen_by` may read attendance.

    Who may not is given the figures of all agencies: they name nobody, and the group's page is open to everybody.
    """
    reach = seen_by.reach(Permission.ATTENDANCE_READ) or Reach.ALL
    quarter = latest_quarter(at=at)
    values = _values(quarter, at, seen_by)
    sessions, people = _HEADLINES[reach]
    rows = sessions.all(values)
    closed = {row.id: row.is_closed for row in rows}
    return QuarterHeadlines(
        quarter=quarter,
        reach=reach,
        counts=Counts.of(row.kind for row in rows if row.is_closed),
        people=db.session.scalar(people, values) or 0,
        sessions=len(closed),
        open_registers=sum(1 for is_closed in closed.values() if not is_closed),
    )
