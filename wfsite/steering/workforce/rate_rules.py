"""Rates that look over several months: turnover, the published rates month by month, and how a percentage moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wfsite.core.figures import Rate, round_half_up
from wfsite.core.periods import add_months
from wfsite.core.words import month_name
from wfsite.steering.workforce.rules import Month, PerHead, known_sum

_LOCAL, _PUBLISHED = 2, 1  # places of local percentages and of published rates


def turnover(months: Sequence[Month]) -> Rate:
    """Leavers of the twelve months up to the last ÷ permanent at its end; [x] when a month is missing."""
    last = months[-12:]
    whole = len(last) == 12 and last[0].month == add_months(last[-1].month, -11)
    leavers = known_sum(*(month.counts.leavers for month in last)) if whole else None
    return Rate(leavers, last[-1].counts.permanent if last else None, _PUBLISHED)


@dataclass(frozen=True, slots=True)
class Published:
    """A month's rates by the published definitions; turnover looks back over the twelve months to its end."""

    month: date
    agency: Rate
    agency_fte: Rate
    vacancies: Rate
    turnover: Rate
    caseload: PerHead


def published_all(months: Sequence[Month]) -> list[Published]:
    """The published rates of each month, in the months' (ascending) order."""
    return [published(months[: number + 1]) for number in range(len(months))]


def published(until: Sequence[Month]) -> Published:
    """The published rates of the last of some months, of which there is at least one."""
    counts = until[-1].counts
    return Published(
        month=until[-1].month,
        agency=counts.published_agency_rate,
        agency_fte=counts.published_agency_rate_fte,
        vacancies=counts.published_vacancy_rate,
        turnover=turnover(until),
        caseload=counts.caseload,
    )


def points_between(before: Rate, after: Rate) -> Decimal | None:
    """The change from one percentage to another in percentage points, from unrounded figures, two places."""
    if before.percent is None or after.percent is None:
        return None
    return round_half_up(after.percent - before.percent, _LOCAL)


def movement_words(before: Rate, after: Rate, *, since: date) -> str:
    """ "1.08 percentage points higher than in January 2021"; "" when there is nothing to compare."""
    points = points_between(before, after)
    if points is None:
        return ""
    if points == 0:
        return f"the same as in {month_name(since)}"
    return f"{abs(points)} percentage points {'higher' if points > 0 else 'lower'} than in {month_name(since)}"


def ratio_run(months: Sequence[Month], *, most: int = 24) -> list[Decimal]:
    """The agency ratios of the last unbroken run of months, for the variation limits."""
    run: list[Decimal] = []
    following: date | None = None
    for month in reversed(months[-most:]):
        percent = month.counts.agency_ratio.percent
        if percent is None or (following and month.month != add_months(following, -1)):
            break
        run.append(percent)
        following = month.month
    return run[::-1]
