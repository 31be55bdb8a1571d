"""Where a survey and its comments stand, and what may be said while it is open. Pure."""

from enum import Enum, StrEnum


class SurveyMode(StrEnum):
    """What the survey promises about names; frozen at opening."""

    ANONYMOUS = "anonymous"


class SurveyState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    OPEN = "open"
    # Tables are released, or the ballots were destroyed unread.
    CLOSED = "closed"


class CommentState(StrEnum):
    """A comment is shown only after a person has read and released it."""

    WAITING = "waiting"
    RELEASED = "released"
    WITHHELD = "withheld"


class Outcome(StrEnum):
    """How a tally ended."""

    RELEASED = "released"
    # Fewer answers than the threshold: destroyed unread.
    TOO_FEW = "too-few"
    # The survey lead called it off: destroyed unread.
    CANCELLED = "cancelled"
    # Something in the box differed from what it must be, and nobody mended it in time: destroyed unread.
    NOT_COUNTED = "not-counted"

    @property
    def label(self) -> str:
        """What came of a survey, in a list of many."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.RELEASED: "Results",
    Outcome.TOO_FEW: "Too few answers",
    Outcome.CANCELLED: "Called off",
    Outcome.NOT_COUNTED: "Could not be counted",
}


class Phase(Enum):
    """Where a survey stands, as its lead sees it."""

    # Its box waits to be put into its place.
    OPENING = "Being opened"
    OPEN = "Open"
    TO_COUNT = "Waiting to be counted"
    HELD = "Held"
    COUNTED = "Counted"
    # The database says that it is open, and its box is not here.
    LOST = "Without a ballot box"


class Standing(Enum):
    """What a person can do with a survey now."""

    TO_ANSWER = "to answer"
    # It is open to them, and their sign-in is not the one that its box knows: whoever planted a password could watch.
    NOT_TOLD = "not told"
    ANSWERED = "answered"
    ENDED = "ended"
    # Its box is not here, or is not fit: nobody can answer.
    UNANSWERABLE = "cannot be answered"


# Where somebody may send answers, as far as they are told.
OPEN_TO = (Standing.TO_ANSWER, Standing.NOT_TOLD)


# Shares of those invited, in percent, at which a response may be told; the first one is fine, the last one coarse.
_STEPS = (5, 10, 25, 50)


def coarse_rate(responded: int, invited: int, threshold: int) -> str:
    """The response so far in words too coarse to watch a single answer arrive: a step is never under `threshold`."""
    if responded < threshold:
        return f"Fewer than {threshold} answers so far"
    step = next((step for step in _STEPS if invited * step >= threshold * 100), None)
    if step is None:
        return f"{threshold} or more answers so far"
    nearest = (responded * 200 // invited + step) // (2 * step) * step
    return f"About {nearest}% have answered" if nearest else f"Under {step}% have answered"
