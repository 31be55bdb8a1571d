"""The workforce figures that matter, for the front doors of the groups that watch them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from wfsite.core.clock import london_date
from wfsite.core.figures import Rate
from wfsite.core.periods import add_months
from wfsite.core.tasks import Headline
from wfsite.core.words import month_name
from wfsite.steering.workforce import queries
from wfsite.steering.workforce.gap_rules import months_from, months_in_words, over_gap, owed
from wfsite.steering.workforce.rate_rules import movement_words, turnover
from wfsite.steering.workforce.rules import Month


def workforce_headlines(*, as_at: datetime, url: Callable[[int], str]) -> list[Headline]:
    """Agency ratio, permanent workers, unfilled posts and turnover of the watched area, each with its movement.

    Two statements; empty while nobody gave figures. `url` of the area's id leads to the page behind them; the first
    figure names the area, and which months are missing.
    """
    area = queries.watched_area()
    months = queries.workforce_months(area.id, as_at=as_at) if area else []
    if area is None or not months:
        return []
    missing = owed(months, on=london_date(as_at))
    first, *others = headlines_of(months, url=url(area.id))
    said = [first.detail, area.name, missing.sentence.removesuffix(".") if missing else ""]
    return [replace(first, detail=". ".join(words for words in said if words) + ("." if missing else "")), *others]


def headlines_of(months: Sequence[Month], *, url: str = "") -> list[Headline]:
    """The same from months that are at hand."""
    if not months:
        return []
    last, before = months[-1], months[-2] if len(months) > 1 else None
    counts, ratio, name = last.counts, last.counts.agency_ratio, month_name(last.month)
    moved = movement_words(before.counts.agency_ratio, ratio, since=before.month) if before else ""
    moved += over_gap(before.month, last.month) if before and moved else ""
    year = turnover(months)
    return [
        Headline(
            label=f"Agency ratio, {name}",
            value=ratio.text,
            detail=", ".join(part for part in (ratio.basis, moved) if part),
            url=url,
        ),
        _count(f"Permanent workers, {name}", "permanent", last, before),
        _count(f"Unfilled vacancies, {name}", "vacancies", last, before, of=counts.establishment),
        Headline(
            label=f"Turnover, year to {name}",
            value=year.text,
            detail=_turnover_words(year, months),
        ),
    ]


def _turnover_words(year: Rate, months: Sequence[Month]) -> str:
    if year.numerator is None:
        last = months[-1].month
        given = {month.month for month in months if month.counts.leavers is not None}
        missing = [month for month in months_from(add_months(last, -11), last) if month not in given]
        return f"needs the leavers of twelve months; missing: {months_in_words(missing)}"
    if year.denominator is None:
        return "needs the permanent workers in post at the end"
    return f"{year.numerator:,} left in twelve months, {year.denominator:,} in post at their end"


def _count(label: str, key: str, last: Month, before: Month | None, *, of: int | None = None) -> Headline:
    value = getattr(last.counts, key)
    earlier = getattr(before.counts, key) if before else None
    parts = []
    if of is not None:
        parts.append(f"of {of:,} posts")
    if before and value is not None and earlier is not None:
        change = value - earlier
        since = f"than in {month_name(before.month)}" if change else f"as in {month_name(before.month)}"
        since += over_gap(before.month, last.month)
        parts.append(f"{abs(change):,} {'more' if change > 0 else 'fewer'} {since}" if change else f"the same {since}")
    return Headline(label=label, value="[x]" if value is None else f"{value:,}", detail=", ".join(parts))
