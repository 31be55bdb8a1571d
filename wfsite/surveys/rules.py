"""What a survey is made of, as pure values: its states, the kinds of question, and a question as it is asked."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class SurveyMode(StrEnum):
    """What the survey promises about names; frozen at opening."""

    ANONYMOUS = "anonymous"


class SurveyState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    OPEN = "open"
    # Tables are released, or the ballots were destroyed unread.
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


AGREEMENT = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree")
# How many of AGREEMENT, from the first, count as favourable.
FAVOURABLE = 2
SCALE_TOP = 10
# What everybody may choose instead of an answer.
DECLINE = "Prefer not to say"
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
    # Choices that go together with no other, like “none of these”.
    exclusive: tuple[int, ...] = ()

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

    @property
    def decline(self) -> str:
        """The form value of “Prefer not to say”: it goes together with no other and counts as no answer."""
        return f"{self.id}.none"

    @property
    def decline_label(self) -> str:
        """What stands beside that choice."""
        return DECLINE

    @cached_property
    def alone(self) -> frozenset[str]:
        """The form values that go together with no other."""
        return frozenset((self.decline, *(f"{self.id}.{index}" for index in self.exclusive)))

    @cached_property
    def index_of(self) -> dict[str, int]:
        """The place in `labels` of each form value."""
        return {value: index for index, (value, _) in enumerate(self.choices)}


def was_written(name: str, value: str) -> bool:
    """Whether a form's value is a question's and in somebody's own words, as far as that shows without the question."""
    asked = re.fullmatch("q([0-9]+)", name)
    return bool(asked and value.strip() and not re.fullmatch(rf"{asked[1]}\.([0-9]+|none)", value))


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
