"""The table of a board paper, one column a month and one line a figure, turned round to one row a month."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wfsite.core.words import listed
from wfsite.sheets.columns import heading_key
from wfsite.sheets.tables import Row, Table
from wfsite.steering.workforce.column_rules import NAMES, PERCENTAGES
from wfsite.steering.workforce.heading_rules import named, unknown_problem
from wfsite.steering.workforce.note_sheets import footnote_of, notes_of

UNIT_HEADING = re.compile(r"units?(?: of measure(?:ment)?)?|measured (?:in|as)|basis|currency", re.IGNORECASE)
# Columns beside a line's words that say nothing of what it counts.
_BESIDE_THE_MATTER = re.compile(
    r"service areas?|teams?|services?|(?:.* )?(?:owner|lead|officer|manager|source)|responsible(?: .*)?"
    r"|notes?|footnotes|comments?|ref(?:erence)?|no\.?|#|id|rag(?: .*)?|trend|line|row",
    re.IGNORECASE,
)


@dataclass
class Turned:
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
            header=header,
            rows=rows,
            notes=(*noticed, "The file has one column a month; below, each month is a row.", *self.notes),
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
    units = [at for at, heading in enumerate(table.header) if UNIT_HEADING.fullmatch(heading)]
    beside = [at for at in range(min(months)) if at not in units and not _BESIDE_THE_MATTER.fullmatch(table.header[at])]
    section = group = ""
    for row in table.rows:
        words = tuple(row.cells[at] for at in beside if row.cells[at])
        if beside and row.cells[beside[0]]:
            group = row.cells[beside[0]] if len(beside) > 1 else ""
        elif group and words:
            words = (group, *words)
        said = tuple(row.cells[at] for at in units if row.cells[at])
        line = _Line(
            row=row, words=words, context=section, units=said, cells=tuple(row.cells[position] for position in months)
        )
        if line.is_heading:
            section, group = " ".join(words), ""
        yield line


def _take_area(turned: Turned, table: Table, at: int) -> None:
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


def turned_round(table: Table, months: dict[int, date], positions: dict[str, int]) -> Turned:
    """A file of one column a month as one row a month; `positions` are those of the columns known by their heading."""
    turned = Turned(months={position: table.header[position] for position in months})
    if "area" in positions:
        _take_area(turned, table, positions["area"])
    footnotes: dict[str, str] = {}
    above = ""
    for line in _lines(table, months):
        mark, words = footnote_of(line.label)
        if mark:
            footnotes[mark] = words
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
        and not UNIT_HEADING.fullmatch(heading)
        and position != positions.get("area")
    ]
    _gather_notes(turned, footnotes)
    return turned


def _take(turned: Turned, line: _Line, above: str, title: Sequence[str]) -> str:
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


def _twice(turned: Turned, key: str, said: tuple[str, ...], number: int) -> str:
    """What to do about a second line of a figure: lines under different headings may both be right."""
    rows = f"Rows {turned.lines[key]} and {number} both hold “{NAMES[key]}”"
    if turned.said[key][:-1] == said[:-1]:
        return f"{rows}. Delete one"
    return f"{rows}, under different headings. Keep the line that counts all, and name the other after what it counts"


def _gather_notes(turned: Turned, footnotes: dict[str, str]) -> None:
    """Take the footnotes of marked cells into a Notes column, month by month."""
    if not footnotes:
        return
    notes = [
        notes_of(dict(zip(turned.keys, cells, strict=True)), footnotes) for cells in zip(*turned.columns, strict=True)
    ]
    turned.keys.append("notes")
    turned.columns.append(tuple(notes))
