"""Dated targets for the agency ratio: judged on their date, and set side by side where they conflict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wfsite.core.figures import Rate
from wfsite.core.words import month_name
from wfsite.steering.workforce.rules import Month


class Outcome(StrEnum):
    """How a target stands on a day."""

    MET = "met"
    MISSED = "missed"
    NOT_DUE = "not-due"
    NO_FIGURE = "no-figure"

    @property
    def word(self) -> str:
        """The outcome as a tag prints it."""
        return {"met": "Met", "missed": "Missed", "not-due": "Not due yet", "no-figure": "No figure"}[self.value]

    @property
    def tag(self) -> str:
        """The GOV.UK tag colour."""
        return {"met": "green", "missed": "red", "not-due": "blue", "no-figure": "grey"}[self.value]

    @property
    def shape(self) -> str:
        """The outcome as a shape that survives grey print."""
        return {"met": "✓", "missed": "■", "not-due": "○", "no-figure": "–"}[self.value]


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio not to exceed by a day, who set it, and the other half of the pair where there is one."""

    due_on: date
    value: Decimal
    source: str
    paired_with: str = ""

    @property
    def value_text(self) -> str:
        """ "15%", "12.5%"."""
        return f"{self.value.normalize():f}%"

    @property
    def due_text(self) -> str:
        """The month by whose end it is due."""
        return month_name(self.due_on)


@dataclass(frozen=True, slots=True)
class Judged:
    """A target with its outcome on a day and the figure that decided it."""

    target: Target
    outcome: Outcome
    month: date | None
    rate: Rate

    @property
    def sentence(self) -> str:
        """The outcome with its numbers."""
        target = self.target
        if self.month is None:
            return f"There is no figure at or before {target.due_text}."
        figure = f"{self.rate.text} in {month_name(self.month)} ({self.rate.basis})"
        if self.outcome is Outcome.NOT_DUE:
            return f"The latest figure is {figure}."
        earlier = "" if month_name(self.month) == target.due_text else ", the latest figure before the date"
        verb = "within" if self.outcome is Outcome.MET else "above"
        return f"{figure}{earlier}: {verb} {target.value_text}."


def judged(target: Target, months: Sequence[Month], *, on: date) -> Judged:
    """A target as it stands on a day, judged by the latest figure at or before its date."""
    known = [m for m in months if m.ends_on <= target.due_on and m.counts.agency_ratio.percent is not None]
    latest = known[-1] if known else None
    rate = latest.counts.agency_ratio if latest else Rate(None, None)
    month = latest.month if latest else None
    if on < target.due_on:
        outcome = Outcome.NOT_DUE
    elif rate.percent is None:
        outcome = Outcome.NO_FIGURE
    else:
        outcome = Outcome.MET if rate.percent <= target.value else Outcome.MISSED
    return Judged(target, outcome, month, rate)


def conflicts(targets: Sequence[Target]) -> list[str]:
    """One sentence for each month for which different targets are set."""
    found = []
    for due_on in sorted({target.due_on for target in targets}):
        same = sorted((t for t in targets if t.due_on == due_on), key=lambda t: t.value)
        if len({target.value for target in same}) > 1:
            named = " and ".join(f"{target.value_text} ({target.source})" for target in same)
            found.append(f"The targets for {month_name(due_on)} conflict: {named}.")
    return found
