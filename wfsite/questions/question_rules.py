"""A question as it is asked: its kind, its choices, and the names and values of its form fields. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any


class QuestionKind(StrEnum):
    """The five kinds of question."""

    AGREEMENT = "agreement"
    SCALE = "scale"
    ONE = "one-choice"
    SEVERAL = "several-choices"
    TEXT = "free-text"


AGREEMENT = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree")
# How many of AGREEMENT, from the first, count as favourable.
FAVOURABLE = 2
SCALE_TOP = 10
# What everybody may choose instead of an answer.
DECLINE = "Prefer not to say"
LONGEST_ANSWER = 1000


@dataclass(frozen=True)
class Asked:
    """A question as it is asked: frozen once the first answer may come, the same for everybody."""

    id: int
    number: int
    kind: QuestionKind
    text: str
    hint: str
    required: bool
    # Choices in order; for a scale, the words at its two ends.
    options: tuple[str, ...]
    # The places of choices that go together with no other, like “none of these”.
    exclusive: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Asked":
        """The question behind its fields in JSON; raises `KeyError`, `TypeError` or `ValueError` for what is none."""
        lists = {name: tuple(values[name]) for name in ("options", "exclusive")}
        return cls(**{**values, **lists, "kind": QuestionKind(values["kind"])})

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

    @property
    def longest(self) -> int:
        """The most characters of an answer in somebody's own words."""
        return LONGEST_ANSWER

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
