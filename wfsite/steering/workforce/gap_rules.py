"""Which months are missing, named in words: between two figures, and since the latest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wfsite.core.periods import add_months, month_end
from wfsite.core.words import MONTHS, count_of, listed, month_name
from wfsite.steering.workforce.rules import Counts, Month

# A month's figures are owed this many days after its end.
GRACE_DAYS = 14
_LOOKED_BACK = 13  # months in which a gap still asks to be closed: those that the page's tables show


def months_from(first: date, last: date) -> list[date]:
    """Every month from the one of `first` to the one of `last`; none when `last` is earlier."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first, number) for number in range(count)]


def months_in_words(months: Sequence[date]) -> str:
    """Ascending months with runs drawn together: "March and April 2021", "May 2021 and July to September 2021"."""
    runs: list[list[date]] = []
    for month in months:
        if runs and add_months(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return listed(_run_in_words(run, alone=len(runs) == 1) for run in runs)


def _run_in_words(run: Sequence[date], *, alone: bool) -> str:
    first, last = run[0], run[-1]
    if first == last:
        return month_name(first)
    start = MONTHS[first.month - 1] if first.year == last.year else month_name(first)
    return f"{start} {'and' if alone and len(run) == 2 else 'to'} {month_name(last)}"


def over_gap(before: date, after: date) -> str:
    """ " (no figure for February and March 2021)" behind words that compare two months; "" for neighbours."""
    between = months_from(add_months(before, 1), add_months(after, -1))
    return f" (no figure for {months_in_words(between)})" if between else ""


def recent(months: Sequence[Month], most: int) -> list[Month]:
    """The last `most` months of the calendar up to the latest figures; what nobody gave in between stands empty."""
    if not months:
        return []
    last = months[-1].month
    first = max(months[0].month, add_months(last, 1 - most))
    given = {month.month: month for month in months}
    return [
        given.get(month) or Month(month=month, counts=Counts(), is_given=False) for month in months_from(first, last)
    ]


def latest_owed(on: date) -> date:
    """The latest month whose figures are owed on a day."""
    last = on - timedelta(days=GRACE_DAYS)
    return last.replace(day=1) if month_end(last) == last else add_months(last, -1)


@dataclass(frozen=True, slots=True)
class Owed:
    """The months that nobody has given, of the latest year and since; `latest` is the last that somebody gave."""

    latest: date
    months: tuple[date, ...]

    @property
    def sentence(self) -> str:
        """How old the latest figures are, where that matters, and which months are missing."""
        months_old = sum(1 for month in self.months if month > self.latest)
        told = f"{months_in_words(self.months)} {'is' if len(self.months) == 1 else 'are'} missing."
        if months_old < 12:
            return told
        age = count_of(months_old // 12, "year")
        return f"The latest figures, of {month_name(self.latest)}, are more than {age} old. {told}"


def owed(months: Sequence[Month], *, on: date) -> Owed | None:
    """The months missing on a day, or None: none is missing, or nobody has ever given any."""
    if not months:
        return None
    latest = months[-1].month
    within = [month.month for month in recent(months, _LOOKED_BACK) if not month.is_given]
    since = months_from(add_months(latest, 1), latest_owed(on))
    return Owed(latest, (*within, *since)) if within or since else None
