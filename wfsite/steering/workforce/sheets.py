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
from wfsite.sheets.columns import Column, heading_key, match_columns
from wfsite.sheets.reading import Row, Table
from wfsite.sheets.writing import Cell
from wfsite.steering.workforce.rules import FIGURES, NOTE_LABELS, Month

# Typed percentages, which are only compared with ours: key → the count under which they stand.
PERCENTAGES = {"agency_percent": "agency", "starters_percent": "starters", "leavers_percent": "leavers"}
_ALIASES = {
    "permanent": ("Permanent workers", "Permanent staff", "In post"),
    "starters": ("Joiners", "New starters"),
    "leavers": ("Permanent leavers",),
    "agency": ("Agency workers", "Agency staff"),
    "vacancies": ("Unfilled posts", "Unfilled vacancies", "Vacant posts"),
    "conversions": ("Temp to perm", "Temp to perm conversions"),
    "case_holders_fte": ("Case holders",),
}
COLUMNS = (
    Column("month", "Month", ("Period", "Month ending"), True, "February 2021, Feb-21 or 2021-02. Each month once."),
    Column("area", "Service area", ("Team", "Service"), False, "As the site names it. Not needed if you choose one."),
    *(
        Column(figure.name, figure.label, _ALIASES.get(figure.name, ()), False, f"{figure.meaning}.")
        for figure in FIGURES
    ),
    Column("total", "Total", ("Total workers",), False, "Checked: permanent and agency together."),
    Column("establishment", "Establishment", ("Total establishment",), False, "Checked: permanent, agency, vacancies."),
    Column(
        "agency_percent",
        "Agency %",
        ("Agency ratio", "Agency percentage"),
        False,
        "Checked against the counts, never used.",
    ),
    Column(
        "starters_percent", "Starters %", ("Starters percentage",), False, "Checked against the counts, never used."
    ),
    Column("leavers_percent", "Leavers %", ("Leavers percentage",), False, "Checked against the counts, never used."),
    Column(
        "notes",
        "Notes",
        ("Footnotes", "Comments"),
        False,
        "What a figure marked like 24* means: “Vacancies: 12 of these start in March”.",
    ),
)
NAMES = {column.key: column.name for column in COLUMNS}
EXAMPLE = (
    ("January 2026", "Assessment", "40", "1", "2", "6", "3", "0", "0", "0", "", "", "", "", "46", "49", "", "", "", ""),
    (
        *("February 2026", "Assessment", "42", "2", "0", "6", "2*", "0", "0", "0", "", "", "", "", "48", "50"),
        *("", "", "", "Vacancies: both start in March"),
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
    """The file as one row a month under our headings, footnotes in the Notes column; future months are refused."""
    matched = match_columns(table.header, COLUMNS)
    months = {position: month for position, name in enumerate(table.header) if (month := month_of(name))}
    if months and "month" not in matched.positions:
        turned = _turned(table, months)
        found, problems = Prepared(turned.table(table.notes), turned.places), tuple(turned.problems)
        cells: list[tuple[date | None, str]] = [
            (month, f"column “{table.header[position]}”") for position, month in months.items()
        ]
    else:
        found, problems = Prepared(_with_footnotes(table, matched.positions)), ()
        at = matched.positions.get("month")
        cells = [] if at is None else [(month_of(row.cells[at]), f"row {row.number}") for row in table.rows]
    ahead = [f"{month_name(month)} ({where})" for month, where in cells if month and month_end(month) > on]
    if ahead:
        problems += (f"These months are not over yet: {listed(ahead)}. Give a month after it has ended",)
    return Prepared(found.table, found.places, problems)


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


def _turned(table: Table, months: dict[int, date]) -> _Turned:
    turned = _Turned(months={position: table.header[position] for position in months})
    footnotes: dict[str, str] = {}
    above = ""
    for row in table.rows:
        words = [cell for position, cell in enumerate(row.cells) if cell and position not in months]
        label = words[-1] if words else ""
        if found := _FOOTNOTE.fullmatch(label):
            footnotes[found[1]] = " ".join(found[2].split())
            continue
        key = _figure_of(label, above)
        if not key:
            if label:
                turned.notes.append(f"The line “{label}” (row {row.number}) was not read.")
            continue
        if key in turned.lines:
            turned.problems.append(f"Rows {turned.lines[key]} and {row.number} both hold “{NAMES[key]}”. Delete one")
            continue
        above = key if key not in PERCENTAGES else above
        if heading_key(label) != heading_key(NAMES[key]):
            why = f", because it stands under “{NAMES[above]}”" if key in PERCENTAGES else ""
            turned.notes.append(f"“{label}” (row {row.number}) was read as “{NAMES[key]}”{why}.")
        turned.keys.append(key)
        turned.lines[key] = row.number
        turned.columns.append(tuple(row.cells[position] for position in months))
    _gather_notes(turned, footnotes)
    return turned


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


# In this order: the first that fits a line's words is what the line holds.
_WORDS = (
    ("establishment", "establishment"),
    ("vacan", "vacancies"),
    ("unfilled", "vacancies"),
    ("conver", "conversions"),
    ("temptoperm", "conversions"),
    ("transferredin|transfersin", "transfers_in"),
    ("transferredout|transfersout", "transfers_out"),
    ("caseholder|holdingcases", "case_holders_fte"),
    ("cases", "cases"),
    ("agency.*fte|fte.*agency", "agency_fte"),
    ("agency", "agency"),
    ("start|joiner", "starters"),
    ("leav", "leavers"),
    ("permanent.*fte|fte.*permanent", "permanent_fte"),
    ("total", "total"),
    ("permanent|inpost", "permanent"),
)


def _figure_of(label: str, above: str) -> str:
    """The figure that a line holds, "" when it is none of ours.

    A percentage belongs to the count above it, whatever its words say: papers mislabel them.
    """
    key = heading_key(label)
    if "percent" in key:
        return next((name for name, count in PERCENTAGES.items() if count == above), "")
    exact = {heading_key(name): column.key for column in COLUMNS for name in (column.name, *column.aliases)}
    if key in exact:
        return exact[key] if exact[key] not in ("month", "area") else ""
    return next((figure for words, figure in _WORDS if re.search(words, key)), "")


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


EXPORT_HEADER = tuple(column.name for column in COLUMNS)


def export_rows(months: Iterable[Month], area: str) -> Iterable[tuple[Cell, ...]]:
    """The months under `EXPORT_HEADER`; a figure that was not supplied is blank, as the import reads it."""
    for month in months:
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
        )
