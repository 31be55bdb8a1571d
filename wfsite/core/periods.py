"""Months, financial quarters and years, and the timescales of an action plan as real types."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from wfsite.core.parsing import Unreadable
from wfsite.core.words import MONTHS, month_name


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A financial quarter: quarter 1 of `year` 2025 is April to June 2025."""

    year: int
    number: int

    @classmethod
    def containing(cls, day: date) -> Self:
        """The financial quarter in which `day` falls."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(year, (day.month - 4) % 12 // 3 + 1)

    @property
    def first_on(self) -> date:
        """Its first day."""
        month = (self.number * 3 + 1 - 1) % 12 + 1
        return date(self.year + (self.number == 4), month, 1)

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.next.first_on - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before it."""
        return Quarter.containing(self.first_on - timedelta(days=1))

    @property
    def label(self) -> str:
        """ "Quarter 2, July to September 2026"."""
        first, last = self.first_on, self.last_on
        return f"Quarter {self.number}, {MONTHS[first.month - 1]} to {MONTHS[last.month - 1]} {last.year}"

    def __str__(self) -> str:
        """As it stands in an address: "2026-q2"."""
        return f"{self.year}-q{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The quarter that "2026-q2" names, or None."""
        found = re.fullmatch(r"(20[0-9]{2})-q([1-4])", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None


def month_end(day: date) -> date:
    """The last day of the month that `day` is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


_MONTH_NUMBERS = {name.casefold(): n for n, name in enumerate(MONTHS, 1)} | {
    name[:3].casefold(): n for n, name in enumerate(MONTHS, 1)
}
_MONTH_NUMBERS["sept"] = 9


_FINANCIAL_YEAR = re.compile(r"(?:19|20)([0-9]{2}) ?[/–-] ?(?:(?:19|20)?)([0-9]{2})", re.ASCII)


def is_financial_year(text: str) -> bool:
    """Whether a text can only mean, or could as well mean, a financial year: "2020/21", and "2010-11" too."""
    found = _FINANCIAL_YEAR.fullmatch(text.strip())
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def month_from_text(text: str) -> date | None:
    """The first day of the month named: "March 2015", "Dec-20", "2021-02", "02/2021"; else None.

    "2010-11" is none: it is a financial year as well as a November, and nobody can tell which was meant.
    """
    if is_financial_year(text):
        return None
    cleaned = text.strip().casefold()
    if found := re.fullmatch(r"([a-z]{3,9})\.?[ \-/']+([0-9]{2}|[0-9]{4})", cleaned):
        number = _MONTH_NUMBERS.get(found[1])
        year = int(found[2]) + (2000 if len(found[2]) == 2 else 0)
    elif found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", cleaned):
        number, year = int(found[2]), int(found[1])
    elif found := re.fullmatch(r"([0-9]{1,2})/([0-9]{4})", cleaned):
        number, year = int(found[1]), int(found[2])
    else:
        return None
    return date(year, number, 1) if number and 1 <= number <= 12 and 1990 <= year <= 2100 else None


def month_from_boxes(month: str, year: str, name: str) -> date | None:
    """The first day of the month in two boxes, by number or by name; None when both are empty. Raises `Unreadable`.

    `name` begins a sentence: the question that the boxes answer (“From which month?”).
    """
    month, year = month.strip(), year.strip()
    if not month and not year:
        return None
    if not month or not year:
        raise Unreadable(f"{name} needs a {'year' if month else 'month'} too, like 6 2026")
    found = month_from_text(f"{month}/{year}")
    if found is None:
        raise Unreadable(f"{name} must be a real month between 1990 and 2100, like 6 2026")
    return found


class TimescaleKind(StrEnum):
    """The three shapes in which a plan says when."""

    MONTH = "month"
    RANGE = "range"
    ONGOING = "ongoing"


@dataclass(frozen=True, slots=True)
class Timescale:
    """When an action is to be done: a month, a range of months, or ongoing with a review date."""

    kind: TimescaleKind
    starts_on: date | None
    due_on: date | None

    @property
    def text(self) -> str:
        """As the plan prints it."""
        if self.kind is TimescaleKind.ONGOING:
            return f"Ongoing, review {month_name(self.due_on)}" if self.due_on else "Ongoing"
        if self.kind is TimescaleKind.RANGE and self.starts_on and self.due_on:
            return f"{month_name(self.starts_on)} to {month_name(self.due_on)}"
        return month_name(self.due_on) if self.due_on else "Not set"

    def is_overdue(self, *, on: date) -> bool:
        """Whether its last day has passed; ongoing work is never overdue, only due for review."""
        return self.kind is not TimescaleKind.ONGOING and self.due_on is not None and self.due_on < on


_ONGOING = re.compile(r"on[ \-]?going\b[\s,;:.(\-–—]*(?P<rest>.*?)[\s.,;)]*", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"\s+(?:to|until|-|–|—)\s+|\s*[–—]\s*", re.IGNORECASE)


def behind_ongoing(text: str) -> str | None:
    """What a cell says behind "Ongoing", without the brackets and dashes around it; None when it says no such thing."""
    found = _ONGOING.fullmatch(" ".join(text.split()))
    return found["rest"] if found else None


def timescale_from_text(text: str) -> Timescale | None:
    """The month or the range of months that a plan's cell names; None when it names neither."""
    cleaned = " ".join(text.split())
    if month := month_from_text(cleaned):
        return Timescale(TimescaleKind.MONTH, None, month_end(month))
    parts = _RANGE.split(cleaned)
    if len(parts) != 2:
        return None
    last = month_from_text(parts[1])
    # "April to September 2014": the first half borrows the year of the second.
    first = month_from_text(parts[0]) or (month_from_text(f"{parts[0]} {last.year}") if last else None)
    if not first or not last or first > last:
        return None
    return Timescale(TimescaleKind.RANGE, first, month_end(last))
