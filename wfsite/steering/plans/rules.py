"""Rules of the annual plan, as pure values."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Protocol

from wfsite.core.clock import at_london, london_date
from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable, plain_text
from wfsite.core.rag import Rag, movement
from wfsite.core.words import long_date, month_name

LONGEST_NOTE = 2_000
LONGEST_ROUTE = 1_000

# What the group watches, in the same words wherever it is said or counted.
OVERDUE = "Overdue"
NOT_UPDATED = "Not updated since the last meeting"
TO_DECIDE = "Revised date waits for a decision"


def plan_year_of(day: date) -> int:
    """The year in which the plan that covers `day` starts: 2025 for January 2026."""
    return day.year if day.month >= 4 else day.year - 1


def year_label(year: int) -> str:
    """ "2025/26"."""
    return f"{year}/{(year + 1) % 100:02}"


# 2.3, or 2.3a for a sub-action: theme, number, letter.
REFERENCE = re.compile(r"([1-9][0-9]{0,2})\.([1-9][0-9]{0,2})([a-z]?)", re.ASCII)


def position_of(reference: str) -> int:
    """Where an action stands within its theme: 2.3 before 2.3a before 2.3b before 2.4."""
    number = reference.partition(".")[2]
    letter = number[-1:] if number[-1:].isalpha() else ""
    return int(number.removesuffix(letter)) * 100 + (ord(letter) - 96 if letter else 0)


@dataclass(frozen=True, slots=True)
class Update:
    """A status with its words, ready to be recorded."""

    rag: Rag
    note: str
    route_to_green: str


def checked_update(rag: Rag | None, note: str, route_to_green: str) -> Update:
    """The update that was typed; raises `RuleBroken` with a message for each field that needs one."""
    messages: dict[str, str] = {}
    if rag is None:
        messages["rag"] = "Select a RAG status"
    words: dict[str, str] = {}
    for name, noun, raw, most in (
        ("note", "“What has happened?”", note, LONGEST_NOTE),
        ("route_to_green", "the route back to Green", route_to_green, LONGEST_ROUTE),
    ):
        try:
            words[name] = plain_text(raw, noun, most=most, lines=True)
        except Unreadable as error:
            messages[name] = str(error)
    if rag and rag.needs_reason:
        messages |= _missing_reasons(rag, words)
    if rag is None or messages:
        raise RuleBroken(**messages)
    return Update(rag, words["note"], words["route_to_green"] if rag.needs_reason else "")


def _missing_reasons(rag: Rag, words: dict[str, str]) -> dict[str, str]:
    """What Red and Amber need; only for fields that could be read."""
    messages = {}
    if words.get("note") == "":
        messages["note"] = f"Give the reason for the {rag.word} rating"
    if words.get("route_to_green") == "":
        messages["route_to_green"] = "Say how the action gets back to Green, and by when"
    return messages


@lru_cache(maxsize=64)
def start_of(day: date) -> datetime:
    """The first instant of `day` in London: what is recorded from here on counts as since that day."""
    return at_london(day, time.min)


def is_stale(rag: Rag, updated_at: datetime | None, *, since: datetime | None) -> bool:
    """Whether nobody has said how unfinished work goes since the last meeting began its day."""
    if since is None or rag.is_finished:
        return False
    return updated_at is None or updated_at < since


def travel(before: Rag | None, after: Rag, before_at: datetime | None) -> str:
    """The direction of travel, said only of work that goes on and whose status moved."""
    if before is None or before is after or before_at is None or after.is_finished:
        return ""
    return movement(before, after, since=month_name(london_date(before_at)))


def status_counts(statuses: Iterable[Rag]) -> tuple[tuple[Rag, int], ...]:
    """How many have each status, worst first, without the statuses that nothing has."""
    return worst_first(Counter(statuses))


def worst_first(found: Mapping[Rag, int]) -> tuple[tuple[Rag, int], ...]:
    """The statuses with their numbers, Red at the head."""
    return tuple((rag, found[rag]) for rag in sorted(found, key=lambda r: r.rank))


def overdue_words(due_on: date | None) -> str:
    """ "Overdue since 31 March 2026"; the day is the last on which the action was in time."""
    return f"{OVERDUE} since {long_date(due_on)}" if due_on else OVERDUE


class Watched(Protocol):
    """An action, as far as the group's counts go."""

    @property
    def is_overdue(self) -> bool:
        """Whether the last day of the date in force has passed with work still to do."""

    @property
    def is_stale(self) -> bool:
        """Whether it was not updated since the last meeting."""

    @property
    def waits_for_decision(self) -> bool:
        """Whether a revised date is proposed and not yet decided."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How many actions of a plan are overdue, not updated since the last meeting, and waiting for a date."""

    overdue: int
    stale: int
    to_decide: int

    @classmethod
    def of(cls, actions: Iterable[Watched]) -> "Attention":
        """The counts of `actions`."""
        kept = list(actions)
        return cls(
            sum(one.is_overdue for one in kept),
            sum(one.is_stale for one in kept),
            sum(one.waits_for_decision for one in kept),
        )

    @property
    def lines(self) -> tuple[tuple[str, int, str], ...]:
        """Each count with its words and the plan's filter that shows what is counted."""
        lines = ((OVERDUE, self.overdue, "overdue"), (NOT_UPDATED, self.stale, "stale"))
        return (*lines, (TO_DECIDE, self.to_decide, "to_decide")) if self.to_decide else lines
