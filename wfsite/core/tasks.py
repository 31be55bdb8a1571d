"""What waits for somebody, and what else a front door shows: finished values, ranked and shortened in one place."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TypeVar

from wfsite.core.paging import First

Found = TypeVar("Found")
Lined = TypeVar("Lined", bound="Line")

# So many of what is alike stand on a page; the rest is one line that leads to all of them.
MOST_OF_A_KIND = 8


class Urgency(IntEnum):
    """How soon something needs somebody; lists of tasks stand in this order."""

    LATE = 0  # it is wrong, held or past its day, and others go without
    TODAY = 1  # it is for today, or nothing goes on before it is done
    WAITING = 2  # somebody waits for it, or the next meeting does
    OPEN = 3  # it can be done on any day until it closes
    SETTING_UP = 4  # the site is fuller with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something with its words, that leads on; without an address it is only said."""

    title: str
    url: str
    detail: str = ""
    tag: str = ""
    tag_colour: str = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Line):
    """One line of "what needs you"."""

    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure with its words: what it is, its value, what it rests on or how it moved."""

    label: str
    value: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class NotSetUp:
    """A part of the site that is not there yet: what it is, what to do or who does it, and where, if the reader may."""

    what: str
    advice: str
    url: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a home page below what needs somebody: figures or lines, or that its part of the site is not there."""

    title: str
    lines: Sequence[Line] = ()
    figures: Sequence[Headline] = ()
    not_set_up: NotSetUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Something that somebody may read, and since when it stands as it is; None where that is not known."""

    title: str
    url: str
    detail: str = ""
    since: date | None = None


def ranked(tasks: Iterable[Task]) -> list[Task]:
    """What needs somebody, worst first; what is alike stays in the order in which its room gave it."""
    return sorted(tasks, key=lambda task: task.urgency)


def newest_first(found: Iterable[Reading]) -> list[Reading]:
    """What there is to read, the newest first; what has no day comes last."""
    return sorted(found, key=lambda one: one.since or date.min, reverse=True)


def in_short(
    found: Sequence[Found] | First[Found], line: Callable[[Found], Lined], rest: Callable[[int], Lined]
) -> list[Lined]:
    """The first few of what is alike; where there are more, one line more for the rest, given how many they are."""
    first = found if isinstance(found, First) else First(tuple(found), len(found))
    shown = [line(one) for one in first.shown[:MOST_OF_A_KIND]]
    left = first.total - len(shown)
    return [*shown, rest(left)] if left > 0 else shown
