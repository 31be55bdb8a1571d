"""Whether a month's movements lead from the month before to its closing figure, for permanent and agency workers.

What the movements do not account for is a residual: shown and explained, never hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wfsite.core.figures import NOT_AVAILABLE
from wfsite.core.periods import add_months
from wfsite.core.words import count_of, listed
from wfsite.steering.workforce.gap_rules import months_in_words
from wfsite.steering.workforce.rules import AGENCY_DIFFERENCE, DIFFERENCE, NOTE_LABELS, Counts, Month


@dataclass(frozen=True, slots=True)
class Flow:
    """What moves a number of workers: the figure that closes it, and the movements into it and out of it."""

    closing: str
    into: tuple[str, ...]
    out: tuple[str, ...]
    required: tuple[str, ...]  # without these nothing can be checked; others not supplied count as none
    columns: tuple[tuple[str, ...], ...]  # what a table shows, movements of one column netted
    explained_at: str  # the footnote that explains the difference
    unseen: str  # what is not collected and makes a difference all the same


PERMANENT = Flow(
    closing="permanent",
    into=("starters", "conversions", "transfers_in"),
    out=("leavers", "transfers_out"),
    required=("starters", "leavers"),
    columns=(("starters",), ("leavers",), ("conversions",), ("transfers_in", "transfers_out")),
    explained_at=DIFFERENCE,
    unseen="",
)
AGENCY = Flow(
    closing="agency",
    into=(),
    out=("conversions", "replacements"),
    required=(),
    columns=(("conversions",), ("replacements",)),
    explained_at=AGENCY_DIFFERENCE,
    unseen="Agency workers who came, or who left for another reason, are not counted.",
)
_MOVED = {
    "starters": lambda n: count_of(n, "starter"),
    "leavers": lambda n: count_of(n, "leaver"),
    "conversions": lambda n: count_of(n, "conversion"),
    "replacements": lambda n: count_of(n, "replacement"),
    "transfers_in": lambda n: f"{n:,} transferred in",
    "transfers_out": lambda n: f"{n:,} transferred out",
}


def _signed(value: int) -> str:
    """ "+3", "−6", "0"."""
    return f"{value:+,}".replace("-", "−") if value else "0"


def _printed(value: int | None) -> str:
    return NOT_AVAILABLE if value is None else f"{value:,}"


@dataclass(frozen=True, slots=True)
class AddingUp:
    """Opening ± movements against the closing figure."""

    month: date
    opening: int | None
    counts: Counts
    explanation: str = ""
    flow: Flow = PERMANENT

    @property
    def closing(self) -> int | None:
        """The figure that the month's return says."""
        return self._count(self.flow.closing)

    @property
    def expected(self) -> int | None:
        """What the movements lead to; those that are not required and were not supplied count as none."""
        if self.opening is None or any(self._count(name) is None for name in self.flow.required):
            return None
        return self.opening + sum(self._move(name) or 0 for name in (*self.flow.into, *self.flow.out))

    @property
    def residual(self) -> int | None:
        """Closing minus expected: what the movements do not account for."""
        if self.expected is None or self.closing is None:
            return None
        return self.closing - self.expected

    @property
    def steps(self) -> tuple[str, ...]:
        """Start, movements, what it should be and the end, as a table prints them."""
        return (
            _printed(self.opening),
            *(self._net(names) for names in self.flow.columns),
            _printed(self.expected),
            _printed(self.closing),
        )

    @property
    def residual_text(self) -> str:
        """ "+3", "−6", "0", or [x]."""
        return NOT_AVAILABLE if self.residual is None else _signed(self.residual)

    @property
    def sentence(self) -> str:
        """What the figures say, in words."""
        if self.opening is None:
            return "There is no figure for the month before, so this month cannot be checked."
        unknown = self._not_supplied(self.flow.closing, *self.flow.required)
        if unknown:
            return f"Not supplied: {listed(unknown)}. So this month cannot be checked."
        if self.residual == 0:
            return "The numbers add up."
        return f"{self._sum} The return says {self.closing:,}: {self._apart}. {self._why}"

    def _count(self, name: str) -> int | None:
        found: int | None = getattr(self.counts, name)
        return found

    def _move(self, name: str) -> int | None:
        value = self._count(name)
        return -value if value is not None and name in self.flow.out else value

    def _net(self, names: tuple[str, ...]) -> str:
        moves = [move for name in names if (move := self._move(name)) is not None]
        return _signed(sum(moves)) if moves else NOT_AVAILABLE

    @property
    def _sum(self) -> str:
        steps = [f"{self.opening:,} at the start"]
        for names in self.flow.columns:
            for name in names:
                value = self._count(name)
                if value or name in self.flow.required:
                    steps.append(f"{'minus' if name in self.flow.out else 'plus'} {_MOVED[name](value or 0)}")
        return f"{', '.join(steps)} gives {self.expected:,}."

    @property
    def _apart(self) -> str:
        residual = self.residual or 0
        return f"{abs(residual):,} {'more' if residual > 0 else 'fewer'} than that"

    @property
    def _why(self) -> str:
        if self.explanation:
            return self.explanation
        missing = self._not_supplied(*self.flow.into, *self.flow.out)
        supposed = f"Not supplied, and may explain it: {listed(missing)}." if missing else ""
        return " ".join(filter(None, (supposed, self.flow.unseen))) or "Nobody has explained it yet."

    def _not_supplied(self, *names: str) -> list[str]:
        return [NOTE_LABELS[name].lower() for name in names if self._count(name) is None]


