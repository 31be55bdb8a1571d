"""The tables of workforce data: months by lines and lines by months, footnotes and revisions, finished for pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wfsite.core.clock import london_date
from wfsite.core.figures import NOT_AVAILABLE, SHORTHAND, Rate
from wfsite.core.words import long_date, month_name, short_month_name
from wfsite.steering.workforce.gap_rules import recent
from wfsite.steering.workforce.line_rules import LINES, PAPER, PUBLISHED, Computed, Line
from wfsite.steering.workforce.rate_rules import published, published_all
from wfsite.steering.workforce.rules import FIGURES, NOTE_LABELS, Month, PerHead, Version

REVISED = "[r]"
SHORTHAND_LINES = (*SHORTHAND.items(), (REVISED, "revised: a figure that was given for this month was changed later"))


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
    return MonthRow(
        code=f"{month.month:%Y-%m}",
        name=short_month_name(month.month),
        revised=month.is_revised,
        is_given=month.is_given,
        cells=cells,
    )


def published_rows(months: Sequence[Month], *, most: int) -> list[MonthRow]:
    """The published rates of the last `most` months, newest first; `months` are all there are, for the turnover."""
    rates = {one.month: one for one in published_all(months)}
    return [
        _month_row(month, tuple(cell(line.value(found)) for line in PUBLISHED.values()))
        for month in reversed(recent(months, most))
        for found in [rates.get(month.month) or published([month])]
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
    counts, rates, none = months[-1].counts, published(months), Cell("–")
    return [
        Compared(
            name="Agency workers",
            local=cell(counts.agency_ratio),
            local_definition="Agency ÷ (permanent + agency), two places",
            published=cell(rates.agency),
            published_fte=cell(rates.agency_fte),
            published_definition=PUBLISHED["agency"].definition,
        ),
        Compared(
            name="Vacancies",
            local=cell(counts.unfilled_rate),
            local_definition="Posts that nobody fills ÷ establishment",
            published=cell(rates.vacancies),
            published_fte=none,
            published_definition=PUBLISHED["vacancies"].definition,
        ),
        Compared(
            name="Leavers and turnover",
            local=cell(counts.leavers_rate),
            local_definition="Leavers of the month ÷ permanent at its end",
            published=cell(rates.turnover),
            published_fte=none,
            published_definition=PUBLISHED["turnover"].definition,
        ),
        Compared(
            name="Caseload",
            local=none,
            local_definition="No local definition",
            published=none,
            published_fte=cell(rates.caseload),
            published_definition=PUBLISHED["caseload"].definition,
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
            found.append(
                Revision(
                    month=month_name(month.month),
                    id=f"revised-{month.month:%Y-%m}-{number}",
                    said=said,
                    changes=changes,
                )
            )
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
