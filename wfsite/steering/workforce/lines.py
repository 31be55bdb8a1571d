"""The lines of a workforce table in our own words: what each is called, how it is worked out, and from what."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from wfsite.core.figures import Rate
from wfsite.steering.workforce.rules import Counts, PerHead, Published

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
            "total",
            "All",
            "Workers at the end of the month",
            "All workers",
            "Permanent and agency workers together.",
            lambda c: c.total,
        ),
        Line(
            "permanent",
            "Permanent",
            "Permanent workers at the end of the month",
            "Permanent",
            "Workers with a permanent post on the last day of the month.",
            lambda c: c.permanent,
        ),
        Line(
            "starters",
            "Permanent",
            "Permanent workers who started in the month",
            "Starters",
            "People who took up a permanent post in the month.",
            lambda c: c.starters,
        ),
        Line(
            "starters_rate",
            "Permanent",
            "Starters as a percentage of permanent workers",
            "Starters, %",
            "Starters ÷ permanent workers at the end of the month.",
            lambda c: c.starters_rate,
        ),
        Line(
            "leavers",
            "Permanent",
            "Permanent workers who left in the month",
            "Leavers",
            "People who left a permanent post in the month.",
            lambda c: c.leavers,
        ),
        Line(
            "leavers_rate",
            "Permanent",
            "Leavers as a percentage of permanent workers",
            "Leavers, %",
            "Leavers ÷ permanent workers at the end of the month.",
            lambda c: c.leavers_rate,
        ),
        Line(
            "agency",
            "Agency",
            "Agency workers at the end of the month",
            "Agency",
            "Workers supplied by an agency on the last day of the month.",
            lambda c: c.agency,
        ),
        Line(
            "agency_ratio",
            "Agency",
            "Agency workers as a percentage of all workers",
            "Agency, %",
            "Agency ratio: agency workers ÷ (permanent + agency workers).",
            lambda c: c.agency_ratio,
        ),
        Line(
            "vacancies",
            "Vacancies",
            "Unfilled vacancies at the end of the month",
            "Vacancies",
            "Posts that nobody fills, neither a permanent nor an agency worker.",
            lambda c: c.vacancies,
        ),
        Line(
            "vacancies_covered",
            "Vacancies",
            "Vacancies covered by agency workers at the end of the month",
            "Covered by agency",
            "Vacant posts that an agency worker covers. They are not among the unfilled vacancies.",
            lambda c: c.vacancies_covered,
        ),
        Line(
            "establishment",
            "Establishment",
            "Establishment: permanent, agency and vacancies",
            "Establishment",
            "Permanent workers + agency workers + unfilled vacancies.",
            lambda c: c.establishment,
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
        "Agency rate", "Published agency rate", "Agency ÷ (agency + in post), one place", lambda rates: rates.agency
    ),
    "agency_fte": PublishedLine(
        "Agency rate, FTE",
        "Published agency rate, FTE",
        "Agency ÷ (agency + in post), in full-time equivalents",
        lambda rates: rates.agency_fte,
    ),
    "vacancies": PublishedLine(
        "Vacancy rate",
        "Published vacancy rate",
        "Vacancies ÷ (vacancies + in post). Vacancies include the posts that agency workers cover",
        lambda rates: rates.vacancies,
    ),
    "turnover": PublishedLine(
        "Turnover",
        "Published turnover, twelve months",
        "Leavers of the twelve months up to then ÷ in post at their end",
        lambda rates: rates.turnover,
    ),
    "caseload": PublishedLine(
        "Caseload",
        "Published caseload",
        "Cases ÷ full-time equivalents of workers who hold at least one",
        lambda rates: rates.caseload,
    ),
}
