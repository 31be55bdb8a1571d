"""Reads of sessions and registers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Missing
from wfsite.core.words import clock_time, long_date, moment
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession
from wfsite.training.attendance.models import (
    AttendanceMark,
    Course,
    Place,
    RegisterClosure,
    SessionState,
    TrainingSession,
)
from wfsite.training.attendance.rules import CAME, OPENS_BEFORE, Counts, Mark, PlaceOrigin, PlaceState, is_expected

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
    """The newest act of one person on a register, as "Undo" words it; `key` names it."""

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


_CLOSER = aliased(Person)
_HEAD = (
    select(
        TrainingSession.id,
        Course.title,
        Course.level,
        TrainingSession.starts_at,
        TrainingSession.ends_at,
        TrainingSession.venue,
        TrainingSession.trainer,
        TrainingSession.capacity,
        TrainingSession.state,
        TrainingSession.register_closed_at,
        _CLOSER.name.label("closer"),
        TrainingSession.version,
    )
    .join(Course, Course.id == TrainingSession.course_id)
    .outerjoin(_CLOSER, _CLOSER.id == TrainingSession.register_closed_by)
    .where(TrainingSession.id == bindparam("session_id"))
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
        Place.id,
        Person.name,
        Agency.name.label("agency"),
        Profession.name.label("profession"),
        Place.origin,
        Place.state,
        Place.mark,
        Place.version,
    )
    .join(Person, Person.id == Place.person_id)
    .outerjoin(Agency, Agency.id == Place.agency_id)
    .outerjoin(Profession, Profession.id == Place.profession_id)
)
_PLACES = _PLACE.where(Place.session_id == bindparam("session_id")).order_by(Person.name, Place.id)
_ONE_PLACE = _PLACE.add_columns(Place.session_id).where(Place.id == bindparam("place_id"))


def _row(row: Sequence[Any]) -> RegisterRow:
    place_id, name, agency, profession, origin, state, mark, version = row
    return RegisterRow(place_id, name, agency or NOT_RECORDED, profession or NOT_RECORDED, origin, state, mark, version)


def register(session_id: int, *, seen_by: Actor) -> Register:
    """A session's register, with the last act of `seen_by` on it; raises `Missing`."""
    head = session_head(session_id)
    found = [_row(row) for row in db.session.execute(_PLACES, {"session_id": session_id})]
    return Register(
        head,
        tuple(row for row in found if row.expected or row.mark in CAME),
        tuple(row for row in found if row.state is not PlaceState.CONFIRMED),
        Counts.of((row.origin, row.state, row.mark, 1) for row in found),
        None if head.is_closed else last_act(session_id, by=seen_by),
    )


_LAST = (
    select(AttendanceMark.act, AttendanceMark.is_undo, AttendanceMark.mark, Person.name)
    .join(Place, Place.id == AttendanceMark.place_id)
    .join(Person, Person.id == Place.person_id)
    .where(Place.session_id == bindparam("session_id"), AttendanceMark.recorded_by == bindparam("person_id"))
    .order_by(AttendanceMark.id.desc())
    .limit(1)
    .subquery()
)
_LAST_ACT = select(
    _LAST,
    select(func.count())
    .select_from(AttendanceMark)
    .join(Place, Place.id == AttendanceMark.place_id)
    .where(Place.session_id == bindparam("session_id"), AttendanceMark.act == _LAST.c.act)
    .scalar_subquery()
    .label("people"),
)


def last_act(session_id: int, *, by: Actor) -> LastAct | None:
    """What `by` did last on a register and may undo; None when that was nothing, or an undo."""
    row = db.session.execute(_LAST_ACT, {"session_id": session_id, "person_id": by.person_id}).one_or_none()
    if row is None or row.is_undo:
        return None
    return LastAct(row.act, row.people, row.mark, row.name)


_COUNTS = (
    select(Place.origin, Place.state, Place.mark, func.count())
    .where(Place.session_id == bindparam("session_id"))
    .group_by(Place.origin, Place.state, Place.mark)
)


def register_counts(session_id: int) -> Counts:
    """What a register adds up to."""
    return Counts.of(tuple(row) for row in db.session.execute(_COUNTS, {"session_id": session_id}))  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class MarkMade:
    """A mark as it was set; `before` is what stood there until then."""

    mark: Mark
    before: Mark
    by: str
    at: datetime
    is_undo: bool


