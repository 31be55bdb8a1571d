"""Whether a place is kept: a dated row a change, the newest also on the place.

Whoever writes holds the session's row first, as for marks.
"""

from datetime import datetime

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, Stale
from wfsite.db.dated import moved
from wfsite.extensions import db
from wfsite.training.bookings.models import PLACE_STANDINGS, Place
from wfsite.training.bookings.rules import PlaceOrigin, PlaceState, check_standing
from wfsite.training.programme.rules import SessionState
from wfsite.training.programme.services import session_held


def place_state_set(place_id: int, state: PlaceState, *, version: int, by: Actor, at: datetime) -> bool:
    """Give up a booked place, or take it up again; False when it stood so already.

    Raises `Missing` for a place that nobody booked, `Stale` when it was changed first, `NotNow` when it is recorded
    already, or its session was called off or its register closed.
    """
    session = session_held(_place(place_id).session_id)
    place = _place(place_id)
    if place.origin is not PlaceOrigin.BOOKED:
        raise Missing
    if place.state is state:
        return False
    check_standing(
        place.mark, cancelled=session.state is SessionState.CANCELLED, closed=session.register_closed_at is not None
    )
    if not moved(Place, place_id, seen={"version": version}, to={"state": state, "version": version + 1}):
        raise Stale("This place was changed first. Look at it, then try again.", theirs=_place(place_id).state)
    PLACE_STANDINGS.add(at=at, place_id=place_id, state=state, recorded_by=by.person_id)
    return True


def _place(place_id: int) -> Place:
    """A place as the database has it now; raises `Missing`."""
    place = db.session.get(Place, place_id, populate_existing=True)
    if place is None:
        raise Missing
    return place
