"""Rows of text under headings, as whichever reader found them: checked, cut to the width, and told about."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from wfsite.core.parsing import Unreadable
from wfsite.sheets.columns import Column, count_matched

MOST_ROWS = 5_000
MOST_COLUMNS = 30
LONGEST_CELL = 10_000
# Empty rows count too: a file of nothing else must end.
MOST_ROWS_READ = 20 * MOST_ROWS
# The headings stand at the top, below a title or two.
_HEADINGS_WITHIN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` as the spreadsheet shows it, cells as text, as many as there are headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's headings and rows, with what the reader noticed on the way, in sentences."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    above: tuple[str, ...] = ()  # the words over the headings: a title, or a unit


def table_to_json(table: Table) -> bytes:
    """A table for whoever has it read in a process apart (`core.apart`)."""
    return json.dumps(
        [table.header, [(row.number, row.cells) for row in table.rows], table.notes, table.above]
    ).encode()


def table_from_json(content: bytes) -> Table:
    """The table that `table_to_json` wrote."""
    header, rows, notes, above = json.loads(content)
    return Table(tuple(header), tuple(Row(number, tuple(cells)) for number, cells in rows), tuple(notes), tuple(above))


def make_table(rows: Iterable[tuple[int, Sequence[str]]], notes: Sequence[str], columns: Sequence[Column]) -> Table:
    """Numbered rows of text as a table under the headings (see `_heading_at`).

    Empty rows go, and so do repeats of the header, which printed plans have on every page. No more rows are taken
    from the reader than the table may have.
    """
    filled = _filled(rows)
    top = list(islice(filled, _HEADINGS_WITHIN))
    at = _heading_at(top, columns)
    header = _without_empty_end(tuple(" ".join(cell.split()) for cell in top[at].cells))
    kept: list[Row] = []
    repeats = 0
    for row in chain(top[at + 1 :], filled):
        if _folded(row.cells) == _folded(header):
            repeats += 1
        else:
            kept.append(row)
        if len(kept) + repeats > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and upload the parts one by one")
    if not kept:
        raise Unreadable("The file has headings but no rows under them")
    above = tuple(cell for row in top[:at] for cell in row.cells if cell)
    return Table(header, _as_wide(kept, header, top[at].number), (*notes, *_about(top[: at + 1], repeats)), above)


def _filled(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    """The rows that hold something, without outer spaces."""
    for number, raw in rows:
        if number > MOST_ROWS_READ:
            raise Unreadable(f"The file has more than {MOST_ROWS_READ:,} rows. Delete the empty ones")
        cells = tuple(cell.strip() for cell in raw)
        _check_lengths(number, cells)
        if any(cells):
            yield Row(number, cells)


def _heading_at(top: Sequence[Row], columns: Sequence[Column]) -> int:
    """Which of the first rows holds the headings: the one that names most of the columns, two or more.

    Where none does, it is the first with two cells, for the importer to say what is missing.
    """
    named = [count_matched(row.cells, columns) for row in top]
    if named and max(named) >= 2:
        return named.index(max(named))
    for at, row in enumerate(top):
        if sum(1 for cell in row.cells if cell) >= 2:
            return at
    if len(top) == _HEADINGS_WITHIN:
        raise Unreadable(f"The first {_HEADINGS_WITHIN} rows hold no headings. Put the column names in the first row")
    raise Unreadable("The file has no row of headings. Put the column names in the first row")


def _as_wide(rows: list[Row], header: tuple[str, ...], heading_row: int) -> tuple[Row, ...]:
    """Rows cut or filled to the width of the header; text beside it has no heading and is refused."""
    width = len(header)
    for row in rows:
        if any(row.cells[width:]):
            raise Unreadable(
                f"Row {row.number} has more cells than there are headings in row {heading_row}. Check for a comma or "
                "separator too many. If the headings stand in another row, delete the rows above it"
            )
    return tuple(Row(row.number, (*row.cells[:width], *("",) * (width - len(row.cells)))) for row in rows)


def _check_lengths(number: int, cells: tuple[str, ...]) -> None:
    for position, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            raise Unreadable(
                f"Row {number}, column {column_letter(position)} has more than {LONGEST_CELL:,} characters. "
                "Check that every quotation mark is closed"
            )


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = max(index for index, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _folded(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells for comparison: no case, single spaces, nothing empty at the end."""
    return _without_empty_end(tuple(" ".join(cell.casefold().split()) for cell in cells))


def _about(top: Sequence[Row], repeats: int) -> list[str]:
    """What to say about the rows down to the headings, and about their repeats."""
    notes = []
    if above := [row.number for row in top[:-1]]:
        notes.append(
            f"Row {top[-1].number} was read as the headings, and what stands above it ({_rows(above)}) was not read. "
            "If the headings stand in another row, delete the rows above it and upload again."
        )
    if repeats:
        notes.append("The headings are repeated further down; the repeats were not read.")
    return notes


def _rows(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    return f"rows {numbers[0]} to {numbers[-1]}"


def column_letter(position: int) -> str:
    """The letter over a column: A for 0, Z for 25, AA for 26."""
    return (chr(64 + position // 26) if position >= 26 else "") + chr(65 + position % 26)
