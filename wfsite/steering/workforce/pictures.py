"""The charts of workforce data as finished specs: one message each, with the same words beside and inside."""

from collections.abc import Sequence
from datetime import date

from wfsite.charts.specs import Line, StackedBars
from wfsite.core.figures import round_half_up, variation_sentence
from wfsite.core.periods import add_months
from wfsite.core.words import MONTHS, month_name
from wfsite.steering.workforce.gap_rules import months_in_words, over_gap, recent
from wfsite.steering.workforce.rate_rules import movement_words, ratio_run
from wfsite.steering.workforce.rules import Month
from wfsite.steering.workforce.target_rules import Target

SHOWN = 13  # months in a table: a year and the month it is compared with
_IN_PICTURE, _AHEAD = 24, 13


def short_month(month: date) -> str:
    """ "Feb 21"."""
    return f"{MONTHS[month.month - 1][:3]} {month:%y}"


def agency_picture(months: Sequence[Month], targets: Sequence[Target]) -> Line:
    """The agency ratio of the last two years against its dated targets; the axis runs on to the last target."""
    shown = recent(months, _IN_PICTURE)
    span = _span(shown, targets)
    by_month = {month.month: month.counts.agency_ratio.percent for month in shown}
    values = [by_month.get(month) for month in span]
    return Line(
        title=f"Agency ratio, {month_name(span[0])} to {month_name(span[-1])}" if span else "Agency ratio",
        labels=tuple(short_month(month) for month in span),
        values=tuple(None if v is None else float(round_half_up(v, 2)) for v in values),
        unit="%",
        targets=tuple(
            (short_month(t.due_on), float(t.value), f"{t.value_text} by {short_month(t.due_on)}")
            for t in targets
            if t.due_on.replace(day=1) in set(span)
        ),
    )


def _span(months: Sequence[Month], targets: Sequence[Target]) -> list[date]:
    """Every month from the first shown to the last, and on to a target due within about a year after it."""
    if not months:
        return []
    first, last = months[0].month, months[-1].month
    furthest = add_months(last, _AHEAD)
    ends = [t.due_on.replace(day=1) for t in targets if last < t.due_on.replace(day=1) <= furthest]
    end = max([last, *ends])
    count = (end.year - first.year) * 12 + end.month - first.month + 1
    return [add_months(first, number) for number in range(count)]


def agency_sentence(months: Sequence[Month]) -> str:
    """What the agency picture says: the latest ratio, how it moved, and whether that is a signal."""
    known = [month for month in months if month.counts.agency_ratio.percent is not None]
    if not known:
        return "Nobody has given the figures for an agency ratio yet."
    last = known[-1]
    rate = last.counts.agency_ratio
    moved = ""
    if len(known) > 1 and (words := movement_words(known[-2].counts.agency_ratio, rate, since=known[-2].month)):
        moved = f"{words}{over_gap(known[-2].month, last.month)}"
    told = f"The agency ratio was {rate.text} ({rate.basis}) in {month_name(last.month)}{', ' if moved else ''}{moved}."
    return f"{told} {variation_sentence(ratio_run(known))}"


def in_post_picture(months: Sequence[Month]) -> StackedBars:
    """Permanent and agency workers month by month; months without both figures are left out."""
    known, _ = _in_post_known(months)
    return StackedBars(
        title="Permanent and agency workers at the end of each month",
        labels=tuple(short_month(month.month) for month in known),
        parts=("Permanent", "Agency"),
        values=tuple((float(month.counts.permanent or 0), float(month.counts.agency or 0)) for month in known),
    )


def in_post_sentence(months: Sequence[Month]) -> str:
    """What the picture of permanent and agency workers says, and which months it cannot show."""
    known, missing = _in_post_known(months)
    if not known:
        return "Nobody has given both permanent and agency workers yet."
    told = "; ".join(_in_post(month) for month in ([known[0], known[-1]] if len(known) > 1 else known))
    return f"{told}.{_no_figure(missing)}"


def _in_post_known(months: Sequence[Month]) -> tuple[list[Month], list[date]]:
    """The months of the last year that have both figures, and those that lack one."""
    shown = recent(months, SHOWN)
    known = [month for month in shown if month.counts.total is not None]
    return known, [month.month for month in shown if month.counts.total is None]


def _no_figure(missing: Sequence[date]) -> str:
    return f" No figure for {months_in_words(missing)}." if missing else ""


def _in_post(month: Month) -> str:
    counts = month.counts
    return f"{month_name(month.month)}: {counts.permanent:,} permanent and {counts.agency:,} agency workers"


def leavers_picture(months: Sequence[Month]) -> Line:
    """Permanent workers who left, month by month."""
    shown = recent(months, SHOWN)
    return Line(
        title="Permanent workers who left each month",
        labels=tuple(short_month(month.month) for month in shown),
        values=tuple(None if m.counts.leavers is None else float(m.counts.leavers) for m in shown),
        unit="",
    )


def leavers_sentence(months: Sequence[Month]) -> str:
    """What the leavers' picture says, and which months it lacks."""
    shown = recent(months, SHOWN)
    known = [(month.month, month.counts.leavers) for month in shown if month.counts.leavers is not None]
    if not known:
        return "Nobody has given the number of leavers yet."
    missing = [month.month for month in shown if month.counts.leavers is None]
    (first, _), (last, left) = known[0], known[-1]
    total = sum(count for _, count in known)
    if first == last:
        return f"{left:,} left in {month_name(last)}.{_no_figure(missing)}"
    if not any(first < month < last for month in missing):
        span = f"from {month_name(first)} to {month_name(last)}"
        return f"{total:,} left {span}, {left:,} of them in the last month.{_no_figure(missing)}"
    span = f"in the {len(known)} months of {month_name(first)} to {month_name(last)} that have a figure"
    return f"{total:,} left {span}, {left:,} of them in {month_name(last)}.{_no_figure(missing)}"
