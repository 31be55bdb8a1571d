"""Reads of the quarter's attendance: what was provided, who came, by profession and agency.

The present is read from the columns that carry the newest mark and closure, the past from the dated rows.
"""

from datetime import datetime, time
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from wfsite.core.actor import Actor
from wfsite.core.clock import at_london, london_date
from wfsite.core.periods import Quarter
from wfsite.core.permissions import Permission, Reach
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, Team
from wfsite.training.attendance.models import (
    CLOSURES,
    MARKS,
    AttendanceMark,
    Course,
    Place,
    RegisterClosure,
    SessionState,
    TrainingSession,
)
from wfsite.training.attendance.report.rules import (
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
from wfsite.training.attendance.rules import CAME, NOT_RECORDED, Counts, Mark, PlaceOrigin


def _mark(*, past: bool) -> ColumnElement[Mark] | InstrumentedAttribute[Mark]:
    if not past:
        return Place.mark
    return func.coalesce(AttendanceMark.mark, literal(Mark.UNRECORDED, Place.mark.type), type_=Place.mark.type)


def _closed(*, past: bool) -> ColumnElement[bool]:
    if not past:
        return TrainingSession.register_closed_at.is_not(None)
    return func.coalesce(RegisterClosure.is_closed, literal(False))


def _joined(statement: Select[*tuple[Any, ...]], *, past: bool) -> Select[*tuple[Any, ...]]:
    """`statement` about sessions and their places, joined in the past to the facts that stood at `at`."""
    if not past:
        return statement
    return _joined_closure(statement, past=past).outerjoin(
        AttendanceMark, AttendanceMark.id == MARKS.newest(Place.id, up_to=bindparam("at"))
    )


def _joined_closure(statement: Select[*tuple[Any, ...]], *, past: bool) -> Select[*tuple[Any, ...]]:
    if not past:
        return statement
    newest = CLOSURES.newest(TrainingSession.id, up_to=bindparam("at"))
    return statement.outerjoin(RegisterClosure, RegisterClosure.id == newest)


_BEGUN = (
    TrainingSession.ends_at >= bindparam("first"),
    TrainingSession.ends_at < bindparam("after"),
    TrainingSession.starts_at <= bindparam("at"),
    TrainingSession.state == SessionState.PLANNED,
)


def _seen(reach: Reach) -> list[ColumnElement[bool]]:
    """Whose places a reach shows: the agency as at the session, the team as it is now."""
    if reach is Reach.ALL:
        return []
    if reach is Reach.AGENCY:
        return [Place.agency_id == bindparam("agency_id")]
    if reach is Reach.OWN:
        return [Place.person_id == bindparam("person_id")]
    team = bindparam("team_id", type_=Team.id.type)
    teams = select(Team.id).where(or_(Team.id == team, Team.parent_id == team))
    return [Place.person_id.in_(select(Person.id).where(Person.team_id.in_(teams)))]


def _counted(past: bool, reach: Reach) -> Read[Counted]:
    """Events by agency, profession and kind, and different people at four levels, in one statement."""
    mark = _mark(past=past)
    counted = or_(Place.origin == PlaceOrigin.BOOKED, mark.in_(CAME))
    where = (*_BEGUN, *_seen(reach), _closed(past=past), counted)
    pair, kinds = (Place.agency_id, Place.profession_id), (Place.origin, Place.state, mark.label("mark"))

    def places(*columns: Any) -> Select[*tuple[Any, ...]]:
        joined = select(*columns).select_from(TrainingSession).join(Place, Place.session_id == TrainingSession.id)
        return _joined(joined, past=past).where(*where)

    # Each person once for each place where they belonged: a few rows fewer to count four times over.
    belonged = places(Place.person_id, *pair).group_by(Place.person_id, *pair).cte("belonged")
    agency, profession = belonged.c.agency_id, belonged.c.profession_id
    people, no_kind = func.count(belonged.c.person_id.distinct()), (null(), null(), null())
    found = union_all(
        places(literal(EVENT).label("level"), *pair, *kinds, func.count().label("number")).group_by(
            *pair, Place.origin, Place.state, mark
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
    mark = _mark(past=past)
    kinds = (Place.origin, Place.state, mark)
    is_closed = _closed(past=past)
    places = (
        select(
            Place.origin,
            Place.state,
            mark.label("mark"),
            func.count(Place.id).label("number"),
            TrainingSession.id,
            is_closed.label("is_closed"),
        )
        .select_from(TrainingSession)
        .join(Place, Place.session_id == TrainingSession.id, isouter=reach is Reach.ALL)
    )
    grouped = _joined(places, past=past).where(*_BEGUN, *_seen(reach)).group_by(TrainingSession.id, is_closed, *kinds)
    counted = grouped.subquery()
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


_COUNTED = {of: _counted(*of) for of in product((False, True), Reach)}
_HELD = {of: _held(*of) for of in product((False, True), Reach)}


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


_LATEST_CLOSED = {
    past: _joined_closure(select(func.max(TrainingSession.ends_at)).select_from(TrainingSession), past=past).where(
        TrainingSession.state == SessionState.PLANNED, TrainingSession.starts_at <= bindparam("at"), _closed(past=past)
    )
    for past in (False, True)
}


def latest_quarter(*, at: datetime, past: bool = False) -> Quarter:
    """The latest quarter with a closed register; the present one when there is none."""
    ended_at = db.session.scalar(_LATEST_CLOSED[past], {"at": at})
    return Quarter.containing(london_date(ended_at or at))


def _headlines(reach: Reach) -> tuple[Read[SessionKind], Select[int]]:
    """The reads of the quarter's sessions with their places by kind, and of the people of closed registers."""
    kinds = (Place.origin, Place.state, Place.mark)
    sessions = (
        select(
            *kinds,
            func.count(Place.id).label("number"),
            TrainingSession.id,
            _closed(past=False).label("is_closed"),
        )
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
    return Read(SessionKind, sessions), people


_HEADLINES = {reach: _headlines(reach) for reach in Reach}


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
