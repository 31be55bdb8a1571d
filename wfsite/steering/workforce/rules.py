"""A month's counts and all that follows from them: rates, definitions, and whether the numbers add up.

None is not supplied, 0 is zero. Percentages come from unrounded counts and are rounded half up, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from wfsite.core.figures import LOW, NOT_APPLICABLE, NOT_AVAILABLE, Rate, round_half_up
from wfsite.core.periods import add_months, month_end
from wfsite.core.words import count_of, listed, month_name

Number = TypeVar("Number", int, Decimal)

_LOCAL, _PUBLISHED = 2, 1  # places of local percentages and of published rates


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that is counted each month: its column, its words, and whether it may have decimals."""

    name: str
    label: str
    meaning: str
    is_decimal: bool = False


FIGURES = (
    Figure("permanent", "Permanent", "Permanent workers in post on the last day of the month"),
    Figure("starters", "Starters", "Permanent workers who started in the month"),
    Figure("leavers", "Leavers", "Permanent workers who left in the month"),
    Figure("agency", "Agency", "Agency workers on the last day of the month"),
    Figure("vacancies", "Vacancies", "Posts that nobody fills, neither permanent nor agency, on the last day"),
    Figure("conversions", "Conversions", "Agency workers who became permanent in the month, not counted as starters"),
    Figure("transfers_in", "Transfers in", "Permanent workers who came from another part of the council"),
    Figure("transfers_out", "Transfers out", "Permanent workers who went to another part of the council"),
    Figure("permanent_fte", "Permanent FTE", "Permanent workers, as full-time equivalents", is_decimal=True),
    Figure("agency_fte", "Agency FTE", "Agency workers, as full-time equivalents", is_decimal=True),
    Figure("cases", "Cases", "Children's cases held on the last day of the month"),
    Figure(
        "case_holders_fte",
        "Case holders FTE",
        "Workers who hold at least one case, as full-time equivalents",
        is_decimal=True,
    ),
)
# What a footnote may stand at: any figure, or the difference that the numbers leave.
DIFFERENCE = "difference"
NOTE_LABELS = {figure.name: figure.label for figure in FIGURES} | {DIFFERENCE: "Difference"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one service area counted for one month."""

    permanent: int | None = None
    starters: int | None = None
    leavers: int | None = None
    agency: int | None = None
    vacancies: int | None = None
    conversions: int | None = None
    transfers_in: int | None = None
    transfers_out: int | None = None
    permanent_fte: Decimal | None = None
    agency_fte: Decimal | None = None
    cases: int | None = None
    case_holders_fte: Decimal | None = None

    @property
    def total(self) -> int | None:
        """Everybody at work: permanent and agency."""
        return _sum(self.permanent, self.agency)

    @property
    def establishment(self) -> int | None:
        """All posts: permanent, agency and unfilled."""
        return _sum(self.permanent, self.agency, self.vacancies)

    @property
    def agency_ratio(self) -> Rate:
        """The local share of agency workers among everybody at work."""
        return Rate(self.agency, self.total, _LOCAL)

    @property
    def starters_rate(self) -> Rate:
        """Starters ÷ permanent at the end of the month."""
        return Rate(self.starters, self.permanent, _LOCAL)

    @property
    def leavers_rate(self) -> Rate:
        """Leavers ÷ permanent at the end of the month."""
        return Rate(self.leavers, self.permanent, _LOCAL)

    @property
    def unfilled_rate(self) -> Rate:
        """The local vacancy rate: posts that nobody fills ÷ establishment."""
        return Rate(self.vacancies, self.establishment, _LOCAL)

    @property
    def published_agency_rate(self) -> Rate:
        """Agency ÷ (agency + in post), headcount."""
        return Rate(self.agency, self.total, _PUBLISHED)

    @property
    def published_agency_rate_fte(self) -> Rate:
        """Agency ÷ (agency + in post), full-time equivalents."""
        return Rate(self.agency_fte, _sum(self.permanent_fte, self.agency_fte), _PUBLISHED)

    @property
    def published_vacancy_rate(self) -> Rate:
        """Vacancies ÷ (vacancies + in post), counting as vacant also what agency workers cover."""
        return Rate(_sum(self.vacancies, self.agency), self.establishment, _PUBLISHED)

    @property
    def caseload(self) -> "PerHead":
        """Cases ÷ full-time equivalents of the workers who hold at least one."""
        return PerHead(self.cases, self.case_holders_fte)


def _sum(*parts: Number | None) -> Number | None:
    """The sum, or None when a part was not supplied."""
    known = [part for part in parts if part is not None]
    return sum(known[1:], known[0]) if len(known) == len(parts) else None


@dataclass(frozen=True, slots=True)
class PerHead:
    """A figure per full-time equivalent, one place."""

    numerator: int | None
    denominator: Decimal | None

    @property
    def text(self) -> str:
        """ "16.2", or the shorthand that says why there is none."""
        if self.numerator is None or self.denominator is None:
            return NOT_AVAILABLE
        if self.denominator == 0:
            return NOT_APPLICABLE
        rounded = round_half_up(self.numerator / self.denominator, _PUBLISHED)
        return LOW if rounded == 0 and self.numerator > 0 else str(rounded)

    @property
    def basis(self) -> str:
        """ "2,100 cases, 129.60 workers"."""
        if self.numerator is None or self.denominator is None:
            return ""
        return f"{count_of(self.numerator, 'case')}, {self.denominator:,} full-time equivalents"


@dataclass(frozen=True, slots=True)
class Version:
    """One recording of a month's counts: what was said, when, by whom."""

    id: int
    recorded_at: datetime
    recorded_by: str
    counts: Counts
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Month:
    """A service area's month as last recorded, with what was said of it before, newest first."""

    month: date
    counts: Counts
    notes: Mapping[str, str] = field(default_factory=dict)
    version: Version | None = None
    earlier: tuple[Version, ...] = ()

    @property
    def ends_on(self) -> date:
        """The day at which its counts stand."""
        return month_end(self.month)

    @property
    def is_revised(self) -> bool:
        """Whether a figure differs from what was said before; a new footnote alone revises nothing."""
        return any(version.counts != self.counts for version in self.earlier)


def _printed(value: int | None, sign: str = "") -> str:
    """A step of the sum: "+10", "−1", "0", or [x] when it was not supplied."""
    return NOT_AVAILABLE if value is None else f"{sign if value else ''}{value:,}"


@dataclass(frozen=True, slots=True)
class AddingUp:
    """Opening + starters − leavers + conversions ± transfers, against the closing figure."""

    month: date
    opening: int | None
    counts: Counts
    explanation: str = ""

    @property
    def expected(self) -> int | None:
        """What the movements lead to; conversions and transfers that were not supplied count as none."""
        if self.opening is None or self.counts.starters is None or self.counts.leavers is None:
            return None
        extra = (self.counts.conversions or 0) + (self.counts.transfers_in or 0) - (self.counts.transfers_out or 0)
        return self.opening + self.counts.starters - self.counts.leavers + extra

    @property
    def residual(self) -> int | None:
        """Closing minus expected: what the movements do not account for."""
        if self.expected is None or self.counts.permanent is None:
            return None
        return self.counts.permanent - self.expected

    @property
    def steps(self) -> tuple[str, ...]:
        """Start, starters, leavers, conversions, transfers, what it should be and the end, as a table prints them."""
        counts = self.counts
        into, out = counts.transfers_in, counts.transfers_out
        net = None if into is None and out is None else (into or 0) - (out or 0)
        return (
            _printed(self.opening),
            _printed(counts.starters, "+"),
            _printed(counts.leavers, "−"),
            _printed(counts.conversions, "+"),
            _printed(None if net is None else abs(net), "−" if net and net < 0 else "+"),
            _printed(self.expected),
            _printed(counts.permanent),
        )

    @property
    def residual_text(self) -> str:
        """ "+3", "−6", "0", or [x]."""
        if self.residual is None:
            return NOT_AVAILABLE
        return f"{self.residual:+,}".replace("-", "−") if self.residual else "0"

    @property
    def sentence(self) -> str:
        """What the figures say, in words."""
        if self.opening is None:
            return "There is no figure for the month before, so this month cannot be checked."
        unknown = [
            NOTE_LABELS[n].lower() for n in ("permanent", "starters", "leavers") if getattr(self.counts, n) is None
        ]
        if unknown:
            return f"Not supplied: {listed(unknown)}. So this month cannot be checked."
        if self.residual == 0:
            return "The numbers add up."
        return f"{self._sum} The return says {self.counts.permanent:,}: {self._apart}. {self._why}"

    @property
    def _sum(self) -> str:
        steps = [f"{self.opening:,} at the start", f"plus {count_of(self.counts.starters or 0, 'starter')}"]
        steps.append(f"minus {count_of(self.counts.leavers or 0, 'leaver')}")
        if self.counts.conversions:
            steps.append(f"plus {count_of(self.counts.conversions, 'conversion')}")
        if self.counts.transfers_in:
            steps.append(f"plus {self.counts.transfers_in:,} transferred in")
        if self.counts.transfers_out:
            steps.append(f"minus {self.counts.transfers_out:,} transferred out")
        return f"{', '.join(steps)} gives {self.expected:,}."

    @property
    def _apart(self) -> str:
        residual = self.residual or 0
        return f"{abs(residual):,} {'more' if residual > 0 else 'fewer'} than that"

    @property
    def _why(self) -> str:
        if self.explanation:
            return self.explanation
        missing = self._not_supplied("conversions", "transfers_in", "transfers_out")
        if missing:
            return f"Not supplied, and may explain it: {listed(missing)}."
        return "Nobody has explained it yet."

    def _not_supplied(self, *names: str) -> list[str]:
        return [NOTE_LABELS[name].lower() for name in names if getattr(self.counts, name) is None]


def adding_up(month: Month, before: Month | None) -> AddingUp:
    """Whether a month's movements lead from the month before to its closing figure."""
    follows = before is not None and before.month == add_months(month.month, -1)
    opening = before.counts.permanent if before and follows else None
    return AddingUp(month.month, opening, month.counts, month.notes.get(DIFFERENCE, ""))


def adding_up_all(months: Sequence[Month]) -> list[AddingUp]:
    """One check a month, in the months' (ascending) order."""
    befores: list[Month | None] = [None, *months]
    return [adding_up(month, before) for month, before in zip(months, befores, strict=False)]


def turnover(months: Sequence[Month]) -> Rate:
    """Leavers of the twelve months up to the last ÷ permanent at its end; [x] when a month is missing."""
    last = months[-12:]
    whole = len(last) == 12 and last[0].month == add_months(last[-1].month, -11)
    leavers = _sum(*(month.counts.leavers for month in last)) if whole else None
    return Rate(leavers, last[-1].counts.permanent if last else None, _PUBLISHED)


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
