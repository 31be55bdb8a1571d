"""The lines of a workforce table in our own words: what each is called, how it is worked out, and from what."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from wfsite.core.figures import Rate
from wfsite.steering.workforce.rate_rules import Published
from wfsite.steering.workforce.rules import Counts, PerHead

Computed = int | Decimal | None | Rate | PerHead


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: where it belongs, what it is called, how it is worked out, and from what."""

    key: str
    group: str
    label: str
    short: str
    definition: str
    value: Callable[[Counts], Computed]


LINES = {
    line.key: line
    for line in (
        Line(
            key="total",
            group="All",
            label="Workers at the end of the month",
            short="All workers",
            definition="Permanent and agency workers together.",
            value=lambda c: c.total,
        ),
        Line(
            key="permanent",
            group="Permanent",
            label="Permanent workers at the end of the month",
            short="Permanent",
            definition="Workers with a permanent post on the last day of the month.",
            value=lambda c: c.permanent,
        ),
        Line(
            key="starters",
            group="Permanent",
            label="Permanent workers who started in the month",
            short="Starters",
            definition="People who took up a permanent post in the month.",
            value=lambda c: c.starters,
        ),
        Line(
            key="starters_rate",
            group="Permanent",
            label="Starters as a percentage of permanent workers",
            short="Starters, %",
            definition="Starters ÷ permanent workers at the end of the month.",
            value=lambda c: c.starters_rate,
        ),
        Line(
            key="leavers",
            group="Permanent",
            label="Permanent workers who left in the month",
            short="Leavers",
            definition="People who left a permanent post in the month.",
            value=lambda c: c.leavers,
        ),
        Line(
            key="leavers_rate",
            group="Permanent",
            label="Leavers as a percentage of permanent workers",
            short="Leavers, %",
            definition="Leavers ÷ permanent workers at the end of the month.",
            value=lambda c: c.leavers_rate,
        ),
        Line(
            key="agency",
            group="Agency",
            label="Agency workers at the end of the month",
            short="Agency",
            definition="Workers supplied by an agency on the last day of the month.",
            value=lambda c: c.agency,
        ),
        Line(
            key="agency_ratio",
            group="Agency",
            label="Agency workers as a percentage of all workers",
            short="Agency, %",
            definition="Agency ratio: agency workers ÷ (permanent + agency workers).",
            value=lambda c: c.agency_ratio,
        ),
        Line(
            key="vacancies",
            group="Vacancies",
            label="Unfilled vacancies at the end of the month",
            short="Vacancies",
            definition="Posts that nobody fills, neither a permanent nor an agency worker.",
            value=lambda c: c.vacancies,
        ),
        Line(
            key="vacancies_covered",
            group="Vacancies",
            label="Vacancies covered by agency workers at the end of the month",
            short="Covered by agency",
            definition="Vacant posts that an agency worker covers. They are not among the unfilled vacancies.",
            value=lambda c: c.vacancies_covered,
        ),
        Line(
            key="establishment",
            group="Establishment",
            label="Establishment: permanent, agency and vacancies",
            short="Establishment",
            definition="Permanent workers + agency workers + unfilled vacancies.",
            value=lambda c: c.establishment,
        ),
    )
}
PAPER = tuple(key for key in LINES if key != "vacancies_covered")  # the lines of a board paper
IN_POST = ("permanent", "agency", "total", "agency_ratio", "vacancies", "vacancies_covered", "establishment")
FLOWS = ("starters", "starters_rate", "leavers", "leavers_rate")


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A rate by a published definition: its column on a page and in a file, how it is worked out, and from what."""

    short: str
    heading: str
    definition: str
    value: Callable[[Published], Rate | PerHead]


PUBLISHED = {
    "agency": PublishedLine(
        short="Agency rate",
        heading="Published agency rate",
        definition="Agency ÷ (agency + in post), one place",
        value=lambda rates: rates.agency,
    ),
    "agency_fte": PublishedLine(
        short="Agency rate, FTE",
        heading="Published agency rate, FTE",
        definition="Agency ÷ (agency + in post), in full-time equivalents",
        value=lambda rates: rates.agency_fte,
    ),
    "vacancies": PublishedLine(
        short="Vacancy rate",
        heading="Published vacancy rate",
        definition="Vacancies ÷ (vacancies + in post). Vacancies include the posts that agency workers cover",
        value=lambda rates: rates.vacancies,
    ),
    "turnover": PublishedLine(
        short="Turnover",
        heading="Published turnover, twelve months",
        definition="Leavers of the twelve months up to then ÷ in post at their end",
        value=lambda rates: rates.turnover,
    ),
    "caseload": PublishedLine(
        short="Caseload",
        heading="Published caseload",
        definition="Cases ÷ full-time equivalents of workers who hold at least one",
        value=lambda rates: rates.caseload,
    ),
}
