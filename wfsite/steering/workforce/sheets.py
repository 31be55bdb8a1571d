"""Workforce figures as files: the columns, the two layouts that councils use, and the export that imports again.

A file holds one row a month and service area, or (as in a board paper) one column a month and one line a figure.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wfsite.core.parsing import iso_date
from wfsite.core.periods import month_end, month_from_text
from wfsite.core.words import listed, month_name
from wfsite.imports.importer import Prepared
from wfsite.sheets.columns import heading_key, match_columns
from wfsite.sheets.reading import Row, Table, column_letter
from wfsite.sheets.writing import Cell
from wfsite.steering.workforce.headings import COLUMNS, NAMES, PERCENTAGES, named
from wfsite.steering.workforce.rules import FIGURES, NOTE_LABELS, Month, published_all
from wfsite.steering.workforce.tables import PUBLISHED

# What the export says besides the columns that are read: worked out by the site, so a file's word for it is nothing.
_PUBLISHED = tuple(line.heading for line in PUBLISHED.values())
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
_MARKED = re.compile(r"(.*[^*†‡\s])\s*([*†‡]+)", re.DOTALL)
_FOOTNOTE = re.compile(r"([*†‡]+)\s*(.+)", re.DOTALL)


def month_of(text: str) -> date | None:
    """The first day of the month that a cell names ("Feb-21", "February 2021", "2021-02-28"), or None."""
    day = iso_date(text.strip())
    return day.replace(day=1) if day else month_from_text(text)


def split_mark(text: str) -> tuple[str, str]:
    """ "24*" as ("24", "*"); a cell without a mark comes with ""."""
    found = _MARKED.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def prepare(table: Table, *, on: date) -> Prepared:
    """The file as one row a month under our headings, footnotes in the Notes column.

    Future months are refused, and headings that say more than the figure they name takes.
    """
    table = _without_published(table)
    matched = match_columns(table.header, COLUMNS)
    months = {position: month for position, name in enumerate(table.header) if (month := month_of(name))}
    if months and "month" not in matched.positions:
        turned = _turned(table, months)
        found, problems = Prepared(turned.table(table.notes), turned.places), tuple(turned.problems)
        cells: list[tuple[date | None, str]] = [
            (month, f"column “{table.header[position]}”") for position, month in months.items()
        ]
    else:
        found, problems = Prepared(_with_footnotes(table, matched.positions)), _heading_problems(table.header)
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
    return Table(tuple(table.header[at] for at in kept), rows, (*table.notes, note))


def _heading_problems(header: Sequence[str]) -> tuple[str, ...]:
    """What is wrong with the headings of a file of one row a month."""
    found = (named(heading, where=f"column {column_letter(at)}").problem for at, heading in enumerate(header))
    return tuple(problem for problem in found if problem)


@dataclass
class _Turned:
    """A file of one column a month, being turned round."""

    keys: list[str] = field(default_factory=list)
    columns: list[tuple[str, ...]] = field(default_factory=list)  # one tuple of month cells per key
    lines: dict[str, int] = field(default_factory=dict)  # key → row in the file
    months: dict[int, str] = field(default_factory=dict)  # position → heading
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def table(self, noticed: Sequence[str]) -> Table:
        """One row a month; its number is the number of the file's column."""
        header = ("Month", *(NAMES[key] for key in self.keys))
        rows = tuple(
            Row(position + 1, (heading, *(column[index] for column in self.columns)))
            for index, (position, heading) in enumerate(self.months.items())
        )
        return Table(
            header, rows, (*noticed, "The file has one column a month; below, each month is a row.", *self.notes)
        )

    @property
    def places(self) -> dict[tuple[int, str], tuple[int, str]]:
        """Where each turned cell stands in the file."""
        return {
            (position + 1, NAMES[key]): (line, heading)
            for position, heading in self.months.items()
            for key, line in self.lines.items()
        }


@dataclass
class _Line:
    """A line of a board paper: its words, and the headings that it stands under."""

    row: Row
    label: str
    context: str
    cells: tuple[str, ...]

    @property
    def is_heading(self) -> bool:
        """Whether it has words and no figure: it heads the lines under it."""
        return bool(self.label) and not any(self.cells)


def _lines(table: Table, months: dict[int, date]) -> Iterable[_Line]:
    """The lines, each with the group beside it and the heading over it; what stands behind the months is no label."""
    first = min(months)
    section = group = ""
    for row in table.rows:
        words = [cell for cell in row.cells[:first] if cell]
        label = words[-1] if words else ""
        if row.cells[0]:
            group = " ".join(words[:-1])
        line = _Line(row, label, f"{section} {group}", tuple(row.cells[position] for position in months))
        if line.is_heading:
            section, group = label, ""
        yield line


