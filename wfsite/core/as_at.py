"""The day that a board page speaks of: today, up to now, or a day that is over, to its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from wfsite.core.clock import end_of_day, london_date
from wfsite.core.parsing import Unreadable, date_from_parts
from wfsite.core.words import long_date

_PARTS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class AsAt:
    """`day` is a day that is over, or None for today; `error` says why the day asked for is not shown."""

    now: datetime
    day: date | None = None
    error: str = ""
    typed: tuple[str, ...] = ("", "", "")

    @property
    def is_asked(self) -> bool:
        """Whether the address asks for another day than today, whether it can be shown or not."""
        return self.day is not None or self.error != ""

    @property
    def is_past(self) -> bool:
        """Whether another day than today is shown."""
        return self.day is not None

    @property
    def on(self) -> date:
        """The day itself."""
        return self.day or london_date(self.now)

    @property
    def instant(self) -> datetime:
        """Up to when facts count."""
        return end_of_day(self.day) if self.day else self.now

    @property
    def past_instant(self) -> datetime | None:
        """The same of a day that is over; None for today, which is read as it stands."""
        return self.instant if self.is_past else None

    @property
    def boxes(self) -> dict[str, str]:
        """What to show in the day, month and year boxes: the day in force, else what was typed."""
        shown = (str(self.day.day), str(self.day.month), str(self.day.year)) if self.day else self.typed
        return dict(zip(_PARTS, shown, strict=True))

    @property
    def suffix(self) -> str:
        """What an address without a query takes along, so that the next page speaks of the same day."""
        return f"?as_at={self.day}" if self.day else ""

    @property
    def more(self) -> str:
        """The same for an address that has a query."""
        return f"&as_at={self.day}" if self.day else ""

    @property
    def file_suffix(self) -> str:
        """What the name of a file ends with: "-as-at-2021-04-19", or nothing for today."""
        return f"-as-at-{self.day}" if self.day else ""


def as_at_from(raw: str, boxes: Iterable[str], *, now: datetime) -> AsAt:
    """The day that `boxes` (day, month, year) name, or `raw` as 2021-04-19; nothing and today are today.

    A day to come, and one that is none, is an `AsAt` of today with its `error` and what was typed.
    """
    typed = tuple(boxes)
    if raw and not any(typed):
        typed = _parts(raw)
    try:
        day = date_from_parts(typed, "The date")
        if day is None and raw:
            raise Unreadable("The date must be a real date")
    except Unreadable as error:
        return AsAt(now, error=str(error), typed=typed)
    today = london_date(now)
    if day and day > today:
        return AsAt(now, error=f"Choose a day up to today, {long_date(today)}", typed=typed)
    return AsAt(now, day if day != today else None)


def _parts(raw: str) -> tuple[str, ...]:
    """Day, month and year of "2021-04-19", each as it was written; three empty ones for anything else."""
    parts = tuple(raw.split("-"))[::-1]
    return parts if len(parts) == len(_PARTS) else ("", "", "")
