"""Whether a session goes ahead: a dated row a change, the newest also on the session.

Whoever writes on a session or on its places holds the session's row first.
"""

from datetime import datetime

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, NotNow, Stale
from wfsite.extensions import db
from wfsite.training.programme.models import SESSION_STANDINGS, TrainingSession
from wfsite.training.programme.rules import SessionState


def session_state_set(session_id: int, state: SessionState, *, version: int, by: Actor, at: datetime) -> bool:
    """Call a session off, or put it back; False when it stood so already.

    Raises `Missing`, `Stale` when it was changed first, and `NotNow` when its register is closed.
    """
    session = session_held(session_id)
    if session.state is state:
        return False
    if session.version != version:
        raise Stale("This session was changed first. Look at it, then try again.", theirs=session.state)
    if session.register_closed_at is not None:
        raise NotNow("The register of this session is closed, so it took place. Open the register again first.")
    SESSION_STANDINGS.add(at=at, session_id=session_id, state=state, recorded_by=by.person_id)
    session.state = state
    session.version += 1
    db.session.flush()
    return True


def session_held(session_id: int) -> TrainingSession:
    """A session that nobody else writes on until this request ends; raises `Missing`."""
    session = db.session.get(TrainingSession, session_id, with_for_update={"key_share": True}, populate_existing=True)
    if session is None:
        raise Missing
    return session
