"""A spreadsheet file as rows of text: CSV however it was saved, and XLSX; anything else is refused in words."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wfsite.core.parsing import Unreadable

MOST_ROWS = 5_000
MOST_COLUMNS = 30
LONGEST_CELL = 10_000
# Empty rows count too: a file of nothing else must end.
MOST_ROWS_READ = 20 * MOST_ROWS
# The headings stand at the top, below a title or two.
_HEADINGS_WITHIN = 50

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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


def read_table(name: str, content: bytes) -> Table:
    """The table in a file called `name`; raises `Unreadable` with what to do.

    Dates come as "2015-03-31", or as "March 2015" where the workbook shows only month and year. Cells come as they
    stand but for outer spaces; what `sheets.writing` wrote comes back as it was.
    """
    from wfsite.sheets import reading_csv, reading_xlsx  # each knows the other only through this door

    if not content.strip():
        raise Unreadable("The file is empty. Choose a file that has headings and rows")
    extension = name.rpartition(".")[2].casefold() if "." in name else ""
    if content.startswith(_OLE):
        raise Unreadable(_old_or_locked(extension))
    if content.startswith(b"PK"):
        return reading_xlsx.read(content, extension)
    if extension in ("xlsx", "xlsm", "xls", "ods"):
        raise Unreadable("The file is not a workbook, whatever its name says. Save it again as .xlsx or .csv")
    if content.startswith(b"%PDF"):
        raise Unreadable("The file is a PDF. Upload the spreadsheet that it was made from")
    return reading_csv.read(content)


def table_as_json(name: str, content: bytes) -> bytes:
    """The table in a file, for whoever has it read in a process apart (`core.apart`); raises `Unreadable`."""
    table = read_table(name, content)
    return json.dumps(
        [table.header, [(row.number, row.cells) for row in table.rows], table.notes, table.above]
    ).encode()


def table_from_json(content: bytes) -> Table:
    """The table that `table_as_json` wrote."""
    header, rows, notes, above = json.loads(content)
    return Table(tuple(header), tuple(Row(number, tuple(cells)) for number, cells in rows), tuple(notes), tuple(above))


def _old_or_locked(extension: str) -> str:
    if extension == "xlsx":
        return "This workbook has a password. Remove the password, save it as .xlsx and upload it again"
    return "This is an old kind of file (.xls or .doc), or it has a password. Save it as .xlsx or .csv"


def make_table(rows: Iterable[tuple[int, Sequence[str]]], notes: Sequence[str]) -> Table:
    """Numbered rows of text as a table: the first row with two cells or more is the header.

    Empty rows go, and so do repeats of the header, which printed plans have on every page. No more rows are taken
    from the reader than the table may have.
    """
    header: tuple[str, ...] = ()
    kept: list[Row] = []
    above: list[int] = []
    titles: list[str] = []
    repeats = 0
    for number, raw in rows:
        if number > MOST_ROWS_READ:
            raise Unreadable(f"The file has more than {MOST_ROWS_READ:,} rows. Delete the empty ones")
        cells = tuple(cell.strip() for cell in raw)
        _check_lengths(number, cells)
        filled = sum(1 for cell in cells if cell)
        if not filled:
            continue
        if not header:
            if filled >= 2:
                header = _without_empty_end(tuple(" ".join(cell.split()) for cell in cells))
            else:
                above.append(number)
                titles.append(next(cell for cell in cells if cell))
                if len(above) == _HEADINGS_WITHIN:
                    raise Unreadable(
                        f"None of the first {_HEADINGS_WITHIN} rows holds headings. "
                        "Put the column names in the first row"
                    )
            continue
        if _folded(cells) == _folded(header):
            repeats += 1
        else:
            kept.append(Row(number, cells))
        if len(kept) + repeats > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and upload the parts one by one")
    if not header:
        raise Unreadable("The file has no row of headings. Put the column names in the first row")
    if not kept:
        raise Unreadable("The file has headings but no rows under them")
    return Table(header, _as_wide(kept, header), (*notes, *_about(above, repeats)), tuple(titles))


def _as_wide(rows: list[Row], header: tuple[str, ...]) -> tuple[Row, ...]:
    """Rows cut or filled to the width of the header; text beside it has no heading and is refused."""
    width = len(header)
    for row in rows:
        if any(row.cells[width:]):
            raise Unreadable(
                f"Row {row.number} has more cells than there are headings. Check for a comma or separator too many"
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


def _about(above: list[int], repeats: int) -> list[str]:
    notes = []
    if above:
        notes.append(f"What stands above the headings ({_rows(above)}) was not read.")
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
