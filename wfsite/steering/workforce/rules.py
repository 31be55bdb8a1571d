"""A month's counts and all that follows from them: rates by the local and by the published definitions.

None is not supplied, 0 is zero. Percentages come from unrounded counts and are rounded half up, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from wfsite.core.figures import LOW, NOT_APPLICABLE, NOT_AVAILABLE, Rate, round_half_up
from wfsite.core.periods import add_months, month_end
from wfsite.core.words import count_of, month_name

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
    Figure(
        "vacancies_covered",
        "Vacancies covered",
        "Vacant posts that an agency worker covers on the last day: not the number of agency workers, "
        "and not counted in Vacancies",
    ),
    Figure("conversions", "Conversions", "Agency workers who became permanent in the month, not counted as starters"),
    Figure(
        "replacements",
        "Replacements",
        "Agency workers who left in the month because a newly recruited permanent worker, counted in Starters, "
        "took their place",
    ),
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
# What a footnote may stand at: any figure, or the differences that the numbers leave.
DIFFERENCE, AGENCY_DIFFERENCE = "difference", "agency_difference"
NOTE_LABELS = {figure.name: figure.label for figure in FIGURES} | {
    DIFFERENCE: "Difference",
    AGENCY_DIFFERENCE: "Agency difference",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one service area counted for one month."""

    permanent: int | None = None
    starters: int | None = None
    leavers: int | None = None
    agency: int | None = None
    vacancies: int | None = None
    vacancies_covered: int | None = None
    conversions: int | None = None
    replacements: int | None = None
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
        """Vacancies ÷ (vacancies + in post), counting as vacant also the posts that agency workers cover."""
        vacant = _sum(self.vacancies, self.vacancies_covered)
        return Rate(vacant, _sum(vacant, self.permanent), _PUBLISHED)

    @property
    def caseload(self) -> "PerHead":
        """Cases ÷ full-time equivalents of the workers who hold at least one."""
        return PerHead(self.cases, self.case_holders_fte)


# What is counted among something else, and how a part that is more than its whole is told.
_PARTS = (
    ("replacements", "starters", "Replacements ({:,}) are more than the starters ({:,}), among whom they are counted"),
    (
        "vacancies_covered",
        "agency",
        "Vacancies covered ({:,}) are more than the agency workers ({:,}) who could cover them",
    ),
    # Nobody is more than one full-time equivalent.
    ("permanent_fte", "permanent", "Permanent FTE ({:,}) is more than the permanent workers ({:,})"),
    ("agency_fte", "agency", "Agency FTE ({:,}) is more than the agency workers ({:,})"),
)


def part_problems(counts: Counts) -> dict[str, str]:
    """By figure, what is wrong with a part that is more than its whole; one that was not given wrongs nothing."""
    found = {}
    for name, whole_name, words in _PARTS:
        part, whole = getattr(counts, name), getattr(counts, whole_name)
        if part is not None and whole is not None and part > whole:
            found[name] = words.format(part, whole)
    return found


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
    """A service area's month as last recorded, with what was said of it before, newest first.

    A month between others for which nobody gave anything has no counts and is not `is_given`.
    """

    month: date
    counts: Counts
    notes: Mapping[str, str] = field(default_factory=dict)
    version: Version | None = None
    earlier: tuple[Version, ...] = ()
    is_given: bool = True

    @property
    def ends_on(self) -> date:
        """The day at which its counts stand."""
        return month_end(self.month)

    @property
    def is_revised(self) -> bool:
        """Whether a figure that was given has changed; a figure that was missing and a new footnote revise nothing."""
        names = [figure.name for figure in FIGURES]
        return any(
            (said := getattr(version.counts, name)) is not None and said != getattr(self.counts, name)
            for version in self.earlier
            for name in names
        )


def turnover(months: Sequence[Month]) -> Rate:
    """Leavers of the twelve months up to the last ÷ permanent at its end; [x] when a month is missing."""
    last = months[-12:]
    whole = len(last) == 12 and last[0].month == add_months(last[-1].month, -11)
    leavers = _sum(*(month.counts.leavers for month in last)) if whole else None
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
    return [_published(month.counts, months[: number + 1]) for number, month in enumerate(months)]


def _published(counts: Counts, until: Sequence[Month]) -> Published:
    return Published(
        until[-1].month,
        counts.published_agency_rate,
        counts.published_agency_rate_fte,
        counts.published_vacancy_rate,
        turnover(until),
        counts.caseload,
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
