"""What a register adds up to: counts, rates and what each of them means."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Self

from wfsite.core.figures import Rate
from wfsite.training.bookings.rules import CAME, Mark, PlaceOrigin, PlaceState

# (origin, state, mark, how many): places that are alike. A session without places has one row of none.
Kind = tuple[PlaceOrigin | None, PlaceState | None, Mark | None, int]


@dataclass(frozen=True, slots=True)
class Alike:
    """Places that are alike, and how many they are."""

    origin: PlaceOrigin | None
    state: PlaceState | None
    mark: Mark | None
    number: int

    @property
    def kind(self) -> Kind:
        """The same, as `Counts` takes it."""
        return self.origin, self.state, self.mark, self.number


@dataclass(frozen=True, slots=True)
class Counts:
    """What a register adds up to. Each person counts once; walk-ins are never among the registrations."""

    registrations: int = 0
    cancelled_in_time: int = 0
    cancelled_late: int = 0
    attended: int = 0
    in_part: int = 0
    did_not_attend: int = 0
    unrecorded: int = 0
    walk_ins: int = 0
    # Those of `cancelled_late` who sent apologies on the day.
    apologies: int = 0

    @classmethod
    def of(cls, rows: Iterable[Kind]) -> Self:
        """Count kinds of places."""
        found = dict.fromkeys(cls.__slots__, 0)
        for origin, state, mark, number in rows:
            for name in counted_as(origin, state, mark):
                found[name] += number
        return cls(**found)

    def __add__(self, other: "Counts") -> "Counts":
        """The counts of both together."""
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})

    @property
    def expected(self) -> int:
        """R − C − L: what both rates divide by."""
        return self.registrations - self.cancelled_in_time - self.cancelled_late

    @property
    def attendees(self) -> int:
        """A + H + W: everybody who came."""
        return self.attended + self.in_part + self.walk_ins

    def attendance(self, *, closed: bool = True) -> Rate:
        """(A + H) ÷ (R − C − L); [z] until the register is closed."""
        return Rate(self.attended + self.in_part, self.expected if closed else 0)

    def non_attendance(self, *, closed: bool = True) -> Rate:
        """D ÷ (R − C − L); [z] until the register is closed."""
        return Rate(self.did_not_attend, self.expected if closed else 0)

    def take_up(self, places: int, *, closed: bool = True) -> Rate:
        """(A + H + W) ÷ P; [z] until the register is closed."""
        return Rate(self.attendees, places if closed else 0)


_BY_MARK = {
    Mark.ATTENDED: ("attended",),
    Mark.IN_PART: ("in_part",),
    Mark.DID_NOT_ATTEND: ("did_not_attend",),
    Mark.APOLOGY: ("cancelled_late", "apologies"),
    Mark.UNRECORDED: ("unrecorded",),
}


@cache
def counted_as(origin: PlaceOrigin | None, state: PlaceState | None, mark: Mark | None) -> tuple[str, ...]:
    """The counts that a place adds one to. Somebody who cancelled and came all the same is also a walk-in."""
    if origin is None or state is None or mark is None:
        return ()
    walked_in = ("walk_ins",) if mark in CAME else ()
    if origin is PlaceOrigin.WALK_IN:
        return walked_in
    if state is PlaceState.CANCELLED_IN_TIME:
        return ("registrations", "cancelled_in_time", *walked_in)
    if state is PlaceState.CANCELLED_LATE:
        return ("registrations", "cancelled_late", *walked_in)
    return ("registrations", *_BY_MARK[mark])


DEFINITIONS = (
    ("Registrations (R)", "Everybody who booked a place, whatever became of it. R = C + L + A + H + D + U."),
    ("Cancelled in time (C)", "The place was given up early enough for somebody else to have it."),
    (
        "Cancelled late (L)",
        "The place was given up too late to be filled. Apologies sent on the day count here, and are also shown apart.",
    ),
    ("Attended (A)", "Booked and there for the whole session."),
    ("Attended in part (H)", "Booked and there for some of it."),
    ("Did not attend (D)", "Booked, did not come and did not say so."),
    ("Not recorded (U)", "The register does not say. This never counts as having stayed away."),
    (
        "Walk-ins (W)",
        "Came without a place, or after cancelling one. They are never part of R, so they cannot raise the "
        "attendance of those who booked.",
    ),
    ("Attendance rate", "(A + H) ÷ (R − C − L)."),
    ("Non-attendance rate", "D ÷ (R − C − L)."),
    ("Take-up", "(A + H + W) ÷ places (P)."),
    ("People", "Different people among registrations and walk-ins. One person at three sessions is one here."),
)