def adding_up(month: Month, before: Month | None, flow: Flow = PERMANENT) -> AddingUp:
    """Whether a month's movements lead from the month before to its closing figure."""
    follows = before is not None and before.month == add_months(month.month, -1)
    opening = getattr(before.counts, flow.closing) if before and follows else None
    return AddingUp(
        month=month.month,
        opening=opening,
        counts=month.counts,
        explanation=month.notes.get(flow.explained_at, ""),
        flow=flow,
    )


def adding_up_all(months: Sequence[Month], flow: Flow = PERMANENT) -> list[AddingUp]:
    """One check a month, in the months' (ascending) order."""
    befores: list[Month | None] = [None, *months]
    return [adding_up(month, before, flow) for month, before in zip(months, befores, strict=False)]


def agency_told(sums: Sequence[AddingUp]) -> str:
    """What is known of how the number of agency workers changed over some months, in ascending order."""
    known = [one for one in sums if one.residual is not None]
    if not known:
        return "There are no two months in a row with a number of agency workers, so nothing can be said of the change."
    change = sum((one.closing or 0) - (one.opening or 0) for one in known)
    left = sum(one.residual or 0 for one in known)
    moved = listed(
        (
            f"{_total(known, 'conversions')} became permanent",
            f"{_total(known, 'replacements')} were replaced by newly recruited permanent workers",
        )
    )
    return (
        f"Over {months_in_words([one.month for one in known])} the number of agency workers changed by "
        f"{_signed(change)}. Of these {moved}. The other {_signed(left)} are the agency workers who came, "
        "less those who left for another reason: nobody counts these one by one."
    )


def _total(sums: Sequence[AddingUp], name: str) -> str:
    """ "9", "9 (not supplied for May 2021)", or "an unknown number" when no month has the figure."""
    without = [one.month for one in sums if getattr(one.counts, name) is None]
    if len(without) == len(sums):
        return "an unknown number"
    total = sum(getattr(one.counts, name) or 0 for one in sums)
    return f"{total:,}{f' (not supplied for {months_in_words(without)})' if without else ''}"


def flow_problem(counts: Counts, opening: int | None) -> tuple[str, str] | None:
    """The column and sentence of movements that cannot be, or None. `opening` is the month before's closing figure."""
    leavers, starters, permanent = counts.leavers, counts.starters, counts.permanent
    if leavers is not None and opening is not None:
        could = opening + (starters or 0) + (counts.conversions or 0) + (counts.transfers_in or 0)
        if leavers > could:
            return "leavers", f"Leavers ({leavers:,}) are more than the permanent workers who could leave ({could:,})"
    elif leavers is not None and permanent is not None and leavers > permanent:
        way_out = "If that is right, give the month before first"
        return (
            "leavers",
            f"Leavers ({leavers:,}) are more than the permanent workers in post ({permanent:,}). " + way_out,
        )
    if starters is not None and permanent is not None and leavers is not None:
        stayed = permanent + leavers + (counts.transfers_out or 0)
        if starters > stayed:
            words = "are more than the permanent workers at the end and those who left"
            return "starters", f"Starters ({starters:,}) {words} ({stayed:,})"
    return None
