"""Small pieces of English that many pages need, each in one place."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from textwrap import shorten

from wfsite.core.clock import LONDON

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@lru_cache(maxsize=4096)
def long_date(day: date) -> str:
    """ "3 March 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=1024)
def month_name(day: date) -> str:
    """ "March 2026"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=1024)
def short_month_name(day: date) -> str:
    """ "Mar 2026", for tables with many columns."""
    return f"{MONTHS[day.month - 1][:3]} {day.year}"


@lru_cache(maxsize=4096)
def clock_time(instant: datetime) -> str:
    """The London time of an instant: "2:30pm", "9am", "midday"."""
    local = instant.astimezone(LONDON)
    hour, minute = local.hour, local.minute
    if minute == 0 and hour in (0, 12):
        return "midday" if hour else "midnight"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"


@lru_cache(maxsize=4096)
def moment(instant: datetime) -> str:
    """ "3 March 2026 at 2:30pm", in London."""
    return f"{long_date(instant.astimezone(LONDON).date())} at {clock_time(instant)}"


def sheet_moment(instant: datetime) -> str:
    """ "2026-03-03 14:30", in London: how a spreadsheet sorts instants."""
    return instant.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


def count_of(number: int, one: str, many: str = "") -> str:
    """ "1 action", "1,200 actions"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def brief(text: str, *, most: int = 240) -> str:
    """A text on one line, cut behind a word where it is longer than `most` characters."""
    return shorten(text, most, placeholder="…")


def listed(items: Iterable[str], *, last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    parts = list(items)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
