"""Reads of sessions and registers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.words import clock_time, long_date, moment
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read
from wfsite.people.models import Agency, Person, Profession
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import CAME, NOT_RECORDED, Mark, PlaceOrigin, PlaceState, is_expected
from wfsite.training.programme.models import Course, TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.registers.count_rules import Alike, Counts
from wfsite.training.registers.models import MARKS, AttendanceMark
from wfsite.training.registers.rules import OPENS_BEFORE

_agency = table_of(Agency)
_mark = table_of(AttendanceMark)
_course = table_of(Course)
_person = table_of(Person)
_place = table_of(Place)
_profession = table_of(Profession)
_session = table_of(TrainingSession)


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
    session_id: int

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
_READ_HEAD = Read(
    SessionHead,
    select(
        _session.c.id,
        _course.c.title.label("course"),
        _course.c.level,
        _session.c.starts_at,
        _session.c.ends_at,
        _session.c.venue,
        _session.c.trainer,
        _session.c.capacity,
        (_session.c.state == SessionState.CANCELLED).label("is_cancelled"),
        _session.c.register_closed_at.label("closed_at"),
        func.coalesce(_CLOSER.c.name, "").label("closed_by"),
        _session.c.version,
    )
    .join(_course, _course.c.id == _session.c.course_id)
    .outerjoin(_CLOSER, _CLOSER.c.id == _session.c.register_closed_by)
    .where(_session.c.id == bindparam("session_id")),
)


def session_head(session_id: int) -> SessionHead:
    """A session; raises `Missing`."""
    return _READ_HEAD.one({"session_id": session_id})


_PLACE = (
    select(
        _place.c.id,
        _person.c.name,
        func.coalesce(_agency.c.name, NOT_RECORDED).label("agency"),
        func.coalesce(_profession.c.name, NOT_RECORDED).label("profession"),
        _place.c.origin,
        _place.c.state,
        _place.c.mark,
        _place.c.version,
        _place.c.session_id,
    )
    .join(_person, _person.c.id == _place.c.person_id)
    .outerjoin(_agency, _agency.c.id == _place.c.agency_id)
    .outerjoin(_profession, _profession.c.id == _place.c.profession_id)
)
_READ_PLACES = Read(
    RegisterRow,
    _PLACE.where(_place.c.session_id == bindparam("session_id")).order_by(_person.c.name, _place.c.id),
)
_READ_PLACE = Read(RegisterRow, _PLACE.where(_place.c.id == bindparam("place_id")))


def register_rows(session_id: int) -> tuple[RegisterRow, ...]:
    """Everybody who has a place at a session or came without one, by name."""
    return _READ_PLACES.all({"session_id": session_id})


def place_page(place_id: int) -> RegisterRow:
    """A place on its register; raises `Missing`."""
    return _READ_PLACE.one({"place_id": place_id})


def register(session_id: int, *, seen_by: Actor) -> Register:
    """A session's register, with the last act of `seen_by` on it; raises `Missing`."""
    head = session_head(session_id)
    found = register_rows(session_id)
    return Register(
        session=head,
        rows=tuple(row for row in found if row.expected or row.mark in CAME),
        cancelled=tuple(row for row in found if row.state is not PlaceState.CONFIRMED),
        counts=Counts.of((row.origin, row.state, row.mark, 1) for row in found),
        last_act=None if head.is_closed else last_act(session_id, by=seen_by),
    )


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place as whoever is about to write on it finds it."""

    id: int
    origin: PlaceOrigin
    state: PlaceState
    mark: Mark
    version: int

    @property
    def expected(self) -> bool:
        """Booked, and not cancelled."""
        return is_expected(self.origin, self.state)


_HELD = (
    select(_place.c.id, _place.c.origin, _place.c.state, _place.c.mark, _place.c.version)
    .where(_place.c.session_id == bindparam("session_id"))
    .order_by(_place.c.id)
)
_READ_HELD = Read(HeldPlace, _HELD)
_READ_HELD_OF = Read(HeldPlace, _HELD.where(_place.c.person_id == bindparam("person_id")))


def held_places(session_id: int) -> dict[int, HeldPlace]:
    """Every place at a session by its id, in that order."""
    return {place.id: place for place in _READ_HELD.all({"session_id": session_id})}


def held_place_or_none(session_id: int, *, person_id: int) -> HeldPlace | None:
    """Somebody's place at a session, or None."""
    return _READ_HELD_OF.one_or_none({"session_id": session_id, "person_id": person_id})


_LAST = (
    select(_mark.c.act, _mark.c.is_undo)
    .join(_place, _place.c.id == _mark.c.place_id)
    .where(_place.c.session_id == bindparam("session_id"), _mark.c.recorded_by == bindparam("person_id"))
    .order_by(*(column.desc() for column in in_order(_mark)))
    .limit(1)
    .subquery()
)
_READ_LAST_ACT = Read(
    LastAct,
    select(_mark.c.act.label("key"), func.count().over().label("people"), _mark.c.mark, _person.c.name)
    .join(_LAST, and_(_LAST.c.act == _mark.c.act, ~_LAST.c.is_undo))
    .join(_place, _place.c.id == _mark.c.place_id)
    .join(_person, _person.c.id == _place.c.person_id)
    .where(
        _place.c.session_id == bindparam("session_id"),
        _mark.c.recorded_by == bindparam("person_id"),
        _mark.c.id == MARKS.newest(_place.c.id),
    )
    .order_by(_mark.c.id.desc())
    .limit(1),
)


def last_act(session_id: int, *, by: Actor) -> LastAct | None:
    """What `by` did last on a register and may undo, as far as it stands; None when nothing does, or it was an undo."""
    return _READ_LAST_ACT.one_or_none({"session_id": session_id, "person_id": by.person_id})


_READ_COUNTS = Read(
    Alike,
    select(_place.c.origin, _place.c.state, _place.c.mark, func.count().label("number"))
    .where(_place.c.session_id == bindparam("session_id"))
    .group_by(_place.c.origin, _place.c.state, _place.c.mark),
)


def register_counts(session_id: int) -> Counts:
    """What a register adds up to."""
    return Counts.of(row.kind for row in _READ_COUNTS.all({"session_id": session_id}))
