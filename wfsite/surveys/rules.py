"""What a survey is made of, as pure values: its states, the kinds of question, and a question as it is asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property


class SurveyMode(StrEnum):
    """What the survey promises about names; frozen at opening."""

    ANONYMOUS = "anonymous"


class SurveyState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    OPEN = "open"
    # The tally has run: tables are released, or the ballots were destroyed unread because they were too few.
    CLOSED = "closed"


class QuestionKind(StrEnum):
    """The five kinds of question."""

    AGREEMENT = "agreement"
    SCALE = "scale"
    ONE = "one-choice"
    SEVERAL = "several-choices"
    TEXT = "free-text"


class CommentState(StrEnum):
    """A comment is shown only after a person has read and released it."""

    WAITING = "waiting"
    RELEASED = "released"
    WITHHELD = "withheld"


class Outcome(StrEnum):
    """How a tally ended."""

    RELEASED = "released"
    # Fewer ballots than the threshold: destroyed unread.
    TOO_FEW = "too-few"


# The smallest group that any survey may speak of, whatever its own threshold says.
LOWEST_THRESHOLD = 5
AGREEMENT = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree")
# How many of AGREEMENT, from the first, count as favourable.
FAVOURABLE = 2
SCALE_TOP = 10
LONGEST_ANSWER = 1000


@dataclass(frozen=True)
class Asked:
    """A question as it is asked: frozen at opening, the same for everybody."""

    id: int
    number: int
    kind: QuestionKind
    text: str
    hint: str
    required: bool
    options: tuple[str, ...]

    @cached_property
    def name(self) -> str:
        """The name of its form field, and the id of the field's first input."""
        return f"q{self.id}"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What may be chosen, in order; none for free text."""
        match self.kind:
            case QuestionKind.AGREEMENT:
                return AGREEMENT
            case QuestionKind.SCALE:
                return tuple(str(number) for number in range(SCALE_TOP + 1))
            case QuestionKind.TEXT:
                return ()
            case _:
                return self.options

    @cached_property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """(form value, label) of each choice; the value names the question, so that no other's fits here."""
        return tuple((f"{self.id}.{index}", label) for index, label in enumerate(self.labels))

    @cached_property
    def index_of(self) -> dict[str, int]:
        """The place in `labels` of each form value."""
        return {value: index for index, (value, _) in enumerate(self.choices)}


def has_ended(*, state: SurveyState, closes_at: datetime, closed_at: datetime | None, at: datetime) -> bool:
    """Whether the survey takes no more answers: tallied, closed early, or past its closing time."""
    return state is SurveyState.CLOSED or closed_at is not None or at >= closes_at


def ended_at(*, closes_at: datetime, closed_at: datetime | None) -> datetime:
    """When a survey that has ended stopped taking answers."""
    return closes_at if closed_at is None else min(closes_at, closed_at)


def seat_is_taken(bits: bytes, seat: int) -> bool:
    """Whether the bit of `seat` is set; never, once a closed survey's bits are wiped."""
    return seat // 8 < len(bits) and bool(bits[seat // 8] & 1 << seat % 8)


def with_seat(bits: bytes, seat: int) -> bytes:
    """`bits` with that of `seat` set."""
    changed = bytearray(bits)
    changed[seat // 8] |= 1 << seat % 8
    return bytes(changed)


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
