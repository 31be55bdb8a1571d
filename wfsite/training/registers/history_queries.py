"""Reads of a register's history: who set which mark, who gave up a place, who closed it and opened it again."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import bindparam, func, select

from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read
from wfsite.people.models import Person
from wfsite.training.bookings.models import Place, PlaceStanding
from wfsite.training.bookings.rules import Mark, PlaceState
from wfsite.training.registers.models import MARKS, AttendanceMark, RegisterClosure

_mark = table_of(AttendanceMark)
_person = table_of(Person)
_place = table_of(Place)
_closure, _standing = table_of(RegisterClosure), table_of(PlaceStanding)


@dataclass(frozen=True, slots=True)
class MarkMade:
    """A mark of a place as it was set; `before` is what stood there until then."""

    place_id: int
    mark: Mark
    by_id: int | None
    by: str
    at: datetime
    is_undo: bool
    before: Mark = Mark.UNRECORDED


@dataclass(frozen=True, slots=True)
class StandingMade:
    """Whether a place was kept, from an instant on; `before` is what stood until then, None at its booking."""

    mark: PlaceState
    by: str
    at: datetime
    is_undo: bool = False
    before: PlaceState | None = None


_MADE = select(
    _mark.c.place_id,
    _mark.c.mark,
    _mark.c.recorded_by.label("by_id"),
    func.coalesce(_person.c.name, "").label("by"),
    _mark.c.recorded_at.label("at"),
    _mark.c.is_undo,
).outerjoin(_person, _person.c.id == _mark.c.recorded_by)
_READ_HISTORY = Read(MarkMade, _MADE.where(_mark.c.place_id == bindparam("place_id")).order_by(*in_order(_mark)))
_READ_STANDINGS = Read(
    StandingMade,
    select(
        _standing.c.state.label("mark"),
        func.coalesce(_person.c.name, "").label("by"),
        _standing.c.recorded_at.label("at"),
    )
    .outerjoin(_person, _person.c.id == _standing.c.recorded_by)
    .where(_standing.c.place_id == bindparam("place_id"))
    .order_by(*in_order(_standing)),
)
_READ_NEWEST = Read(
    MarkMade,
    _MADE.join(_place, _place.c.id == _mark.c.place_id).where(
        _place.c.session_id == bindparam("session_id"), _mark.c.id == MARKS.newest(_place.c.id)
    ),
)


def marks_made(place_id: int) -> tuple[MarkMade, ...]:
    """Every mark of a place, oldest first."""
    found = _READ_HISTORY.all({"place_id": place_id})
    return (*found[:1], *(replace(made, before=last.mark) for last, made in pairwise(found)))


def place_history(place_id: int) -> tuple[MarkMade | StandingMade, ...]:
    """Every mark of a place and every change of its standing, oldest first."""
    stood = _READ_STANDINGS.all({"place_id": place_id})
    changes = [replace(made, before=last.mark) for last, made in pairwise(stood)]
    return tuple(sorted([*changes, *marks_made(place_id)], key=lambda made: made.at))


def newest_marks(session_id: int) -> dict[int, MarkMade]:
    """The newest mark of each place of a session that has any, by the place's id."""
    return {made.place_id: made for made in _READ_NEWEST.all({"session_id": session_id})}


@dataclass(frozen=True, slots=True)
class ClosureMade:
    """That a register was closed or opened again."""

    is_closed: bool
    by_id: int | None
    by: str
    at: datetime


_READ_CLOSURES = Read(
    ClosureMade,
    select(
        _closure.c.is_closed,
        _closure.c.recorded_by.label("by_id"),
        func.coalesce(_person.c.name, "").label("by"),
        _closure.c.recorded_at.label("at"),
    )
    .outerjoin(_person, _person.c.id == _closure.c.recorded_by)
    .where(_closure.c.session_id == bindparam("session_id"))
    .order_by(*in_order(_closure)),
)


def closures(session_id: int) -> tuple[ClosureMade, ...]:
    """When a register was closed and opened again, oldest first."""
    return _READ_CLOSURES.all({"session_id": session_id})
