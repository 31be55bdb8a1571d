"""Reads of the list of sessions, and of what waits for somebody among them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, case, func, or_, select

from wfsite.core.actor import Actor
from wfsite.core.paging import First, Key, Stretch
from wfsite.core.permissions import Permission, Reach
from wfsite.db.base import table_of
from wfsite.db.listing import Listing
from wfsite.db.reading import Read, ReadFirst
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState
from wfsite.training.programme.models import Course, TrainingSession
from wfsite.training.programme.rules import SessionState

_course = table_of(Course)
_place = table_of(Place)
_session = table_of(TrainingSession)

PER_PAGE = 25


class When(StrEnum):
    """Which sessions a list shows."""

    UPCOMING = "upcoming"
    PAST = "past"
    ALL = "all"

    @property
    def label(self) -> str:
        """As the filter words it."""
        return {"upcoming": "Today and coming up", "past": "Past", "all": "All"}[self.value]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in the list; the last three are about the reader's own place, None when there is none."""

    id: int
    course: str
    level: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    capacity: int
    is_cancelled: bool
    is_closed: bool
    booked: int
    unrecorded: int
    own_origin: PlaceOrigin | None
    own_state: PlaceState | None
    own_mark: Mark | None

    def register(self, *, at: datetime) -> str:
        """How its register stands: "Cancelled", "Closed", "Not started" or "Open"."""
        if self.is_cancelled:
            return "Cancelled"
        if self.is_closed:
            return "Closed"
        return "Not started" if self.starts_at > at else "Open"

    def own_place(self, *, at: datetime) -> str:
        """How the reader's own place stands; "" for somebody without one."""
        if self.own_state is None or self.own_mark is None:
            return ""
        if self.is_cancelled:
            return "The session was cancelled"
        if self.own_state is not PlaceState.CONFIRMED:
            return "You cancelled"
        if self.own_mark is not Mark.UNRECORDED:
            return self.own_mark.label
        return "You are booked" if self.starts_at > at else "Not yet recorded"


