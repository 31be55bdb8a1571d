"""Closing a register and opening it again; both leave a dated row and an event in the audit trail."""

from collections.abc import Mapping
from datetime import datetime

from wfsite.core.actor import Actor
from wfsite.core.errors import OtherHand, RuleBroken, Stale
from wfsite.extensions import db
from wfsite.training.bookings.rules import Mark
from wfsite.training.programme.models import TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.programme.services import session_held
from wfsite.training.registers import history_queries, queries
from wfsite.training.registers.models import CLOSURES
from wfsite.training.registers.rules import check_closing
from wfsite.training.registers.services import Change, register_save, stale_marks

UNANSWERED = "Select what the register should say of {name}"


def register_close(
    session_id: int,
    *,
    version: int,
    answers: Mapping[int, Change],
    rest: Mark | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Close a register, once everybody unrecorded has an answer; returns False when it was closed already.

    An answer of "not yet recorded" says that nobody knows, and stands as such in the figures. Raises
    `RuleBroken` (`mark-<place id>`) for whoever has no answer, `NotNow` when the state forbids it, and
    `Stale` when the register was closed with other answers.
    """
    session = session_held(session_id)
    if session.register_closed_at is not None:
        _check_answers(session_id, answers, by=by, at=at)
        return False
    _check_version(session, version, by=by, at=at)
    check_closing(starts_at=session.starts_at, cancelled=session.state is SessionState.CANCELLED, at=at)
    asked = {row.id: row.name for row in queries.register(session_id, seen_by=by).unrecorded}
    missing = {f"mark-{i}": UNANSWERED.format(name=name) for i, name in asked.items() if i not in answers}
    if missing and rest is None:
        raise RuleBroken(**missing)
    if answers or rest is not None:
        register_save(session_id, answers, rest=rest, by=by, at=at)
    _finish(session, is_closed=True, by=by, at=at)
    return True


def register_reopen(session_id: int, *, version: int, by: Actor, at: datetime) -> bool:
    """Open a closed register again; returns False when it was open already."""
    session = session_held(session_id)
    if session.register_closed_at is None:
        return False
    _check_version(session, version, by=by, at=at)
    _finish(session, is_closed=False, by=by, at=at)
    return True


def _check_answers(session_id: int, answers: Mapping[int, Change], *, by: Actor, at: datetime) -> None:
    """Raise `Stale` when a closed register says something else than `answers`: they would be lost unseen."""
    stands = {row.id: row.mark for row in queries.register_rows(session_id)}
    lost = {i: change.mark for i, change in answers.items() if i in stands and change.mark is not stands[i]}
    if lost:
        raise stale_marks(lost, session_id, by=by, at=at, why=_what_happened(session_id, by=by, at=at))


def _check_version(session: TrainingSession, version: int, *, by: Actor, at: datetime) -> None:
    if session.version != version:
        what = _what_happened(session.id, by=by, at=at)
        raise Stale(f"{what} Check it, then try again.", theirs=())


def _what_happened(session_id: int, *, by: Actor, at: datetime) -> str:
    """Who closed the register last or opened it again, as a sentence for `by`."""
    made = history_queries.closures(session_id)
    if not made:
        return "This register has changed since you opened this page."
    last = made[-1]
    hand = OtherHand.of(last.by_id, name=last.by, changed_at=last.at, told_to=by, at=at)
    deed = "closed this register" if last.is_closed else "opened this register again"
    return f"{hand.who} {deed}{hand.aside}, after you opened this page."


def _finish(session: TrainingSession, *, is_closed: bool, by: Actor, at: datetime) -> None:
    made = CLOSURES.add(at=at, session_id=session.id, is_closed=is_closed, recorded_by=by.person_id)
    session.version += 1
    session.register_closed_at, session.register_closed_by = (made.at, by.person_id) if is_closed else (None, None)
    db.session.flush()