def _turned(table: Table, months: dict[int, date]) -> _Turned:
    turned = _Turned(months={position: table.header[position] for position in months})
    footnotes: dict[str, str] = {}
    above = ""
    for line in _lines(table, months):
        if found := _FOOTNOTE.fullmatch(line.label):
            footnotes[found[1]] = " ".join(found[2].split())
        elif line.is_heading:
            above = ""
            turned.notes.append(f"The line “{line.label}” (row {line.row.number}) has no figures and was not read.")
        elif line.label and (key := _take(turned, line, above)):
            above = key if key not in PERCENTAGES else above
    turned.notes += [
        f"The column “{heading}” was not read."
        for position, heading in enumerate(table.header)
        if heading and position > min(months) and position not in months
    ]
    _gather_notes(turned, footnotes)
    return turned


def _take(turned: _Turned, line: _Line, above: str) -> str:
    """Read a line as the figure that it names, and return that; "" when it names none of ours, or may not be read."""
    label, number = line.label, line.row.number
    found = named(label, where=f"row {number}", context=line.context, above=above)
    key = found.key
    if found.problem:
        turned.problems.append(found.problem)
    elif not key:
        turned.notes.append(f"The line “{label}” (row {number}) was not read.")
    elif key in turned.lines:
        turned.problems.append(f"Rows {turned.lines[key]} and {number} both hold “{NAMES[key]}”. Delete one")
    else:
        if heading_key(label) != heading_key(NAMES[key]):
            why = f", because it stands under “{NAMES[above]}”" if key in PERCENTAGES else ""
            turned.notes.append(f"“{label}” (row {number}) was read as “{NAMES[key]}”{why}.")
        turned.keys.append(key)
        turned.lines[key] = number
        turned.columns.append(line.cells)
        return key
    return ""


def _gather_notes(turned: _Turned, footnotes: dict[str, str]) -> None:
    """Take the footnotes of marked cells into a Notes column, month by month."""
    if not footnotes:
        return
    notes = [
        _notes_of(dict(zip(turned.keys, cells, strict=True)), footnotes) for cells in zip(*turned.columns, strict=True)
    ]
    turned.keys.append("notes")
    turned.columns.append(tuple(notes))


def _notes_of(cells: dict[str, str], footnotes: dict[str, str]) -> str:
    marks = {key: split_mark(cell)[1] for key, cell in cells.items()}
    return notes_text({key: footnotes[mark] for key, mark in marks.items() if mark in footnotes})


def _with_footnotes(table: Table, positions: dict[str, int]) -> Table:
    """A file of one row a month, the footnotes under it moved into the Notes of the rows that they explain."""
    footnotes: dict[str, str] = {}
    rows = []
    for row in table.rows:
        filled = [cell for cell in row.cells if cell]
        found = _FOOTNOTE.fullmatch(filled[0]) if len(filled) == 1 else None
        if found:
            footnotes[found[1]] = " ".join(found[2].split())
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
        note = "; ".join(part for part in (row.cells[at], _notes_of(cells, footnotes)) if part)
        explained.append(Row(row.number, (*row.cells[:at], note, *row.cells[at + 1 :])))
    return Table(header, tuple(explained), table.notes)


_NOTE_KEYS = {label.casefold(): key for key, label in NOTE_LABELS.items()}
_NOTE_START = re.compile(
    rf"(?:^|;)\s*({'|'.join(map(re.escape, sorted(NOTE_LABELS.values(), key=len, reverse=True)))})\s*:\s*",
    re.IGNORECASE,
)


def notes_text(notes: dict[str, str]) -> str:
    """Footnotes as one cell: "Vacancies: 12 of these start in March; Agency: …"."""
    return "; ".join(f"{NOTE_LABELS[key]}: {notes[key]}" for key in NOTE_LABELS if key in notes)


def notes_read(text: str) -> tuple[dict[str, str], str]:
    """A Notes cell as footnotes by figure, and what stands before the first figure's name."""
    starts = list(_NOTE_START.finditer(text))
    if not starts:
        return {}, text.strip()
    ends = [*(start.start() for start in starts[1:]), len(text)]
    found = {
        _NOTE_KEYS[start[1].casefold()]: text[start.end() : end].strip()
        for start, end in zip(starts, ends, strict=True)
    }
    return {key: note for key, note in found.items() if note}, text[: starts[0].start()].strip()


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
