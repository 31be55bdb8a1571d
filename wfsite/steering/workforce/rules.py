"""A month's counts and all that follows from them: rates by the local and by the published definitions.

None is not supplied, 0 is zero. Percentages come from unrounded counts and are rounded half up, once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from wfsite.core.figures import LOW, NOT_APPLICABLE, NOT_AVAILABLE, Rate, round_half_up
from wfsite.core.periods import month_end
from wfsite.core.words import count_of

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
    Figure(name="permanent", label="Permanent", meaning="Permanent workers in post on the last day of the month"),
    Figure(name="starters", label="Starters", meaning="Permanent workers who started in the month"),
    Figure(name="leavers", label="Leavers", meaning="Permanent workers who left in the month"),
    Figure(name="agency", label="Agency", meaning="Agency workers on the last day of the month"),
    Figure(
        name="vacancies",
        label="Vacancies",
        meaning="Posts that nobody fills, neither permanent nor agency, on the last day",
    ),
    Figure(
        name="vacancies_covered",
        label="Vacancies covered",
        meaning="Vacant posts that an agency worker covers on the last day: not the number of agency workers, "
        "and not counted in Vacancies",
    ),
    Figure(
        name="conversions",
        label="Conversions",
        meaning="Agency workers who became permanent in the month, not counted as starters",
    ),
    Figure(
        name="replacements",
        label="Replacements",
        meaning="Agency workers who left in the month because a newly recruited permanent worker, counted in Starters, "
        "took their place",
    ),
    Figure(
        name="transfers_in", label="Transfers in", meaning="Permanent workers who came from another part of the council"
    ),
    Figure(
        name="transfers_out", label="Transfers out", meaning="Permanent workers who went to another part of the council"
    ),
    Figure(
        name="permanent_fte",
        label="Permanent FTE",
        meaning="Permanent workers, as full-time equivalents",
        is_decimal=True,
    ),
    Figure(name="agency_fte", label="Agency FTE", meaning="Agency workers, as full-time equivalents", is_decimal=True),
    Figure(name="cases", label="Cases", meaning="Children's cases held on the last day of the month"),
    Figure(
        name="case_holders_fte",
        label="Case holders FTE",
        meaning="Workers who hold at least one case, as full-time equivalents",
        is_decimal=True,
    ),
)
# What a footnote may stand at: any figure, or the differences that the numbers leave.
DIFFERENCE, AGENCY_DIFFERENCE = "difference", "agency_difference"
NOTE_LABELS = {figure.name: figure.label for figure in FIGURES} | {
    DIFFERENCE: "Difference",
    AGENCY_DIFFERENCE: "Agency difference",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What one service area counted for one month; in the order of `FIGURES`."""

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
        return known_sum(self.permanent, self.agency)

    @property
    def establishment(self) -> int | None:
        """All posts: permanent, agency and unfilled."""
        return known_sum(self.permanent, self.agency, self.vacancies)

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
        return Rate(self.agency_fte, known_sum(self.permanent_fte, self.agency_fte), _PUBLISHED)

    @property
    def published_vacancy_rate(self) -> Rate:
        """Vacancies ÷ (vacancies + in post), counting as vacant also the posts that agency workers cover."""
        vacant = known_sum(self.vacancies, self.vacancies_covered)
        return Rate(vacant, known_sum(vacant, self.permanent), _PUBLISHED)

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


def known_sum(*parts: Number | None) -> Number | None:
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
