"""Marks, counts and rates of a register, as pure values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Self

from wfsite.core.errors import Conflict, RuleBroken
from wfsite.core.figures import Rate

# People sign in at the door before a session starts, so marks may be set a little ahead of it.
OPENS_BEFORE = timedelta(hours=1)
# The agency or profession of somebody whose record says none.
NOT_RECORDED = "Not recorded"


class PlaceOrigin(StrEnum):
    """How somebody came to be on the register."""

    BOOKED = "booked"
    WALK_IN = "walk-in"


class PlaceState(StrEnum):
    """Whether a place was kept up to the day."""

    CONFIRMED = "confirmed"
    CANCELLED_IN_TIME = "cancelled-in-time"
    CANCELLED_LATE = "cancelled-late"

    @property
    def label(self) -> str:
        """The standing as a place's history prints it."""
        return {"confirmed": "Has a place"}.get(self.value, self.value.replace("-", " ").capitalize())


class Mark(StrEnum):
    """What the register says of a person. Unrecorded is not absent."""

    UNRECORDED = "unrecorded"
    ATTENDED = "attended"
    IN_PART = "in-part"
    DID_NOT_ATTEND = "did-not-attend"
    APOLOGY = "apology"

    @property
    def label(self) -> str:
        """The mark as the register prints it."""
        return _MARK_LABELS[self]


_MARK_LABELS = {
    Mark.UNRECORDED: "Not yet recorded",
    Mark.ATTENDED: "Attended",
    Mark.IN_PART: "Attended in part",
    Mark.DID_NOT_ATTEND: "Did not attend",
    Mark.APOLOGY: "Sent apologies",
}

MARKS_OF_EXPECTED = (Mark.ATTENDED, Mark.IN_PART, Mark.DID_NOT_ATTEND, Mark.APOLOGY, Mark.UNRECORDED)
# Whoever was not expected is on the register only because they came.
MARKS_OF_WALK_IN = (Mark.ATTENDED, Mark.IN_PART, Mark.UNRECORDED)
CAME = frozenset({Mark.ATTENDED, Mark.IN_PART})

# The words on the buttons; what undoes a walk-in is taking them off again.
SHORT_LABELS = {
    Mark.ATTENDED: "Attended",
    Mark.IN_PART: "In part",
    Mark.DID_NOT_ATTEND: "Did not attend",
    Mark.APOLOGY: "Apologies",
    Mark.UNRECORDED: "Not recorded",
}
OPTIONS = {
    True: tuple((mark, SHORT_LABELS[mark]) for mark in MARKS_OF_EXPECTED),
    False: ((Mark.ATTENDED, "Attended"), (Mark.IN_PART, "In part"), (Mark.UNRECORDED, "Remove")),
}
CLOSING_OPTIONS = (*OPTIONS[True][:4], (Mark.UNRECORDED, "Not known"))


def is_expected(origin: PlaceOrigin, state: PlaceState) -> bool:
    """Whether the register expects this person: booked, and not cancelled."""
    return origin is PlaceOrigin.BOOKED and state is PlaceState.CONFIRMED


def check_mark(mark: Mark | None, *, expected: bool) -> Mark:
    """The mark, if it may be set for such a person; raises `RuleBroken`."""
    if mark is None or mark not in (MARKS_OF_EXPECTED if expected else MARKS_OF_WALK_IN):
        raise RuleBroken(
            "mark", "Select whether the person attended, attended in part, did not attend or sent apologies"
        )
    return mark


def check_open(*, starts_at: datetime, cancelled: bool, closed: bool, at: datetime) -> None:
    """Raise `Conflict` when marks may not be set now."""
    if cancelled:
        raise Conflict("This session was cancelled, so it has no register.")
    if closed:
        raise Conflict("This register is closed. Open it again to change a mark.")
    if at < starts_at - OPENS_BEFORE:
        raise Conflict("This session has not started. Its register opens one hour before the start.")


def check_closing(*, starts_at: datetime, cancelled: bool, at: datetime) -> None:
    """Raise `Conflict` when the register may not be closed yet."""
    check_open(starts_at=starts_at, cancelled=cancelled, closed=False, at=at)
    if at < starts_at:
        raise Conflict("This session has not started, so its register cannot be closed yet.")


def check_standing(mark: Mark, *, cancelled: bool, closed: bool) -> None:
    """Raise `Conflict` when a place can no longer be given up or taken up again."""
    if cancelled:
        raise Conflict("This session was cancelled, so there is no place to change.")
    if closed:
        raise Conflict("This register is closed. Open it again to change a place.")
    if mark is not Mark.UNRECORDED:
        raise Conflict("The register says already what became of this place. Take its mark off first.")


_ACT = re.compile(r"[A-Za-z0-9_-]{8,22}", re.ASCII)


def act_or_none(raw: str) -> str | None:
    """The key under which a form's act is kept, or None when it is not one of ours."""
    return raw if _ACT.fullmatch(raw) else None


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