_HISTORY = (
    select(AttendanceMark.mark, Person.name, AttendanceMark.recorded_at, AttendanceMark.is_undo)
    .outerjoin(Person, Person.id == AttendanceMark.recorded_by)
    .where(AttendanceMark.place_id == bindparam("place_id"))
    .order_by(AttendanceMark.id)
)


def marks_made(place_id: int) -> tuple[MarkMade, ...]:
    """Every mark of a place, oldest first."""
    found: list[MarkMade] = []
    before = Mark.UNRECORDED
    for row in db.session.execute(_HISTORY, {"place_id": place_id}):
        found.append(MarkMade(row.mark, before, row.name or "", row.recorded_at, row.is_undo))
        before = row.mark
    return tuple(found)


def place_page(place_id: int) -> tuple[RegisterRow, int]:
    """A place and the id of its session; raises `Missing`."""
    row = db.session.execute(_ONE_PLACE, {"place_id": place_id}).one_or_none()
    if row is None:
        raise Missing
    return _row(row[:-1]), row.session_id


_NEWEST = (
    select(AttendanceMark.place_id, func.max(AttendanceMark.id).label("id"))
    .join(Place, Place.id == AttendanceMark.place_id)
    .where(Place.session_id == bindparam("session_id"))
    .group_by(AttendanceMark.place_id)
    .subquery()
)
_NEWEST_MARKS = (
    select(
        AttendanceMark.place_id, AttendanceMark.mark, Person.name, AttendanceMark.recorded_at, AttendanceMark.is_undo
    )
    .join(_NEWEST, _NEWEST.c.id == AttendanceMark.id)
    .outerjoin(Person, Person.id == AttendanceMark.recorded_by)
)


def newest_marks(session_id: int) -> dict[int, MarkMade]:
    """The newest mark of each place of a session that has any, by the place's id."""
    rows = db.session.execute(_NEWEST_MARKS, {"session_id": session_id})
    return {
        row.place_id: MarkMade(row.mark, Mark.UNRECORDED, row.name or "", row.recorded_at, row.is_undo) for row in rows
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
    select(Person.id, Person.name, Person.email, Agency.name, Profession.name, Place.origin, Place.state, Place.mark)
    .outerjoin(Agency, Agency.id == Person.agency_id)
    .outerjoin(Profession, Profession.id == Person.profession_id)
    .outerjoin(Place, and_(Place.person_id == Person.id, Place.session_id == bindparam("session_id")))
    .where(
        Person.active,
        Person.name.ilike(bindparam("like"), escape="\\") | Person.email.like(bindparam("low"), escape="\\"),
    )
    .order_by(Person.name, Person.id)
    .limit(bindparam("most"))
)


def people_found(words: str, *, session_id: int, most: int = 20) -> tuple[FoundPerson, ...]:
    """People whose name or email address holds `words`, at most `most` of them."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"like": f"%{escaped}%", "low": f"%{escaped.lower()}%", "session_id": session_id, "most": most}
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


_AGENCIES = select(Agency.id, Agency.name).where(Agency.active).order_by(Agency.name)
_PROFESSIONS = select(Profession.id, Profession.name).where(Profession.active).order_by(Profession.name)


def agency_choices() -> list[tuple[str, str]]:
    """The agencies in use, as a form's choices."""
    return [(str(row.id), row.name) for row in db.session.execute(_AGENCIES)]


def profession_choices() -> list[tuple[str, str]]:
    """The professions in use, as a form's choices."""
    return [(str(row.id), row.name) for row in db.session.execute(_PROFESSIONS)]


@dataclass(frozen=True, slots=True)
class ClosureMade:
    """That a register was closed or opened again."""

    is_closed: bool
    by: str
    at: datetime


_CLOSURES = (
    select(RegisterClosure.is_closed, Person.name, RegisterClosure.recorded_at)
    .outerjoin(Person, Person.id == RegisterClosure.recorded_by)
    .where(RegisterClosure.session_id == bindparam("session_id"))
    .order_by(RegisterClosure.id)
)


def closures(session_id: int) -> tuple[ClosureMade, ...]:
    """When a register was closed and opened again, oldest first."""
    rows = db.session.execute(_CLOSURES, {"session_id": session_id})
    return tuple(ClosureMade(row.is_closed, row.name or "", row.recorded_at) for row in rows)
