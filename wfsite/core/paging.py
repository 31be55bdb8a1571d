"""A long list cut into pages: numbered from 1 where it is short, found by key where its depth must cost nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from wfsite.core.words import count_of

T = TypeVar("T")

# What a list may be sorted by.
KeyValue = str | int | date | datetime

# Beyond this, nobody counts: a list says "More than 1,000".
MOST_COUNTED = 1_000


class Page(NamedTuple):
    """Which page of how many is shown, and how many rows come before it."""

    number: int
    pages: int
    skip: int


def page_of(total: int, *, asked: int, size: int) -> Page:
    """The page that was `asked` for of `total` rows, `size` on each; one past the end is the last."""
    pages = max(1, -(-total // size))
    number = min(asked, pages)
    return Page(number, pages, (number - 1) * size)


@dataclass(frozen=True, slots=True)
class First(Generic[T]):
    """The first few of what there is, and how many there are in all."""

    shown: tuple[T, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """A place in a sorted list: what follows the row with these sort values, or with `back` what comes before it."""

    values: tuple[KeyValue, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """A page found by key: its rows, the number of the first, and the keys of its neighbours; None where none is.

    `total` counts no further than just past `MOST_COUNTED`, and `first` is right only where it counts all.
    """

    rows: tuple[T, ...]
    total: int
    first: int
    newer: Key | None = None
    older: Key | None = None

    @property
    def is_counted(self) -> bool:
        """Whether `total` is how many there are, and not only that there are more."""
        return self.total <= MOST_COUNTED

    def words(self, one: str, many: str = "") -> str:
        """ "312 people", "41 to 60 of 312 people", "More than 1,000 people"."""
        if not self.is_counted:
            return f"More than {MOST_COUNTED:,} {many or one + 's'}"
        of_all = count_of(self.total, one, many)
        if len(self.rows) == self.total:
            return of_all
        return f"{self.first:,} to {self.first + len(self.rows) - 1:,} of {of_all}"


# What is shown while something about the question must first be put right.
NOTHING: Stretch[Any] = Stretch((), 0, 0)
