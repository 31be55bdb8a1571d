"""Reads of sessions and registers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Missing
from wfsite.core.words import clock_time, long_date, moment
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession
from wfsite.people.queries import NAMED, named_values
from wfsite.training.attendance.models import (
    AttendanceMark,
    Course,
    Place,
    RegisterClosure,
    SessionState,
    TrainingSession,
)
from wfsite.training.attendance.rules import CAME, OPENS_BEFORE, Counts, Mark, PlaceOrigin, PlaceState, is_expected

_agency = table_of(Agency)
_mark = table_of(AttendanceMark)
_course = table_of(Course)
_person = table_of(Person)
_place = table_of(Place)
_profession = table_of(Profession)
_closure = table_of(RegisterClosure)
_session = table_of(TrainingSession)

NOT_RECORDED = "Not recorded"


@dataclass(frozen=True, slots=True)
class SessionHead:
    """A session as the pages about it are headed."""

    id: int
    course: str
    level: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    trainer: str
    capacity: int
    is_cancelled: bool
    closed_at: datetime | None
    closed_by: str
    version: int

    @property
    def when(self) -> str:
        """Its day and times; both days when it lasts longer than one."""
        first, last = london_date(self.starts_at), london_date(self.ends_at)
        if first == last:
            return f"{long_date(first)}, {clock_time(self.starts_at)} to {clock_time(self.ends_at)}"
        return f"{moment(self.starts_at)} to {moment(self.ends_at)}"

    @property
    def is_closed(self) -> bool:
        """Whether the register is closed."""
        return self.closed_at is not None

    def takes_marks(self, *, at: datetime) -> bool:
        """Whether marks may be set now."""
        return not self.is_cancelled and not self.is_closed and at >= self.starts_at - OPENS_BEFORE

    def may_close(self, *, at: datetime) -> bool:
        """Whether the register may be closed now."""
        return self.takes_marks(at=at) and at >= self.starts_at


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A person on a register."""

    id: int
    name: str
    agency: str
    profession: str
    origin: PlaceOrigin
    state: PlaceState
    mark: Mark
    version: int

    @property
    def expected(self) -> bool:
        """Booked, and not cancelled."""
        return is_expected(self.origin, self.state)


@dataclass(frozen=True, slots=True)
class LastAct:
    """What still stands of the newest act of one person on a register, as "Undo" words it; `key` names it."""

    key: str
    people: int
    mark: Mark
    name: str


@dataclass(frozen=True, slots=True)
class Register:
    """A session's register: who is on it, who cancelled, what it adds up to."""

    session: SessionHead
    rows: tuple[RegisterRow, ...]
    cancelled: tuple[RegisterRow, ...]
    counts: Counts
    last_act: LastAct | None

    @property
    def unrecorded(self) -> tuple[RegisterRow, ...]:
        """Those who were expected and of whom the register says nothing yet."""
        return tuple(row for row in self.rows if row.mark is Mark.UNRECORDED)


_CLOSER = _person.alias()
_HEAD = (
    select(
        _session.c.id,
        _course.c.title,
        _course.c.level,
        _session.c.starts_at,
        _session.c.ends_at,
        _session.c.venue,
        _session.c.trainer,
        _session.c.capacity,
        _session.c.state,
        _session.c.register_closed_at,
        _CLOSER.c.name.label("closer"),
        _session.c.version,
    )
    .join(_course, _course.c.id == _session.c.course_id)
    .outerjoin(_CLOSER, _CLOSER.c.id == _session.c.register_closed_by)
    .where(_session.c.id == bindparam("session_id"))
)


def session_head(session_id: int) -> SessionHead:
    """A session; raises `Missing`."""
    row = db.session.execute(_HEAD, {"session_id": session_id}).one_or_none()
    if row is None:
        raise Missing
    return SessionHead(
        row.id,
        row.title,
        row.level,
        row.starts_at,
        row.ends_at,
        row.venue,
        row.trainer,
        row.capacity,
        row.state is SessionState.CANCELLED,
        row.register_closed_at,
        row.closer or "",
        row.version,
    )


