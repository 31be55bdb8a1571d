"""The lines of a workforce table in our own words, and the cells of months under them: finished data for pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wfsite.core.clock import london_date
from wfsite.core.figures import NOT_AVAILABLE, SHORTHAND, Rate
from wfsite.core.words import long_date, month_name, short_month_name
from wfsite.steering.workforce.gap_rules import recent
from wfsite.steering.workforce.rules import (
    FIGURES,
    NOTE_LABELS,
    Counts,
    Month,
    PerHead,
    Published,
    Version,
    published_all,
)

REVISED = "[r]"
SHORTHAND_LINES = (*SHORTHAND.items(), (REVISED, "revised: a figure that was given for this month was changed later"))

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


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as printed, what it rests on, and the footnote that it carries."""

    text: str
    basis: str = ""
    note_id: str = ""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote: the id that its mark leads to, what it stands at, and its words."""

    id: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month with the cells of some lines."""

    code: str  # "2021-02", as it stands in an address
    name: str
    revised: bool
    is_given: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with its cells month by month."""

    line: Line
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure by the local definition and by the published one, side by side."""

    name: str
    local: Cell
    local_definition: str
    published: Cell
    published_fte: Cell
    published_definition: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A correction: what a month said before, from when to when, and what changed."""

    month: str
    id: str
    said: str
    changes: tuple[str, ...]


def cell(value: Computed, note_id: str = "") -> Cell:
    """A count or a rate as a table prints it; not supplied is [x], never blank."""
    if isinstance(value, Rate | PerHead):
        return Cell(value.text, value.basis, note_id)
    return Cell(NOT_AVAILABLE if value is None else f"{value:,}", "", note_id)


def month_rows(months: Iterable[Month], keys: Sequence[str]) -> list[MonthRow]:
    """One row a month for a table whose columns are the lines `keys`."""
    return [
        _month_row(month, tuple(cell(LINES[key].value(month.counts), _note_id(month, key)) for key in keys))
        for month in months
    ]


def _month_row(month: Month, cells: tuple[Cell, ...]) -> MonthRow:
    return MonthRow(f"{month.month:%Y-%m}", short_month_name(month.month), month.is_revised, month.is_given, cells)


def published_rows(months: Sequence[Month], *, most: int) -> list[MonthRow]:
    """The published rates of the last `most` months, newest first; `months` are all there are, for the turnover."""
    rates = {one.month: one for one in published_all(months)}
    return [
        _month_row(month, tuple(cell(line.value(found)) for line in PUBLISHED.values()))
        for month in reversed(recent(months, most))
        for found in [rates.get(month.month) or published_all([month])[0]]
    ]


def line_rows(months: Sequence[Month]) -> list[LineRow]:
    """One row a line for a table whose columns are `months`: the shape of a board paper."""
    return [
        LineRow(LINES[key], tuple(cell(LINES[key].value(month.counts), _note_id(month, key)) for month in months))
        for key in PAPER
    ]


def _note_id(month: Month, key: str) -> str:
    return f"note-{month.month:%Y-%m}-{key}" if key in month.notes else ""


def footnotes(months: Iterable[Month]) -> list[Footnote]:
    """The footnotes of `months`, in order."""
    return [
        Footnote(f"note-{month.month:%Y-%m}-{key}", f"{month_name(month.month)}, {label.lower()}", month.notes[key])
        for month in months
        for key, label in NOTE_LABELS.items()
        if key in month.notes
    ]


def compared(months: Sequence[Month]) -> list[Compared]:
    """The latest month's figures by local and by published definitions; none without months."""
    if not months:
        return []
    counts, rates, none = months[-1].counts, published_all(months)[-1], Cell("–")
    return [
        Compared(
            "Agency workers",
            cell(counts.agency_ratio),
            "Agency ÷ (permanent + agency), two places",
            cell(rates.agency),
            cell(rates.agency_fte),
            PUBLISHED["agency"].definition,
        ),
        Compared(
            "Vacancies",
            cell(counts.unfilled_rate),
            "Posts that nobody fills ÷ establishment",
            cell(rates.vacancies),
            none,
            PUBLISHED["vacancies"].definition,
        ),
        Compared(
            "Leavers and turnover",
            cell(counts.leavers_rate),
            "Leavers of the month ÷ permanent at its end",
            cell(rates.turnover),
            none,
            PUBLISHED["turnover"].definition,
        ),
        Compared(
            "Caseload",
            none,
            "No local definition",
            none,
            cell(rates.caseload),
            PUBLISHED["caseload"].definition,
        ),
    ]


def revisions(months: Iterable[Month]) -> list[Revision]:
    """What was said before of each month that was corrected or given a footnote later, newest first."""
    found = []
    for month in months:
        if month.version is None:
            continue
        for number, (newer, older) in enumerate(zip((month.version, *month.earlier), month.earlier, strict=False), 1):
            changes = tuple(_changes(older, newer))
            who = f" by {newer.recorded_by}" if newer.recorded_by else ""
            said = f"Changed on {_day(newer.recorded_at)}{who}; first said on {_day(older.recorded_at)}."
            found.append(Revision(month_name(month.month), f"revised-{month.month:%Y-%m}-{number}", said, changes))
    return found


def _changes(older: Version, newer: Version) -> list[str]:
    """ "Starters: 2, now 3", and footnotes that came, changed or went."""
    found = []
    for figure in FIGURES:
        before, after = getattr(older.counts, figure.name), getattr(newer.counts, figure.name)
        if before != after:
            found.append(f"{figure.label}: {_plain(before)}, now {_plain(after)}")
    for key, label in NOTE_LABELS.items():
        was, now = older.notes.get(key, ""), newer.notes.get(key, "")
        if was != now:
            found.append(f"{label}, footnote: {f'“{was}”' if was else 'none'}, now {f'“{now}”' if now else 'none'}")
    return found


def _plain(value: int | Decimal | None) -> str:
    return "not supplied" if value is None else f"{value:,}"


def _day(instant: datetime) -> str:
    return long_date(london_date(instant))
