"""How long work stands and how far it is, by its row alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

# So many pieces are done at once, each by a process of its own, beside the workers that answer.
SLOTS = 2
# A runner that says nothing ends itself before anybody takes it for dead, so no piece is done by two at once.
QUIET_SECONDS = 25
SILENT = timedelta(seconds=30)
# A piece that has taken its runner with it so often is not tried again.
MOST_TRIES = 3
# What nobody has taken up after so long has lost the runner that was started for it.
_TAKEN_UP_WITHIN = timedelta(seconds=10)

TOO_HEAVY = (
    "This took more time or memory than the site gives to one piece of work. Ask for less at once: split the file, or "
    "take away what is not needed"
)
BROKEN = "The site could not do this, and the problem has been logged. Try again in a few minutes"
GIVEN_UP = "The site was stopped each time that it did this. Try again when there is less to do, or with a smaller file"


class Tell(Protocol):
    """Says how far the work is, at least every ten seconds: whoever says nothing longer is taken for dead."""

    def __call__(self, words: str, *, done: int = 0, total: int = 0) -> None:
        """`total` 0 where it cannot be counted."""


class WorkState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class CannotBeDone(Exception):
    """Ends a piece of work without a result; the message says what to do, without its full stop."""


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a piece of work is: `total` 0 where nobody can count it."""

    state: WorkState
    words: str
    done: int
    total: int

    @property
    def sentence(self) -> str:
        """ "Comparing the rows: 1,200 of 5,000"."""
        if self.state is WorkState.WAITING:
            return "Waiting for its turn"
        words = self.words or "Beginning"
        return f"{words}: {self.done:,} of {self.total:,}" if self.total else words

    @property
    def mark(self) -> str:
        """Changes whenever the page would say something else."""
        return f"{self.state.value}-{self.words}-{self.done}-{self.total}"

    @property
    def step(self) -> str:
        """Changes when it is worth saying aloud: with the words, and with each quarter."""
        return f"{self.state.value}-{self.words}-{self.done * 4 // self.total if self.total else 0}"


def is_over(state: WorkState) -> bool:
    """Whether there is nothing more to wait for."""
    return state in (WorkState.DONE, WorkState.FAILED)


def is_left(state: WorkState, *, asked_at: datetime, alive_at: datetime | None, runners: int, at: datetime) -> bool:
    """Whether nobody does it, or will: its runner died, or was never there while there is room for one.

    A sign of life of later than now is none: the clock was set back, and nobody waits for it to catch up.
    """
    if state is WorkState.RUNNING:
        return alive_at is None or abs(at - alive_at) > SILENT
    return state is WorkState.WAITING and abs(at - asked_at) > _TAKEN_UP_WITHIN and runners < SLOTS
