"""When an action is due, as the cells of a council's plan say it: loose months, ranges, full dates, ongoing."""

import re
from datetime import date, timedelta

from wfsite.core.parsing import Unreadable, date_from_parts, iso_date
from wfsite.core.periods import (
    Timescale,
    TimescaleKind,
    behind_ongoing,
    month_end,
    month_from_text,
    timescale_from_text,
)
from wfsite.core.words import month_name

UNSET = Timescale(TimescaleKind.MONTH, None, None)


def timescale_cell(raw: str, remarks: list[str], *, year: int | None = None) -> Timescale:
    """When an action is due; a full date counts as its month, which is remarked. Raises `Unreadable`.

    `year` is the plan's first: "Mar 26" is a month of the plan of 2025/26, and might be a day in any other.
    """
    _check_years(raw, year)
    rest = behind_ongoing(raw)
    if rest is not None:
        return Timescale(TimescaleKind.ONGOING, None, _review(raw, rest, remarks) if rest else None)
    if found := timescale_from_text(raw):
        return found
    day = _full_date(raw.strip())
    if day is None:
        _check_serial(raw.strip())
        raise Unreadable(f"“{raw}” is not a month, a range of months or “ongoing”. Enter it like March 2026")
    if day != month_end(day):
        remarks.append(f"The day in “{raw}” is not kept: the action is due at the end of that month")
    return Timescale(TimescaleKind.MONTH, None, month_end(day))


# What spreadsheets count days from, and the numbers of the days from 2000 to 2099.
_DAY_NONE, _SERIALS = date(1899, 12, 30), range(36526, 73051)


def _check_serial(raw: str) -> None:
    """Refuse the number of a day in words of its own: it is a date whose cell has lost its format."""
    found = re.fullmatch(r"([0-9]{5})(?:\.[0-9]+)?", raw, re.ASCII)
    if found and int(found[1]) in _SERIALS:
        month = month_name(_DAY_NONE + timedelta(days=int(found[1])))
        raise Unreadable(
            f"“{raw}” looks like a date without its format (a day in {month}). Format the cell as a date, or enter the "
            f"month, like {month}"
        )


# Excel writes a month of a year with a hyphen ("Mar-31"); behind a space the number may as well be a day.
_DAY_OR_YEAR = re.compile(r"\b([a-z]{3,9})\.?\s+([0-9]{2})(?![0-9])", re.IGNORECASE | re.ASCII)


def _check_years(raw: str, year: int | None) -> None:
    """Refuse a month with two digits that may be a day, unless they are those of one of the plan's two years."""
    for found in _DAY_OR_YEAR.finditer(raw):
        month = month_from_text(f"{found[1]} {found[2]}")
        if month and 1 <= int(found[2]) <= 31 and (year is None or month.year not in (year, year + 1)):
            raise Unreadable(
                f"“{found[0]}” may be a day or a year. Enter the year with four digits, like {month_name(month)}"
            )


_REVIEW = re.compile(
    r"(?:(?:with|and|for|next|to be|date of)\s+)*review(?:ed|s)?(?:\s+(?:date|due|by|in|on|at|is))*[\s:,(–-]*(.+)",
    re.IGNORECASE,
)


def _review(raw: str, rest: str, remarks: list[str]) -> date | None:
    """The end of the month of review behind "Ongoing"; words without a date are remarked, another date is refused."""
    found = _REVIEW.fullmatch(rest)
    if found and (month := month_from_text(found[1])):
        return month_end(month)
    if found and (day := _full_date(found[1])):
        if day != month_end(day):
            remarks.append(f"The day in “{raw}” is not kept: the review is due at the end of that month")
        return month_end(day)
    if re.search(r"[0-9]", rest) or any(month_from_text(f"{word} 2000") for word in re.findall(r"[A-Za-z]+", rest)):
        raise Unreadable(
            f"“{rest}” behind “ongoing” is not a month of review. Enter it like Ongoing, review March 2026, "
            "or enter only the month by which the action is to be done"
        )
    remarks.append(f"“{rest}” behind “ongoing” is not kept")
    return None


def _full_date(text: str) -> date | None:
    """The day in "2026-03-31", "31/03/2026", "31.3.2026" or "31 March 2026"; None when it is no real day."""
    if day := iso_date(text):
        return day
    if found := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?[ ]+([A-Za-z]{3,9})[ ]+([0-9]{4})", text, re.ASCII):
        first = month_from_text(f"{found[2]} {found[3]}")
        parts = (found[1], str(first.month), found[3]) if first else None
    elif found := re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", text, re.ASCII):
        parts = (found[1], found[2], found[3])
    else:
        parts = None
    try:
        return date_from_parts(parts, "The date") if parts else None
    except Unreadable:
        return None
