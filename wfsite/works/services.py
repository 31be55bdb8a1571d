"""Writes of pieces of work: asked for, taken up, told, ended, forgotten. None is done by two at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, bindparam, delete, select, update

from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.works.models import Work
from wfsite.works.queries import NOBODY_DOES, Left, heard_within
from wfsite.works.rules import GIVEN_UP, MOST_TRIES, SLOTS, WorkState

_work = table_of(Work)
_OVER = (WorkState.DONE, WorkState.FAILED)
_THIS = (_work.c.kind == bindparam("of_kind"), _work.c.subject_id == bindparam("of_subject"))
_FRESH: dict[str, Any] = {
    "state": WorkState.WAITING,
    "tries": 0,
    "slot": None,
    "runner": "",
    "alive_at": None,
    "words": "",
    "done": 0,
    "total": 0,
    "ended_at": None,
    "problem": "",
}
_ASK_AGAIN = (
    update(_work)
    .where(*_THIS, _work.c.state.in_(_OVER))
    .values(_FRESH | {"asked_by": bindparam("person"), "asked_at": bindparam("at")})
)
_ID = select(_work.c.id).where(*_THIS)
# Whoever took it up counted it on, so of two who found it left, one does it.
_TAKE = (
    update(_work)
    .where(_work.c.id == bindparam("work_id"), _work.c.tries == bindparam("found_tries"), NOBODY_DOES)
    .values(
        state=WorkState.RUNNING,
        tries=_work.c.tries + 1,
        slot=bindparam("in_slot"),
        runner=bindparam("by_runner"),
        alive_at=bindparam("at"),
    )
)
_MINE = (
    _work.c.id == bindparam("work_id"),
    _work.c.runner == bindparam("by_runner"),
    _work.c.state == WorkState.RUNNING,
)
_TELL = (
    update(_work)
    .where(*_MINE)
    .values(
        words=bindparam("now_words"), done=bindparam("now_done"), total=bindparam("now_total"), alive_at=bindparam("at")
    )
)
_END = (
    update(_work)
    .where(*_MINE)
    .values(state=bindparam("to_state"), problem=bindparam("why"), slot=None, runner="", ended_at=bindparam("at"))
)
_GIVE_UP = (
    update(_work)
    .where(_work.c.id == bindparam("work_id"), _work.c.tries == bindparam("found_tries"), NOBODY_DOES)
    .values(state=WorkState.FAILED, problem=GIVEN_UP, slot=None, ended_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece of work that was asked for, and whether it waits because of that: what was under way is not new."""

    id: int
    is_new: bool


def work_ask(kind: str, subject_id: int, *, by: int, at: datetime) -> Asked:
    """Ask for work on a thing, whose row the caller holds. What is under way is not begun anew."""
    this = {"of_kind": kind, "of_subject": subject_id}
    again = _changed(_ASK_AGAIN, {**this, "person": by, "at": at})
    found: int | None = db.session.scalar(_ID, this)
    if found is not None:
        return Asked(found, again)
    work = Work(kind=kind, subject_id=subject_id, asked_by=by, asked_at=at)
    db.session.add(work)
    db.session.flush()
    return Asked(work.id, is_new=True)


def work_take(found: Left, *, slot: int | None, runner: str, at: datetime) -> bool:
    """Take up what was found left; False where somebody else did, or it is given up after too many tries.

    Raises `IntegrityError` where another runner took the place at the same instant.
    """
    values = {"work_id": found.id, "found_tries": found.tries, "at": at, **heard_within(at)}
    if found.tries >= MOST_TRIES:
        _changed(_GIVE_UP, values)
        return False
    return _changed(_TAKE, {**values, "in_slot": slot, "by_runner": runner})


def slot_for(found: Left) -> int | None:
    """The place of a runner in which a piece of work can be done, or None when all are taken."""
    if found.slot is not None:
        return found.slot
    taken = set(db.session.scalars(select(_work.c.slot).where(_work.c.slot.is_not(None))))
    return next((slot for slot in range(1, SLOTS + 1) if slot not in taken), None)


def work_tell(work_id: int, words: str, *, done: int, total: int, runner: str, at: datetime) -> bool:
    """Say how far it is, past the session that reads for it; False where another has taken it up."""
    values = {"now_words": words[:200], "now_done": done, "now_total": total, "work_id": work_id}
    with db.engine.begin() as connection:
        return bool(connection.execute(_TELL, {**values, "by_runner": runner, "at": at}).rowcount)


def work_end(work_id: int, *, problem: str = "", runner: str, at: datetime) -> bool:
    """It is done, or failed for a `problem`; False where another has taken it up, whose word then counts."""
    state = WorkState.FAILED if problem else WorkState.DONE
    return _changed(_END, {"work_id": work_id, "to_state": state, "why": problem[:400], "by_runner": runner, "at": at})


def works_forget(*, before: datetime) -> int:
    """Delete what was asked for before an instant and is not under way; returns how many."""
    gone = delete(_work).where(_work.c.asked_at < before, _work.c.state != WorkState.RUNNING)
    return int(cast("CursorResult[Any]", db.session.execute(gone)).rowcount)


def _changed(statement: Update, values: dict[str, Any]) -> bool:
    return bool(cast("CursorResult[Any]", db.session.execute(statement, values)).rowcount)
