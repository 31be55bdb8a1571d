"""A place at a session: how it came about, whether it was kept, and what the register says of it."""

from enum import StrEnum

from wfsite.core.errors import NotNow

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

CAME = frozenset({Mark.ATTENDED, Mark.IN_PART})


def is_expected(origin: PlaceOrigin, state: PlaceState) -> bool:
    """Whether the register expects this person: booked, and not cancelled."""
    return origin is PlaceOrigin.BOOKED and state is PlaceState.CONFIRMED


def check_standing(mark: Mark, *, cancelled: bool, closed: bool) -> None:
    """Raise `NotNow` when a place can no longer be given up or taken up again."""
    if cancelled:
        raise NotNow("This session was cancelled, so there is no place to change.")
    if closed:
        raise NotNow("This register is closed. Open it again to change a place.")
    if mark is not Mark.UNRECORDED:
        raise NotNow("The register says already what became of this place. Take its mark off first.")
