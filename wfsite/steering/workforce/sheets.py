"""Workforce figures as files: the columns, the two layouts that councils use, and the export that imports again.

A file holds one row a month and service area, or (as in a board paper) one column a month and one line a figure.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from wfsite.core.parsing import iso_date
from wfsite.core.periods import is_financial_year, month_end, month_from_text
from wfsite.core.words import listed, month_name
from wfsite.imports.importer import Prepared
from wfsite.sheets.columns import heading_key, match_columns
from wfsite.sheets.tables import Row, Table, column_letter
from wfsite.sheets.writing import Cell
from wfsite.steering.workforce.column_rules import COLUMNS, NAMES
from wfsite.steering.workforce.heading_rules import named
from wfsite.steering.workforce.line_rules import PUBLISHED
from wfsite.steering.workforce.note_sheets import footnote_of, notes_of, notes_text
from wfsite.steering.workforce.paper_sheets import UNIT_HEADING, turned_round
from wfsite.steering.workforce.rate_rules import published_all
from wfsite.steering.workforce.rules import FIGURES, Month

# What the export says besides the columns that are read: worked out by the site, so a file's word for it is nothing.
_PUBLISHED = tuple(line.heading for line in PUBLISHED.values())
_ONE_ROW = "Keep one row of headings that says both, like “Permanent” and “Permanent FTE”"
_UNIT_CELL = re.compile(
    r"head ?counts?|counts?|numbers?|no\.?|people|posts|%|per ?cent|percentage|rate|actual|target"
    r"|f\.?t\.?e\.?|w\.?t\.?e\.?|(?:full|whole)[- ]time[- ]equivalents?",
    re.IGNORECASE,
)
_PUBLISHED_KEYS = frozenset(map(heading_key, _PUBLISHED))


def _example(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(column.key, "") for column in COLUMNS)


_FIRST = {"permanent": "40", "starters": "1", "leavers": "2", "agency": "6", "vacancies": "3", "vacancies_covered": "5"}
_NEXT = {"permanent": "42", "starters": "3", "leavers": "1", "agency": "5", "vacancies": "2*", "vacancies_covered": "4"}
_NONE = dict.fromkeys(("conversions", "replacements", "transfers_in", "transfers_out"), "0")
EXAMPLE = (
    _example(month="January 2026", area="Assessment", total="46", establishment="49", **_FIRST | _NONE),
    _example(
        month="February 2026",
        area="Assessment",
        total="47",
        establishment="49",
        notes="Vacancies: both start in March",
        **_NEXT | _NONE | {"replacements": "1"},
    ),
)
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})", re.ASCII)
_DAY_IN_WORDS = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?[ -]([0-9]{4}|[0-9]{2})", re.ASCII | re.IGNORECASE
)


def month_of(text: str) -> date | None:
    """The first day of the month that a cell names ("Feb-21", "February 2021", "2021-02-28", "28/02/2021"), or None."""
    day = iso_date(text.strip()) or _day_of(text.strip())
    return day.replace(day=1) if day else month_from_text(text)


def _day_of(text: str) -> date | None:
    """The day that "28/02/2021" or "28 February 2021" names, or None."""
    found = _DAY.fullmatch(text) or _DAY_IN_WORDS.fullmatch(text)
    month = month_from_text(f"{found[2]} {found[3]}" if found[2].isalpha() else _slashed(found)) if found else None
    if not found or not month or not 1 <= int(found[1]) <= month_end(month).day:
        return None
    return month.replace(day=int(found[1]))


def _slashed(found: re.Match[str]) -> str:
    return f"{found[2]}/{found[3] if len(found[3]) == 4 else f'20{found[3]}'}"


def prepare(table: Table, *, on: date) -> Prepared:
    """The file as one row a month under our headings, footnotes in the Notes column.

    Future months are refused, and headings that say more than the figure they name takes.
    """
    table = _without_published(table)
    matched = match_columns(table.header, COLUMNS)
    months = {position: month for position, name in enumerate(table.header) if (month := month_of(name))}
    if problems := _shape_problems(table, months, matched.positions):
        return Prepared(table, problems=problems)
    if months and "month" not in matched.positions:
        turned = turned_round(table, months, matched.positions)
        found, problems = Prepared(turned.table(table.notes), turned.places), tuple(turned.problems)
        cells: list[tuple[date | None, str]] = [
            (month, f"column “{table.header[position]}”") for position, month in months.items()
        ]
    else:
        found, problems = (
            Prepared(_with_footnotes(table, matched.positions)),
            _heading_problems(table, matched.positions),
        )
        at = matched.positions.get("month")
        cells = [] if at is None else [(month_of(row.cells[at]), f"row {row.number}") for row in table.rows]
    ahead = [f"{month_name(month)} ({where})" for month, where in cells if month and month_end(month) > on]
    if ahead:
        problems += (f"These months are not over yet: {listed(ahead)}. Give a month after it has ended",)
    return Prepared(found.table, found.places, problems)


def _without_published(table: Table) -> Table:
    """The table without the rates that our own exports print beside the counts."""
    kept = [at for at, heading in enumerate(table.header) if heading_key(heading) not in _PUBLISHED_KEYS]
    if len(kept) == len(table.header):
        return table
    rows = tuple(Row(row.number, tuple(row.cells[at] for at in kept)) for row in table.rows)
    note = "The published rates in the file were not read: the site works them out."
    return Table(
        header=tuple(table.header[at] for at in kept), rows=rows, notes=(*table.notes, note), above=table.above
    )


def _shape_problems(table: Table, months: Iterable[int], positions: dict[str, int]) -> tuple[str, ...]:
    """Headings in two rows, and financial years where months should stand: nobody can tell what they hold."""
    years = [heading for heading in table.header if is_financial_year(heading)]
    like_months = [year for year in years if re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", year, re.ASCII)]
    figures = tuple(months)
    has_months = bool(figures) or "month" in positions
    if like_months or (years and not has_months):
        shown = listed(f"“{year}”" for year in like_months or years)
        return (f"{shown} may be a financial year. Write it as the months it holds, one column a month, like Feb-21",)
    for row in table.rows[:1]:
        cells = [row.cells[at] for at in figures] if figures else row.cells
        if (_is_of_units if has_months else _is_of_months)([cell for cell in cells if cell]):
            return (f"Row {row.number} holds a second row of headings. {_ONE_ROW}",)
    return ()


def _is_of_units(cells: Sequence[str]) -> bool:
    """Whether units stand where figures should."""
    return bool(cells) and all(_UNIT_CELL.fullmatch(cell) for cell in cells)


def _is_of_months(cells: Sequence[str]) -> bool:
    """Whether the headings stand here, below a row that took their place."""
    return any(heading_key(cell) == "month" for cell in cells) or sum(bool(month_of(cell)) for cell in cells) > 1


def _heading_problems(table: Table, positions: dict[str, int]) -> tuple[str, ...]:
    """What is wrong with the headings of a file of one row a month."""
    units = [
        row.cells[at]
        for at, heading in enumerate(table.header)
        if UNIT_HEADING.fullmatch(heading)
        for row in table.rows
        if row.cells[at]
    ]
    title = (*table.above, *units)
    found = (
        named(heading, where=f"column {column_letter(at)}", title=title).problem
        for at, heading in enumerate(table.header)
        if heading and not UNIT_HEADING.fullmatch(heading)
    )
    return tuple(problem for problem in found if problem)


def _with_footnotes(table: Table, positions: dict[str, int]) -> Table:
    """A file of one row a month, the footnotes under it moved into the Notes of the rows that they explain."""
    footnotes: dict[str, str] = {}
    rows = []
    for row in table.rows:
        filled = [cell for cell in row.cells if cell]
        mark, words = footnote_of(filled[0]) if len(filled) == 1 else ("", "")
        if mark:
            footnotes[mark] = words
        else:
            rows.append(row)
    if not footnotes:
        return table
    header, at = table.header, positions.get("notes")
    if at is None:
        header, at = (*table.header, NAMES["notes"]), len(table.header)
        rows = [Row(row.number, (*row.cells, "")) for row in rows]
    explained = []
    for row in rows:
        cells = {key: row.cells[position] for key, position in positions.items() if key != "notes"}
        note = "; ".join(part for part in (row.cells[at], notes_of(cells, footnotes)) if part)
        explained.append(Row(row.number, (*row.cells[:at], note, *row.cells[at + 1 :])))
    return Table(header=header, rows=tuple(explained), notes=table.notes, above=table.above)


EXPORT_HEADER = (*(column.name for column in COLUMNS), *_PUBLISHED)


def export_rows(months: Sequence[Month], area: str) -> Iterable[tuple[Cell, ...]]:
    """The months under `EXPORT_HEADER`; a figure that was not supplied is blank, as the import reads it."""
    for month, rates in zip(months, published_all(months), strict=True):
        counts = month.counts
        yield (
            month_name(month.month),
            area,
            *(getattr(counts, figure.name) for figure in FIGURES),
            counts.total,
            counts.establishment,
            counts.agency_ratio.text,
            counts.starters_rate.text,
            counts.leavers_rate.text,
            notes_text(dict(month.notes)),
            *(line.value(rates).text for line in PUBLISHED.values()),
        )