def _places(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many booked people a session expects, of those that fit `where`."""
    return (
        select(func.count())
        .where(
            _place.c.session_id == _session.c.id,
            _place.c.origin == PlaceOrigin.BOOKED,
            _place.c.state == PlaceState.CONFIRMED,
            *where,
        )
        .correlate(_session)
        .scalar_subquery()
    )


_BOOKED_PLACES = _places()
_UNRECORDED = _places(_place.c.mark == Mark.UNRECORDED)

# A register waits from the start of its session until it is closed, on whatever day that was.
_WAITS = and_(
    _session.c.starts_at <= bindparam("at"),
    _session.c.register_closed_at.is_(None),
    _session.c.state == SessionState.PLANNED,
)
# The whole of today: a session that ended at noon is still looked for at the list of the day.
_FROM_TODAY = _session.c.ends_at >= bindparam("since")

# The reader's own place.
_OWN = _place.alias()


_SESSIONS = Listing(
    SessionRow,
    select(
        _session.c.id,
        _course.c.title.label("course"),
        _course.c.level,
        _session.c.starts_at,
        _session.c.ends_at,
        _session.c.venue,
        _session.c.capacity,
        (_session.c.state == SessionState.CANCELLED).label("is_cancelled"),
        _session.c.register_closed_at.is_not(None).label("is_closed"),
        _BOOKED_PLACES.label("booked"),
        _UNRECORDED.label("unrecorded"),
        _OWN.c.origin.label("own_origin"),
        _OWN.c.state.label("own_state"),
        _OWN.c.mark.label("own_mark"),
    )
    .select_from(_session)
    .join(_course, _course.c.id == _session.c.course_id)
    .outerjoin(_OWN, and_(_OWN.c.session_id == _session.c.id, _OWN.c.person_id == bindparam("person_id"))),
    row_id=_session.c.id,
    orders={
        "todo": (case((_FROM_TODAY, 1), else_=0), _session.c.starts_at, _session.c.id),
        "when": (_session.c.starts_at, _session.c.id),
        "course": (_course.c.title, _session.c.starts_at, _session.c.id),
    },
    conditions={
        "today on": _FROM_TODAY,
        # Whoever sees registers sees first those that an earlier day left open.
        "left open or today on": or_(_FROM_TODAY, _WAITS),
        "past": _session.c.ends_at < bindparam("at"),
        "open": _WAITS,
        "own": and_(_OWN.c.id.is_not(None), or_(_OWN.c.origin == PlaceOrigin.BOOKED, _OWN.c.mark != Mark.UNRECORDED)),
    },
    size=PER_PAGE,
)
SESSION_SORTS = ("when", "course")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions `seen_by` wants, and in what order; a reach of their own has those where they have a place.

    What is coming up begins, for whoever sees every session, with the registers that earlier days left open. `at` is
    now and `since` the start of today.
    """

    when: When
    open_only: bool
    sort: str  # "todo", or one of `SESSION_SORTS`, or that with "-" before it
    seen_by: Actor
    at: datetime
    since: datetime

    @property
    def conditions(self) -> list[str]:
        """Those that hold."""
        own_only = not self.seen_by.can(Permission.TRAINING_READ, Reach.TEAM)
        upcoming = "today on" if own_only else "left open or today on"
        when = {When.UPCOMING: [upcoming], When.PAST: ["past"], When.ALL: []}[self.when]
        return [*when, *(["open"] if self.open_only else []), *(["own"] if own_only else [])]

    @property
    def values(self) -> dict[str, object]:
        """The parameters of all conditions."""
        return {"person_id": self.seen_by.person_id, "at": self.at, "since": self.since}


def session_list(wanted: SessionFilter, *, key: Key | None = None) -> Stretch[SessionRow]:
    """A page of the sessions that fit."""
    return _SESSIONS.page(wanted.sort, key=key, only=wanted.conditions, values=wanted.values)


def sessions_to_export(wanted: SessionFilter, *, most: int) -> tuple[SessionRow, ...]:
    """All of them, in the list's order; at most `most` and one, which says that there are more."""
    return _SESSIONS.every(wanted.sort, only=wanted.conditions, values=wanted.values, most=most)


@dataclass(frozen=True, slots=True)
class WaitingRegister:
    """A register that somebody has still to complete."""

    session_id: int
    course: str
    starts_at: datetime
    unrecorded: int


_READ_WAITING = ReadFirst(
    WaitingRegister,
    select(
        _session.c.id.label("session_id"),
        _course.c.title.label("course"),
        _session.c.starts_at,
        _UNRECORDED.label("unrecorded"),
    )
    .join(_course, _course.c.id == _session.c.course_id)
    .where(_WAITS)
    .order_by(_session.c.starts_at, _session.c.id),
)


def registers_waiting(seen_by: Actor, *, at: datetime, most: int) -> First[WaitingRegister]:
    """The registers that `seen_by` may complete and whose session has started, longest waiting first."""
    if not seen_by.can(Permission.REGISTER_COMPLETE, Reach.ALL):
        return First()
    return _READ_WAITING.few({"at": at}, most=most)


@dataclass(frozen=True, slots=True)
class BookedSession:
    """A coming session at which somebody has a place."""

    session_id: int
    course: str
    starts_at: datetime
    venue: str


_READ_BOOKED = Read(
    BookedSession,
    select(_session.c.id.label("session_id"), _course.c.title.label("course"), _session.c.starts_at, _session.c.venue)
    .join(_place, _place.c.session_id == _session.c.id)
    .join(_course, _course.c.id == _session.c.course_id)
    .where(
        _place.c.person_id == bindparam("person_id"),
        _place.c.state == PlaceState.CONFIRMED,
        _session.c.ends_at >= bindparam("at"),
        _session.c.state == SessionState.PLANNED,
    )
    .order_by(_session.c.starts_at, _session.c.id)
    .limit(5),
)


def sessions_booked_by(seen_by: Actor, *, at: datetime) -> tuple[BookedSession, ...]:
    """The next sessions at which `seen_by` has a place, soonest first; five at most."""
    if not seen_by.can(Permission.TRAINING_READ):
        return ()
    return _READ_BOOKED.all({"person_id": seen_by.person_id, "at": at})


@dataclass(frozen=True, slots=True)
class ComingSession:
    """A session of the coming week."""

    session_id: int
    course: str
    starts_at: datetime
    venue: str
    capacity: int
    booked: int


_READ_WEEK = ReadFirst(
    ComingSession,
    select(
        _session.c.id.label("session_id"),
        _course.c.title.label("course"),
        _session.c.starts_at,
        _session.c.venue,
        _session.c.capacity,
        _BOOKED_PLACES.label("booked"),
    )
    .join(_course, _course.c.id == _session.c.course_id)
    # A session ends after it starts, and its end is what the index knows.
    .where(
        _session.c.ends_at >= bindparam("at"),
        _session.c.starts_at > bindparam("at"),
        _session.c.starts_at <= bindparam("until"),
        _session.c.state == SessionState.PLANNED,
    )
    .order_by(_session.c.starts_at, _session.c.id),
)


def sessions_of_week(seen_by: Actor, *, at: datetime, most: int) -> First[ComingSession]:
    """For who completes every register: the sessions that start within seven days, soonest first."""
    if not seen_by.can(Permission.REGISTER_COMPLETE, Reach.ALL):
        return First()
    return _READ_WEEK.few({"at": at, "until": at + timedelta(days=7)}, most=most)
