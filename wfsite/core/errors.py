"""What a service may refuse, in the words that the person will read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Self, TypeVar

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.words import clock_time, moment

Theirs = TypeVar("Theirs")


class Missing(Exception):
    """There is no such row, or none that this person may see: the two look alike (404)."""


class NotAllowed(Exception):
    """The person may see the row but not do this to it (403)."""


class RuleBroken(Exception):
    """The input breaks a rule: messages by field name, each saying what to do (422)."""

    def __init__(self, field: str = "", message: str = "", /, **messages: str) -> None:
        self.messages: dict[str, str] = {field: message, **messages} if message else dict(messages)
        super().__init__("; ".join(self.messages.values()))


class Conflict(Exception):
    """What is asked does not fit what stands now (409): one of the two below."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class NotNow(Conflict):
    """Its state forbids the act, whoever asks: it is closed, finished, held or begun."""


class Stale(Conflict, Generic[Theirs]):
    """Somebody changed it first, a colleague or oneself in another tab; `theirs` is what stands now."""

    def __init__(self, message: str, *, theirs: Theirs) -> None:
        self.theirs = theirs
        super().__init__(message)


# What leaving a change as it stands is called: another's, and one's own.
KEEPS = ("Keep theirs", "Keep the other tab’s")


@dataclass(frozen=True, slots=True)
class OtherHand:
    """Who changed something first, as whoever meets the conflict is told: a colleague by name, oneself as oneself.

    `when` and `aside` follow the deed: " at 2:30pm", " in another tab at 2:30pm". "Somebody" is only whoever nobody
    recorded.
    """

    who: str
    when: str
    is_own: bool

    @classmethod
    def of(
        cls, person_id: int | None, *, name: str | None, changed_at: datetime | None, told_to: Actor, at: datetime
    ) -> Self:
        """Whoever `person_id` is, in words for `told_to`; the day is named unless it is that of `at`."""
        when = ""
        if changed_at is not None:
            is_today = london_date(changed_at) == london_date(at)
            when = f" at {clock_time(changed_at)}" if is_today else f" on {moment(changed_at)}"
        if person_id is not None and person_id == told_to.person_id:
            return cls("You", when, True)
        name = name or "Somebody"
        return cls(name[0].upper() + name[1:], when, False)

    @property
    def aside(self) -> str:
        """Where and when."""
        return f" in another tab{self.when}" if self.is_own else self.when

    def changed(self, what: str) -> str:
        """ "Helen Marsh changed this at 2:30pm", without a full stop."""
        return f"{self.who} changed {what}{self.aside}"

    @property
    def theirs(self) -> str:
        """What their version is called beside one's own."""
        return "In your other tab" if self.is_own else "Theirs"

    @property
    def keep(self) -> str:
        """What leaving it as it stands is called."""
        return KEEPS[self.is_own]


class TooMany(Exception):
    """Too many attempts: try again after `seconds` (429)."""

    def __init__(self, message: str, *, seconds: int) -> None:
        self.message = message
        self.seconds = seconds
        super().__init__(message)


class Busy(Exception):
    """What this needs does not answer now, and nothing was changed: try again after `seconds` (503)."""

    def __init__(self, message: str, *, seconds: int = 5) -> None:
        self.message = message
        self.seconds = seconds
        super().__init__(message)
