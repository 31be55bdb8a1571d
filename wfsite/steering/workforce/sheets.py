"""Workforce figures as files: the columns, the two layouts that councils use, and the export that imports again.

A file holds one row a month and service area, or (as in a board paper) one column a month and one line a figure.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wfsite.core.parsing import iso_date
from wfsite.core.periods import is_financial_year, month_end, month_from_text
from wfsite.core.words import listed, month_name
from wfsite.imports.importer import Prepared
from wfsite.sheets.columns import heading_key, match_columns
from wfsite.sheets.reading import Row, Table, column_letter
from wfsite.sheets.writing import Cell
from wfsite.steering.workforce.headings import COLUMNS, NAMES, PERCENTAGES, named, unknown_problem
from wfsite.steering.workforce.rules import FIGURES, NOTE_LABELS, Month, published_all
from wfsite.steering.workforce.tables import PUBLISHED

# What the export says besides the columns that are read: worked out by the site, so a file's word for it is nothing.
_PUBLISHED = tuple(line.heading for line in PUBLISHED.values())
_ONE_ROW = "Keep one row of headings that says both, like “Permanent” and “Permanent FTE”"
_UNIT_HEADING = re.compile(r"units?(?: of measure(?:ment)?)?|measured (?:in|as)|basis|currency", re.IGNORECASE)
# Columns beside a line's words that say nothing of what it counts.
_BESIDE_THE_MATTER = re.compile(
    r"service areas?|teams?|services?|(?:.* )?(?:owner|lead|officer|manager|source)|responsible(?: .*)?"
    r"|notes?|footnotes|comments?|ref(?:erence)?|no\.?|#|id|rag(?: .*)?|trend|line|row",
    re.IGNORECASE,
)
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
_MARKED = re.compile(r"(.*[^*†‡\s])\s*([*†‡]+)", re.DOTALL)
_FOOTNOTE = re.compile(r"([*†‡]+)\s*(.+)", re.DOTALL)


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
    if problems := _shape_problems(table, months, matched.positions):
        return Prepared(table, problems=problems)
    if months and "month" not in matched.positions:
        turned = _turned(table, months, matched.positions)
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
    return Table(tuple(table.header[at] for at in kept), rows, (*table.notes, note), table.above)


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
        if _UNIT_HEADING.fullmatch(heading)
        for row in table.rows
        if row.cells[at]
    ]
    title = (*table.above, *units)
    found = (
        named(heading, where=f"column {column_letter(at)}", title=title).problem
        for at, heading in enumerate(table.header)
        if heading and not _UNIT_HEADING.fullmatch(heading)
    )
    return tuple(problem for problem in found if problem)


@dataclass
class _Turned:
    """A file of one column a month, being turned round."""

    keys: list[str] = field(default_factory=list)
    columns: list[tuple[str, ...]] = field(default_factory=list)  # one tuple of month cells per key
    lines: dict[str, int] = field(default_factory=dict)  # key → row in the file
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)  # key → the line's words and its headings
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
    """A line of a board paper: its words (its group's first), its units, and the heading that it stands under."""

    row: Row
    words: tuple[str, ...]
    context: str
    units: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def label(self) -> str:
        """The words nearest to its figures."""
        return self.words[-1] if self.words else ""

    @property
    def is_heading(self) -> bool:
        """Whether it has words and no figure: it heads the lines under it."""
        return bool(self.label) and not any(self.cells)


def _lines(table: Table, months: dict[int, date]) -> Iterable[_Line]:
    """The lines, each with the group beside it and the heading over it; what stands behind the months is no label."""
    units = [at for at, heading in enumerate(table.header) if _UNIT_HEADING.fullmatch(heading)]
    beside = [at for at in range(min(months)) if at not in units and not _BESIDE_THE_MATTER.fullmatch(table.header[at])]
    section = group = ""
    for row in table.rows:
        words = tuple(row.cells[at] for at in beside if row.cells[at])
        if beside and row.cells[beside[0]]:
            group = row.cells[beside[0]] if len(beside) > 1 else ""
        elif group and words:
            words = (group, *words)
        said = tuple(row.cells[at] for at in units if row.cells[at])
        line = _Line(row, words, section, said, tuple(row.cells[position] for position in months))
        if line.is_heading:
            section, group = " ".join(words), ""
        yield line


def _take_area(turned: _Turned, table: Table, at: int) -> None:
    """The service area of a board paper, which holds one: each month's row then says it."""
    found = {" ".join(row.cells[at].split()): row.number for row in reversed(table.rows) if row.cells[at]}
    if len(found) > 1:
        names = listed(f"“{name}”" for name in reversed(found))
        turned.problems.append(f"The file holds the service areas {names}. Upload one file for each")
    elif found:
        ((name, number),) = found.items()
        turned.keys.append("area")
        turned.lines["area"] = number
        turned.columns.append((name,) * len(turned.months))


def _turned(table: Table, months: dict[int, date], positions: dict[str, int]) -> _Turned:
    turned = _Turned(months={position: table.header[position] for position in months})
    if "area" in positions:
        _take_area(turned, table, positions["area"])
    footnotes: dict[str, str] = {}
    above = ""
    for line in _lines(table, months):
        if found := _FOOTNOTE.fullmatch(line.label):
            footnotes[found[1]] = " ".join(found[2].split())
        elif line.is_heading:
            above = ""
            turned.notes.append(f"The line “{line.label}” (row {line.row.number}) has no figures and was not read.")
        elif not line.label:
            if any(line.cells):
                turned.notes.append(f"Row {line.row.number} has figures but no words beside them, and was not read.")
        elif key := _take(turned, line, above, table.above):
            above = key if key not in PERCENTAGES else above
    turned.notes += [
        f"The column “{heading}” was not read."
        for position, heading in enumerate(table.header)
        if heading
        and position not in months
        and (position > min(months) or _BESIDE_THE_MATTER.fullmatch(heading))
        and not _UNIT_HEADING.fullmatch(heading)
        and position != positions.get("area")
    ]
    _gather_notes(turned, footnotes)
    return turned


def _take(turned: _Turned, line: _Line, above: str, title: Sequence[str]) -> str:
    """Read a line as the figure that it names, and return that; "" when it names none of ours, or may not be read."""
    number = line.row.number
    context = " ".join((line.context, *line.units))
    found = named(*line.words, where=f"row {number}", context=context, above=above, title=title)
    key, label = found.key, found.label
    said = (line.context, *line.words)
    if found.problem:
        turned.problems.append(found.problem)
    elif not key:
        turned.notes.append(f"The line “{label}” (row {number}) was not read.")
    elif found.unknown:
        turned.problems.append(unknown_problem(found, f"row {number}"))
    elif key in turned.lines:
        turned.problems.append(_twice(turned, key, said, number))
    else:
        if heading_key(label) != heading_key(NAMES[key]):
            why = f", because it stands under “{NAMES[above]}”" if key in PERCENTAGES and above else ""
            turned.notes.append(f"“{label}” (row {number}) was read as “{NAMES[key]}”{why}.")
        turned.keys.append(key)
        turned.lines[key] = number
        turned.said[key] = said
        turned.columns.append(line.cells)
        return key
    return ""


def _twice(turned: _Turned, key: str, said: tuple[str, ...], number: int) -> str:
    """What to do about a second line of a figure: lines under different headings may both be right."""
    rows = f"Rows {turned.lines[key]} and {number} both hold “{NAMES[key]}”"
    if turned.said[key][:-1] == said[:-1]:
        return f"{rows}. Delete one"
    return f"{rows}, under different headings. Keep the line that counts all, and name the other after what it counts"


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
    return Table(header, tuple(explained), table.notes, table.above)


_NOTE_KEYS = {label.casefold(): key for key, label in NOTE_LABELS.items()}
_NOTE_NAMES = "|".join(map(re.escape, sorted(NOTE_LABELS.values(), key=len, reverse=True)))
# A note between quotation marks ends at its mark: what looks like the next note is words.
_NOTE_START = re.compile(rf'(?:^|;)\s*({_NOTE_NAMES})\s*:\s*(?:"((?:[^"]|"")*)"\s*(?=;|$))?', re.IGNORECASE | re.ASCII)
_MUST_BE_QUOTED = re.compile(rf'"|;\s*(?:{_NOTE_NAMES})\s*:', re.IGNORECASE | re.ASCII)


def notes_text(notes: dict[str, str]) -> str:
    """Footnotes as one cell: "Vacancies: 12 of these start in March; Agency: …".

    A note that would read as two stands between quotation marks: `Agency: "one; Vacancies: two"`.
    """
    return "; ".join(f"{NOTE_LABELS[key]}: {_quoted(notes[key])}" for key in NOTE_LABELS if key in notes)


def _quoted(note: str) -> str:
    if not _MUST_BE_QUOTED.search(note):
        return note
    doubled = note.replace('"', '""')
    return f'"{doubled}"'


def notes_read(text: str) -> tuple[dict[str, str], str]:
    """A Notes cell as footnotes by figure, and what stands before the first figure's name."""
    starts = list(_NOTE_START.finditer(text))
    if not starts:
        return {}, text.strip()
    ends = [*(start.start() for start in starts[1:]), len(text)]
    found = {
        _NOTE_KEYS[start[1].casefold()]: _unquoted(start) or text[start.end() : end].strip()
        for start, end in zip(starts, ends, strict=True)
    }
    return {key: note for key, note in found.items() if note}, text[: starts[0].start()].strip()


def _unquoted(start: re.Match[str]) -> str:
    return (start[2] or "").replace('""', '"').strip()


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
