"""Dated targets: judged on their date by figures that are recent enough, and set side by side where they conflict.

A target may come as a pair: a ratio not to exceed, and a number of agency workers to convert or replace since the
target before it. Each half is judged by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wfsite.core.figures import Rate
from wfsite.core.periods import add_months, month_end
from wfsite.core.words import month_name
from wfsite.steering.workforce.gap_rules import latest_owed, months_from, months_in_words
from wfsite.steering.workforce.rules import Counts, Month

# A figure decides a target when it is no older, on the target's date, than its measure's own period and this grace.
_PERIOD_DAYS, GRACE_DAYS = 31, 14
HOW_JUDGED = (
    "On its date, a ratio is judged by the latest figure at or before that date, if it is no more than "
    f"a month and {GRACE_DAYS} days older. An older figure decides nothing.",
    "Workers to convert or replace are counted from the month after the target before it (the first from the month "
    "in which it was set): conversions and replacements of every month up to the date.",
)


class Measure(StrEnum):
    """A figure that a target can be set for."""

    AGENCY_RATIO = "agency-ratio"


class Outcome(StrEnum):
    """How a target stands on a day."""

    MET = "met"
    MISSED = "missed"
    NOT_DUE = "not-due"
    NO_FIGURE = "no-figure"
    CANNOT_BE_JUDGED = "cannot-be-judged"

    @property
    def word(self) -> str:
        """The outcome as a tag prints it."""
        return _WORDS[self]

    @property
    def tag(self) -> str:
        """The GOV.UK tag colour."""
        return {"met": "green", "missed": "red", "not-due": "blue"}.get(self.value, "grey")

    @property
    def shape(self) -> str:
        """The outcome as a shape that survives grey print."""
        return {"met": "✓", "missed": "■", "not-due": "○"}.get(self.value, "–")


_WORDS = {
    Outcome.MET: "Met",
    Outcome.MISSED: "Missed",
    Outcome.NOT_DUE: "Not due yet",
    Outcome.NO_FIGURE: "No figure",
    Outcome.CANNOT_BE_JUDGED: "Cannot be judged",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio not to exceed by a day, who set it and when, and the other half of the pair where there is one."""

    due_on: date
    value: Decimal
    source: str
    set_on: date
    # How many agency workers are to be converted or replaced since the target before, and the source's words for it.
    convert_or_replace: int | None = None
    paired_with: str = ""

    @property
    def value_text(self) -> str:
        """ "15%", "12.5%"."""
        return f"{self.value.normalize():f}%"

    @property
    def due_text(self) -> str:
        """The month by whose end it is due."""
        return month_name(self.due_on)

    @property
    def pair_text(self) -> str:
        """The other half in words: "convert or replace 24 agency workers"; "" without one."""
        if self.paired_with or self.convert_or_replace is None:
            return self.paired_with
        return f"convert or replace {self.convert_or_replace:,} agency workers"

    @property
    def last_counted(self) -> date:
        """The last month that is over by its date."""
        return self.due_on.replace(day=1) if self.due_on == month_end(self.due_on) else add_months(self.due_on, -1)


@dataclass(frozen=True, slots=True)
class Judged:
    """Half a target with its outcome on a day: what is wanted, and the figures that decided, in a sentence."""

    target: Target
    wanted: str  # "15% or less", "convert or replace 24 agency workers"
    named: str  # the same behind "the target": "of 15%", "to convert or replace 24 agency workers"
    outcome: Outcome
    sentence: str
    month: date | None = None  # whose figure decides a ratio

    @property
    def goal(self) -> str:
        """Behind "the target": "of 15% by February 2021"."""
        return f"{self.named} by {self.target.due_text}"


def judged_all(targets: Sequence[Target], months: Sequence[Month], *, on: date) -> list[Judged]:
    """Every target as it stands on a day, each ratio followed by the other half of its pair."""
    return [
        half
        for target in targets
        for half in (judged(target, months, on=on), pair_judged(target, targets, months, on=on))
        if half is not None
    ]


def judged(target: Target, months: Sequence[Month], *, on: date) -> Judged:
    """A ratio as it stands on a day, judged by the latest figure at or before its date, if that is recent enough."""
    known = [m for m in months if m.ends_on <= target.due_on and m.counts.agency_ratio.percent is not None]
    latest = known[-1] if known else None
    outcome = _ratio_outcome(target, latest, on)
    sentence = _ratio_sentence(target, latest, outcome)
    wanted, named, month = f"{target.value_text} or less", f"of {target.value_text}", latest.month if latest else None
    return Judged(target=target, wanted=wanted, named=named, outcome=outcome, sentence=sentence, month=month)


def _ratio_outcome(target: Target, latest: Month | None, on: date) -> Outcome:
    if on < target.due_on:
        return Outcome.NOT_DUE
    percent = latest.counts.agency_ratio.percent if latest else None
    if latest is None or percent is None or (target.due_on - latest.ends_on).days > _PERIOD_DAYS + GRACE_DAYS:
        return Outcome.NO_FIGURE
    return Outcome.MET if percent <= target.value else Outcome.MISSED


