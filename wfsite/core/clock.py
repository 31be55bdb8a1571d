"""The one clock: everything that needs the time is handed one of these."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

LONDON = ZoneInfo("Europe/London")


def system_clock() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


def london_date(instant: datetime) -> date:
    """The calendar day in the council's time zone on which `instant` falls."""
    return instant.astimezone(LONDON).date()


def end_of_day(day: date) -> datetime:
    """The last microsecond of `day` in London, in UTC: what "as at 19 April" includes."""
    return datetime.combine(day, time.max, tzinfo=LONDON).astimezone(UTC)


def at_london(day: date, at: time) -> datetime:
    """The instant of a London wall-clock time, in UTC; the first of the two when clocks go back."""
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)
