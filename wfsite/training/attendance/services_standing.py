"""Whether a place is kept and a session goes ahead: a dated row a change, the newest also on what it is about.

Whoever writes holds the session's row first, as for marks.
"""

from datetime import datetime

from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing
from wfsite.db.dated import moved
from wfsite.extensions import db
from wfsite.training.attendance.models import (
    PLACE_STANDINGS,
    SESSION_STANDINGS,
    Place,
    SessionState,
    TrainingSession,
)
from wfsite.training.attendance.queries import place_page
from wfsite.training.attendance.rules import PlaceOrigin, PlaceState, check_standing


def place_state_set(place_id: int, state: PlaceState, *, version: int, by: Actor, at: datetime) -> bool:
    """Give up a booked place, or take it up again; False when it stood so already.

    Raises `Missing` for a place that nobody booked, `Conflict` when it was changed first, is recorded already, or its
    session was called off or its register closed.
    """
    session = session_held(place_page(place_id).session_id)
    place = place_page(place_id)
    if place.origin is not PlaceOrigin.BOOKED:
        raise Missing
    if place.state is state:
        return False
    check_standing(
        place.mark, cancelled=session.state is SessionState.CANCELLED, closed=session.register_closed_at is not None
    )
    if not moved(Place, place_id, seen={"version": version}, to={"state": state, "version": version + 1}):
        raise Conflict("This place was changed first. Look at it, then try again.")
    PLACE_STANDINGS.add(at=at, place_id=place_id, state=state, recorded_by=by.person_id)
    return True


def session_state_set(session_id: int, state: SessionState, *, version: int, by: Actor, at: datetime) -> bool:
    """Call a session off, or put it back; False when it stood so already.

    Raises `Missing`, and `Conflict` when it was changed first or its register is closed.
    """
    session = session_held(session_id)
    if session.state is state:
        return False
    if session.version != version:
        raise Conflict("This session was changed first. Look at it, then try again.")
    if session.register_closed_at is not None:
        raise Conflict("The register of this session is closed, so it took place. Open the register again first.")
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