_PLACE = (
    select(
        _place.c.id,
        _person.c.name,
        _agency.c.name.label("agency"),
        _profession.c.name.label("profession"),
        _place.c.origin,
        _place.c.state,
        _place.c.mark,
        _place.c.version,
    )
    .join(_person, _person.c.id == _place.c.person_id)
    .outerjoin(_agency, _agency.c.id == _place.c.agency_id)
    .outerjoin(_profession, _profession.c.id == _place.c.profession_id)
)
_PLACES = _PLACE.where(_place.c.session_id == bindparam("session_id")).order_by(_person.c.name, _place.c.id)
_ONE_PLACE = _PLACE.add_columns(_place.c.session_id).where(_place.c.id == bindparam("place_id"))


def _row(row: Sequence[Any]) -> RegisterRow:
    place_id, name, agency, profession, origin, state, mark, version = row
    return RegisterRow(place_id, name, agency or NOT_RECORDED, profession or NOT_RECORDED, origin, state, mark, version)


def register_rows(session_id: int) -> tuple[RegisterRow, ...]:
    """Everybody who has a place at a session or came without one, by name."""
    return tuple(_row(row) for row in db.session.execute(_PLACES, {"session_id": session_id}))


def register(session_id: int, *, seen_by: Actor) -> Register:
    """A session's register, with the last act of `seen_by` on it; raises `Missing`."""
    head = session_head(session_id)
    found = register_rows(session_id)
    return Register(
        head,
        tuple(row for row in found if row.expected or row.mark in CAME),
        tuple(row for row in found if row.state is not PlaceState.CONFIRMED),
        Counts.of((row.origin, row.state, row.mark, 1) for row in found),
        None if head.is_closed else last_act(session_id, by=seen_by),
    )


_LAST = (
    select(_mark.c.act, _mark.c.is_undo)
    .join(_place, _place.c.id == _mark.c.place_id)
    .where(_place.c.session_id == bindparam("session_id"), _mark.c.recorded_by == bindparam("person_id"))
    .order_by(_mark.c.id.desc())
    .limit(1)
    .subquery()
)
_LATER = _mark.alias()
_LAST_ACT = (
    select(_mark.c.act, func.count().over().label("people"), _mark.c.mark, _person.c.name)
    .join(_LAST, and_(_LAST.c.act == _mark.c.act, ~_LAST.c.is_undo))
    .join(_place, _place.c.id == _mark.c.place_id)
    .join(_person, _person.c.id == _place.c.person_id)
    .where(
        _place.c.session_id == bindparam("session_id"),
        _mark.c.recorded_by == bindparam("person_id"),
        ~exists().where(_LATER.c.place_id == _mark.c.place_id, _LATER.c.id > _mark.c.id),
    )
    .order_by(_mark.c.id.desc())
    .limit(1)
)


def last_act(session_id: int, *, by: Actor) -> LastAct | None:
    """What `by` did last on a register and may undo, as far as it stands; None when nothing does, or it was an undo."""
    row = db.session.execute(_LAST_ACT, {"session_id": session_id, "person_id": by.person_id}).one_or_none()
    return LastAct(*row) if row else None


_COUNTS = (
    select(_place.c.origin, _place.c.state, _place.c.mark, func.count())
    .where(_place.c.session_id == bindparam("session_id"))
    .group_by(_place.c.origin, _place.c.state, _place.c.mark)
)


def register_counts(session_id: int) -> Counts:
    """What a register adds up to."""
    return Counts.of(tuple(row) for row in db.session.execute(_COUNTS, {"session_id": session_id}))


@dataclass(frozen=True, slots=True)
class MarkMade:
    """A mark as it was set; `before` is what stood there until then."""

    mark: Mark
    before: Mark
    by_id: int | None
    by: str
    at: datetime
    is_undo: bool


_HISTORY = (
    select(_mark.c.mark, _mark.c.recorded_by, _person.c.name, _mark.c.recorded_at, _mark.c.is_undo)
    .outerjoin(_person, _person.c.id == _mark.c.recorded_by)
    .where(_mark.c.place_id == bindparam("place_id"))
    .order_by(_mark.c.id)
)