def _ratio_sentence(target: Target, latest: Month | None, outcome: Outcome) -> str:
    if latest is None:
        return f"There is no figure at or before {target.due_text}."
    rate, name = latest.counts.agency_ratio, month_name(latest.month)
    if outcome is Outcome.NO_FIGURE:
        return f"No figure since {name} ({_told(rate)}), which is too old to decide."
    figure = f"{rate.text} in {name} ({rate.basis})"
    if outcome is Outcome.NOT_DUE:
        return f"The latest figure is {figure}."
    earlier = "" if name == target.due_text else ", the latest figure before the date"
    return f"{figure}{earlier}: {'within' if outcome is Outcome.MET else 'above'} {target.value_text}."


def _told(rate: Rate) -> str:
    return f"{rate.text}, {rate.basis}"


def pair_judged(target: Target, targets: Sequence[Target], months: Sequence[Month], *, on: date) -> Judged | None:
    """The other half of a pair: agency workers converted and replaced since the target before; None without one."""
    if target.convert_or_replace is None:
        if not target.paired_with:
            return None
        named = f"to {target.paired_with}"
        return Judged(
            target=target,
            wanted=target.paired_with,
            named=named,
            outcome=Outcome.CANNOT_BE_JUDGED,
            sentence=_NUMBER_NOT_KNOWN,
        )
    first, last = _first_counted(target, targets), target.last_counted
    is_due = on >= target.due_on
    counted = _Counted.of(months, months_from(first, last if is_due else min(last, latest_owed(on))))
    outcome = _pair_outcome(counted, target.convert_or_replace, is_due=is_due)
    sentence = counted.sentence(target.convert_or_replace, outcome)
    return Judged(
        target=target, wanted=target.pair_text, named=f"to {target.pair_text}", outcome=outcome, sentence=sentence
    )


def _first_counted(target: Target, targets: Sequence[Target]) -> date:
    """The month after the pair before it, of the same source; the first pair counts from the month it was set in."""
    before = [
        one.last_counted
        for one in targets
        if one.source == target.source and one.convert_or_replace is not None and one.due_on < target.due_on
    ]
    return add_months(max(before), 1) if before else target.set_on.replace(day=1)


_NUMBER_NOT_KNOWN = "Cannot be judged: its number is not known."


@dataclass(frozen=True, slots=True)
class _Counted:
    """Conversions and replacements over some months, and the months that lack one or the other."""

    span: list[date]
    conversions: int
    replacements: int
    missing: list[str]

    @classmethod
    def of(cls, months: Sequence[Month], span: list[date]) -> "_Counted":
        given = {month.month: month.counts for month in months}
        counts = [given.get(month, Counts()) for month in span]
        return cls(
            span=span,
            conversions=sum(one.conversions or 0 for one in counts),
            replacements=sum(one.replacements or 0 for one in counts),
            missing=_missing(span, counts),
        )

    @property
    def total(self) -> int:
        return self.conversions + self.replacements

    def sentence(self, wanted: int, outcome: Outcome) -> str:
        if not self.span:
            return "No month has been counted yet."
        over = months_in_words(self.span)
        told = (
            f"{self.conversions:,} converted and {self.replacements:,} replaced over {over}: "
            f"{self.total:,} of {wanted:,}"
        )
        if not self.missing:
            return f"{'So far ' if outcome is Outcome.NOT_DUE else ''}{told}."
        lacking = f"Missing: {'; '.join(self.missing)}."
        if outcome is Outcome.CANNOT_BE_JUDGED:
            return f"Cannot be judged over {over}. {lacking} The figures given come to {self.total:,} of {wanted:,}."
        return f"{'So far at' if outcome is Outcome.NOT_DUE else 'At'} least {told}. {lacking}"


def _missing(span: Sequence[date], counts: Sequence[Counts]) -> list[str]:
    """ "replacements of March to May 2020": what is missing of which months."""
    lacking: dict[str, list[date]] = {"conversions and replacements": [], "conversions": [], "replacements": []}
    for month, one in zip(span, counts, strict=True):
        names = [name for name in ("conversions", "replacements") if getattr(one, name) is None]
        if names:
            lacking[" and ".join(names)].append(month)
    return [f"{what} of {months_in_words(months)}" for what, months in lacking.items() if months]


def _pair_outcome(counted: _Counted, wanted: int, *, is_due: bool) -> Outcome:
    if not is_due:
        return Outcome.NOT_DUE
    if counted.total >= max(wanted, 1):
        return Outcome.MET  # whatever is missing could only add to it
    if counted.missing:
        return Outcome.CANNOT_BE_JUDGED  # nothing counted does not meet a target of 0 either
    return Outcome.MET if counted.total >= wanted else Outcome.MISSED


def conflicts(targets: Sequence[Target]) -> list[str]:
    """One sentence for each month for which different targets are set."""
    found = []
    for due_on in sorted({target.due_on for target in targets}):
        same = sorted((t for t in targets if t.due_on == due_on), key=lambda t: t.value)
        if len({target.value for target in same}) > 1:
            named = " and ".join(f"{target.value_text} ({target.source})" for target in same)
            found.append(f"The targets for {month_name(due_on)} conflict: {named}.")
    return found
