"""Acts on a register: marks one by one, all at once, undone. Each effective mark is a dated row of its own.

Whoever writes holds the session's row first (shared for one mark, alone for many), then places. So two people
on one register wait for each other for a moment, never lock each other out, and a mark never slips in behind
the closing of its register.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, zip_longest
from operator import attrgetter

from sqlalchemy import bindparam, literal, or_, select, update

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, OtherHand, Stale
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import CAME, Mark, PlaceOrigin, PlaceState, is_expected
from wfsite.training.programme.models import TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.registers import history_queries, queries
from wfsite.training.registers.history_queries import MarkMade
from wfsite.training.registers.models import MARKS, AttendanceMark
from wfsite.training.registers.queries import RegisterRow
from wfsite.training.registers.rules import OPENS_BEFORE, check_mark, check_open

_place, _mark, _session = table_of(Place), table_of(AttendanceMark), table_of(TrainingSession)
_person = table_of(Person)


@dataclass(frozen=True, slots=True)
class Marked:
    """A place after a mark was set; `act` is None when the mark stood already."""

    place_id: int
    session_id: int
    name: str
    mark: Mark
    version: int
    expected: bool
    act: str | None


@dataclass(frozen=True, slots=True)
class StaleMark:
    """A mark that was changed first: how the place stands, who set it so (None: nobody did), and what was typed."""

    row: RegisterRow
    hand: OtherHand | None
    typed: Mark

    @property
    def session_id(self) -> int:
        """The session whose register it is on."""
        return self.row.session_id


@dataclass(frozen=True, slots=True)
class Change:
    """A mark that a form asks for, and the version of the place that the form showed."""

    mark: Mark
    version: int


def new_act() -> str:
    """A fresh key for what one press of a button sets."""
    return secrets.token_urlsafe(9)


# With the session held shared, so that closing waits for this mark or this mark sees the closing.
_HELD = (
    select(_session.c.id)
    .where(
        _session.c.id == select(_place.c.session_id).where(_place.c.id == bindparam("place")).scalar_subquery(),
        _session.c.state == SessionState.PLANNED,
        _session.c.register_closed_at.is_(None),
        _session.c.starts_at <= bindparam("started_by"),
    )
    .with_for_update(read=True)
    .cte("held")
)
_SET_ONE = (
    update(_place)
    .where(
        _place.c.id == bindparam("place"),
        _place.c.version == bindparam("as_shown"),
        _place.c.mark != bindparam("wanted"),
        _place.c.session_id.in_(select(_HELD.c.id)),
        ((_place.c.origin == PlaceOrigin.BOOKED) & (_place.c.state == PlaceState.CONFIRMED))
        | bindparam("fits_walk_in", type_=literal(True).type),
    )
    .values(mark=bindparam("wanted"), version=_place.c.version + 1)
    .returning(
        _place.c.session_id,
        _place.c.origin,
        _place.c.state,
        _place.c.version,
        select(_person.c.name).where(_person.c.id == _place.c.person_id).scalar_subquery().label("name"),
    )
)


def place_mark(place_id: int, mark: Mark | None, *, version: int, by: Actor, at: datetime) -> Marked:
    """Set one mark. The same mark again has no effect.

    Raises `Missing`, `RuleBroken`, `NotNow`, and `Stale` (of a `StaleMark`) when it was changed first.
    """
    wanted = check_mark(mark, expected=True)
    values = {
        "place": place_id,
        "as_shown": version,
        "wanted": wanted,
        "started_by": at + OPENS_BEFORE,
        "fits_walk_in": wanted in CAME or wanted is Mark.UNRECORDED,
    }
    row = db.session.execute(_SET_ONE, values).one_or_none()
    if row is None:
        return _not_marked(place_id, wanted, by=by, at=at)
    act = new_act()
    _add_marks([(place_id, wanted)], by=by, at=at, act=act)
    return Marked(
        place_id=place_id,
        session_id=row.session_id,
        name=row.name,
        mark=wanted,
        version=row.version,
        expected=is_expected(row.origin, row.state),
        act=act,
    )


def _not_marked(place_id: int, wanted: Mark, *, by: Actor, at: datetime) -> Marked:
    """Why a mark was not set: raises, or answers that it stood already."""
    row = queries.place_page(place_id)
    head = queries.session_head(row.session_id)
    check_open(starts_at=head.starts_at, cancelled=head.is_cancelled, closed=head.is_closed, at=at)
    check_mark(wanted, expected=row.expected)
    if row.mark is wanted:
        return Marked(
            place_id=row.id,
            session_id=row.session_id,
            name=row.name,
            mark=row.mark,
            version=row.version,
            expected=row.expected,
            act=None,
        )
    raise stale_marks({row.id: wanted}, row.session_id, by=by, at=at)


def _add_marks(marks: Sequence[tuple[int, Mark]], *, by: Actor, at: datetime, act: str, is_undo: bool = False) -> None:
    common = {"recorded_by": by.person_id, "act": act, "is_undo": is_undo}
    MARKS.add_many([{"place_id": i, "mark": mark, **common} for i, mark in marks], at=at)


_SET_MANY = (
    update(_place)
    .where(_place.c.id == bindparam("place"))
    .values(mark=bindparam("wanted"), version=_place.c.version + 1)
)


def set_marks(marks: Sequence[tuple[int, Mark]], *, by: Actor, at: datetime, act: str, is_undo: bool = False) -> None:
    """Two statements however many marks; only for whoever holds the session alone."""
    if marks:
        db.session.execute(_SET_MANY, [{"place": i, "wanted": mark} for i, mark in marks])
        _add_marks(marks, by=by, at=at, act=act, is_undo=is_undo)


_ALONE = (
    select(_session.c.starts_at, _session.c.state, _session.c.register_closed_at)
    .where(_session.c.id == bindparam("session_id"))
    .with_for_update(key_share=True)
)
_ACT_DONE = (
    select(_mark.c.id)
    .join(_place, _place.c.id == _mark.c.place_id)
    .where(
        _place.c.session_id == bindparam("session_id"),
        _mark.c.act == bindparam("act"),
        or_(bindparam("place", type_=_place.c.id.type) == 0, _place.c.id == bindparam("place")),
    )
    .limit(1)
)


def hold_register(session_id: int, *, at: datetime) -> None:
    """Keep others from writing on this register until this request ends; raises `Missing` or `NotNow`."""
    row = db.session.execute(_ALONE, {"session_id": session_id}).one_or_none()
    if row is None:
        raise Missing
    closed = row.register_closed_at is not None
    check_open(starts_at=row.starts_at, cancelled=row.state is SessionState.CANCELLED, closed=closed, at=at)


def act_is_done(session_id: int, act: str, *, place_id: int = 0) -> bool:
    """Whether a form that carries this key has had its effect already, on a place or anywhere on the register."""
    values = {"session_id": session_id, "act": act, "place": place_id}
    return db.session.scalar(_ACT_DONE, values) is not None


def register_save(
    session_id: int, changes: Mapping[int, Change], *, rest: Mark | None = None, by: Actor, at: datetime
) -> int:
    """Set many marks at once, and `rest` for whoever is unrecorded after that; returns how many were set.

    All or nothing: raises `Stale` of each `StaleMark` when one of them was changed first.
    """
    hold_register(session_id, at=at)
    return _save_held(session_id, changes, rest=rest, by=by, at=at)


def _save_held(
    session_id: int, changes: Mapping[int, Change], *, rest: Mark | None, by: Actor, at: datetime, act: str = ""
) -> int:
    places = queries.held_places(session_id)
    if not changes.keys() <= places.keys():
        raise Missing
    marks: list[tuple[int, Mark]] = []
    stale: dict[int, Mark] = {}
    for place_id, place in places.items():
        change = changes.get(place_id)
        if change is not None and change.mark is not place.mark:
            check_mark(change.mark, expected=place.expected)
            if change.version == place.version:
                marks.append((place_id, change.mark))
            else:
                stale[place_id] = change.mark
        elif change is None and rest is not None and place.expected and place.mark is Mark.UNRECORDED:
            marks.append((place_id, rest))
    if stale:
        raise stale_marks(stale, session_id, by=by, at=at)
    set_marks(marks, by=by, at=at, act=act or new_act())
    return len(marks)


def hand_of(made: MarkMade | None, *, told_to: Actor, at: datetime) -> OtherHand | None:
    """Who set a mark, in words for `told_to`."""
    return OtherHand.of(made.by_id, name=made.by, changed_at=made.at, told_to=told_to, at=at) if made else None


def stale_marks(
    asked: Mapping[int, Mark], session_id: int, *, by: Actor, at: datetime, why: str = ""
) -> Stale[Sequence[StaleMark]]:
    """The conflict that shows each refused mark, by place, beside the one that stands, with whose hand set it."""
    newest = history_queries.newest_marks(session_id)
    found = [
        StaleMark(row, hand_of(newest.get(row.id), told_to=by, at=at), asked[row.id])
        for row in queries.register_rows(session_id)
        if row.id in asked
    ]
    return Stale(why or "A mark was changed first.", theirs=found)


def everyone_attended(session_id: int, *, act: str, by: Actor, at: datetime) -> int:
    """Mark everybody attended who is expected and not yet recorded; returns how many. The same `act` counts once."""
    hold_register(session_id, at=at)
    if act_is_done(session_id, act):
        return 0
    return _save_held(session_id, {}, rest=Mark.ATTENDED, by=by, at=at, act=act)


_MARKS_OF_SESSION = (
    select(_mark.c.place_id, _mark.c.mark, _mark.c.act, _mark.c.recorded_by, _mark.c.is_undo)
    .join(_place, _place.c.id == _mark.c.place_id)
    .where(_place.c.session_id == bindparam("session_id"))
    .order_by(_mark.c.place_id, *in_order(_mark))
)


def register_undo(session_id: int, *, act: str, by: Actor, at: datetime) -> int:
    """Take back what `by` set in one act, where it still stands; returns how many marks were put back.

    0 when they were put back already; raises `Stale` of each `StaleMark` when all were changed since.
    """
    hold_register(session_id, at=at)
    made = _made_in(session_id, act, by=by)
    if made.changed and not made.standing and not made.undone:
        raise stale_marks(made.changed, session_id, by=by, at=at, why="You cannot undo this any more.")
    set_marks(list(made.standing.items()), by=by, at=at, act=new_act(), is_undo=True)
    return len(made.standing)


def kept_marks(session_id: int, *, act: str, by: Actor, at: datetime) -> Sequence[StaleMark]:
    """What was changed since `by` set it in one act, and so cannot be undone."""
    changed = _made_in(session_id, act, by=by).changed
    found: Sequence[StaleMark] = stale_marks(changed, session_id, by=by, at=at).theirs if changed else ()
    return found


@dataclass(frozen=True, slots=True)
class _Made:
    """What one act set, by place: where it stands, with the mark before it; where it was undone; where changed."""

    standing: dict[int, Mark] = field(default_factory=dict)
    undone: dict[int, Mark] = field(default_factory=dict)
    changed: dict[int, Mark] = field(default_factory=dict)


def _made_in(session_id: int, act: str, *, by: Actor) -> _Made:
    """What became of what `by` set in one act."""
    found = _Made()
    rows = db.session.execute(_MARKS_OF_SESSION, {"session_id": session_id})
    for place_id, of_place in groupby(rows, attrgetter("place_id")):
        marks, before = list(of_place), Mark.UNRECORDED
        for row, after in zip_longest(marks, marks[1:]):
            if row.act == act and row.recorded_by == by.person_id and not row.is_undo:
                if after is None:
                    found.standing[place_id] = before
                elif after.is_undo and after.recorded_by == by.person_id:
                    found.undone[place_id] = row.mark
                else:
                    found.changed[place_id] = row.mark
            before = row.mark
    return found