def marks_made(place_id: int) -> tuple[MarkMade, ...]:
    """Every mark of a place, oldest first."""
    found: list[MarkMade] = []
    before = Mark.UNRECORDED
    for row in db.session.execute(_HISTORY, {"place_id": place_id}):
        found.append(MarkMade(row.mark, before, row.recorded_by, row.name or "", row.recorded_at, row.is_undo))
        before = row.mark
    return tuple(found)


def place_page(place_id: int) -> tuple[RegisterRow, int]:
    """A place and the id of its session; raises `Missing`."""
    row = db.session.execute(_ONE_PLACE, {"place_id": place_id}).one_or_none()
    if row is None:
        raise Missing
    return _row(row[:-1]), row.session_id


_NEWEST = (
    select(_mark.c.place_id, func.max(_mark.c.id).label("id"))
    .join(_place, _place.c.id == _mark.c.place_id)
    .where(_place.c.session_id == bindparam("session_id"))
    .group_by(_mark.c.place_id)
    .subquery()
)
_NEWEST_MARKS = (
    select(_mark.c.place_id, _mark.c.mark, _mark.c.recorded_by, _person.c.name, _mark.c.recorded_at, _mark.c.is_undo)
    .join(_NEWEST, _NEWEST.c.id == _mark.c.id)
    .outerjoin(_person, _person.c.id == _mark.c.recorded_by)
)


def newest_marks(session_id: int) -> dict[int, MarkMade]:
    """The newest mark of each place of a session that has any, by the place's id."""
    rows = db.session.execute(_NEWEST_MARKS, {"session_id": session_id})
    return {
        row.place_id: MarkMade(row.mark, Mark.UNRECORDED, row.recorded_by, row.name or "", row.recorded_at, row.is_undo)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who may be added to a register, and how they stand on it already ("" when they do not)."""

    id: int
    name: str
    email: str
    agency: str
    profession: str
    standing: str


_SEARCH = (
    select(
        _person.c.id,
        _person.c.name,
        _person.c.email,
        _agency.c.name,
        _profession.c.name,
        _place.c.origin,
        _place.c.state,
        _place.c.mark,
    )
    .outerjoin(_agency, _agency.c.id == _person.c.agency_id)
    .outerjoin(_profession, _profession.c.id == _person.c.profession_id)
    .outerjoin(_place, and_(_place.c.person_id == _person.c.id, _place.c.session_id == bindparam("session_id")))
    .where(_person.c.active, NAMED)
    .order_by(_person.c.name, _person.c.id)
    .limit(bindparam("most"))
)


def people_found(words: str, *, session_id: int, most: int = 20) -> tuple[FoundPerson, ...]:
    """People whose name or email address holds every one of `words`, at most `most` of them."""
    values = {**named_values(words), "session_id": session_id, "most": most}
    return tuple(
        FoundPerson(i, name, email, agency or NOT_RECORDED, profession or NOT_RECORDED, _standing(origin, state, mark))
        for i, name, email, agency, profession, origin, state, mark in db.session.execute(_SEARCH, values)
    )


def _standing(origin: PlaceOrigin | None, state: PlaceState, mark: Mark) -> str:
    if origin is None or (origin is PlaceOrigin.WALK_IN and mark not in CAME):
        return ""
    if is_expected(origin, state):
        return f"Has a place. {mark.label}"
    return f"Walk-in. {mark.label}" if mark in CAME else "Cancelled their place"


@dataclass(frozen=True, slots=True)
class ClosureMade:
    """That a register was closed or opened again."""

    is_closed: bool
    by_id: int | None
    by: str
    at: datetime


_CLOSURES = (
    select(_closure.c.is_closed, _closure.c.recorded_by, _person.c.name, _closure.c.recorded_at)
    .outerjoin(_person, _person.c.id == _closure.c.recorded_by)
    .where(_closure.c.session_id == bindparam("session_id"))
    .order_by(_closure.c.id)
)


def closures(session_id: int) -> tuple[ClosureMade, ...]:
    """When a register was closed and opened again, oldest first."""
    rows = db.session.execute(_CLOSURES, {"session_id": session_id})
    return tuple(ClosureMade(row.is_closed, row.recorded_by, row.name or "", row.recorded_at) for row in rows)
