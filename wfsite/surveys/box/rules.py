"""What a ballot box holds, as pure values: the survey as it was frozen, where the box stands, who has answered."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cached_property, lru_cache
from typing import Any

from wfsite.questions.question_rules import Asked

# No survey speaks of fewer people than this, whatever its own threshold says.
FLOOR = 10


class BoxState(StrEnum):
    """Where a box stands; it only ever moves on."""

    OPEN = "open"
    # It takes no more answers.
    SHUT = "shut"
    # Its envelopes may have been opened: it cannot be called off any more, unless the count is held.
    COUNTING = "counting"
    # What it told is kept in the database, or it was destroyed unread: only clearing away is left.
    KEPT = "kept"


class Done(IntEnum):
    """What a box notes of an invited person."""

    NOT = 0
    # Answered under another sign-in than the one they had at opening.
    CHANGED = 1
    UNCHANGED = 2


class Held(StrEnum):
    """Why a shut box is not counted: something differs from what it must be. Nothing of it is shown."""

    MARKS = "marks"
    HALF = "half"
    ENVELOPE = "envelope"
    DATABASE = "database"

    @property
    def words(self) -> str:
        """What differs, in a sentence."""
        return {
            Held.MARKS: "The number of ballots differs from the number of people who answered.",
            Held.HALF: "The database’s half of the key is missing or is not the one that was made at opening.",
            Held.ENVELOPE: "A ballot does not open, or does not fit the questions.",
            Held.DATABASE: "The database does not hold this survey any more, or does not take its result.",
        }[self]


@dataclass(frozen=True)
class Manifest:
    """A survey as it was frozen at opening: the only thing that form, vote, closing and count go by."""

    survey_id: int
    title: str
    purpose: str
    audience: str
    invited: int
    threshold: int
    opened_at: datetime
    closes_at: datetime
    public_key: bytes
    questions: tuple[Asked, ...]
    # Whether a third half of the key was given out as a code.
    needs_code: bool = False

    @property
    def fewest(self) -> int:
        """The smallest group that anything may be said of."""
        return max(self.threshold, FLOOR)

    @cached_property
    def text(self) -> str:
        """Canonical JSON: the same manifest is the same text."""
        values = asdict(self) | {
            "opened_at": self.opened_at.isoformat(),
            "closes_at": self.closes_at.isoformat(),
            "public_key": self.public_key.hex(),
        }
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the text; every ballot is sealed to it."""
        return hashlib.sha256(self.text.encode()).digest()


@lru_cache(maxsize=64)
def manifest_read(text: str) -> Manifest:
    """The manifest behind its text; raises `ValueError` for what is none."""
    try:
        values: dict[str, Any] = json.loads(text)
        values["questions"] = tuple(Asked.from_json(question) for question in values["questions"])
        for name in ("opened_at", "closes_at"):
            values[name] = datetime.fromisoformat(values[name])
        values["public_key"] = bytes.fromhex(values["public_key"])
        return Manifest(**values)
    except (KeyError, TypeError) as error:
        raise ValueError("not a manifest") from error


@dataclass(frozen=True, slots=True)
class Look:
    """One read of a box, and of one person's place in it; `done` is None for whoever was not invited."""

    manifest: Manifest
    state: BoxState
    # When it was shut; None while it is open.
    closed_at: datetime | None
    cancelled: bool
    held: Held | None
    # By what the box knows its own result in the database; random, made when it was shut.
    count_id: str
    done: Done | None
    # What the person signed in with at opening; of somebody without a password then, what they answered with, or None.
    credential: str | None

    def knows(self, credential: str) -> bool:
        """Whether a sign-in by `credential` is the one that the box knows; no other is told what the person did."""
        return bool(credential) and self.credential == credential

    def has_ended(self, *, at: datetime) -> bool:
        """Whether the box takes no more answers."""
        return self.state is not BoxState.OPEN or at >= self.manifest.closes_at

    @property
    def ended_at(self) -> datetime:
        """When it stops, or stopped, taking answers."""
        return self.closed_at or self.manifest.closes_at


@dataclass(frozen=True, slots=True)
class Marks:
    """How many have answered, and how many of them under the sign-in that they had at opening."""

    answered: int
    unchanged: int

    def may_close_early(self, manifest: Manifest) -> bool:
        """Whether unchanged answers reach half of those invited."""
        return self.unchanged * 2 >= manifest.invited
