"""Marks, counts and rates of a register, as pure values."""

from enum import StrEnum


class PlaceOrigin(StrEnum):
    """How somebody came to be on the register."""

    BOOKED = "booked"
    WALK_IN = "walk-in"


class PlaceState(StrEnum):
    """Whether a place was kept up to the day."""

    CONFIRMED = "confirmed"
    CANCELLED_IN_TIME = "cancelled-in-time"
    CANCELLED_LATE = "cancelled-late"


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
