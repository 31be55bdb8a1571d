"""XLSX in: values only, within limits that a hostile file cannot talk its way around."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from wfsite.core.parsing import Unreadable
from wfsite.core.words import count_of, listed, month_name
from wfsite.sheets.columns import Column
from wfsite.sheets.escaping import from_workbook
from wfsite.sheets.tables import MOST_COLUMNS, MOST_ROWS_READ, Table, column_letter, make_table

_MOST_UNPACKED = 50 * 1024 * 1024
_MOST_PARTS = 1_000
# Small files unpack to millions of empty tags, and each costs its time and memory when the workbook is opened.
_MOST_TAGS, _MOST_TAGS_BESIDE_CELLS, _MOST_TAGS_A_ROW = 3_000_000, 200_000, 100_000
_HOLDS_CELLS = ("xl/worksheets/", "xl/sharedStrings", "xl/pivotCache/", "xl/calcChain")
_ZLIB_NO_MEMORY = "Error -4 "  # Z_MEM_ERROR; Python's exception carries it in its words only
_NO_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]
_EMPTY_ROWS_END_IT = 2_000
_COPY_IT = "Copy the table to a new workbook and upload that"
_TOO_LARGE = f"This workbook unpacks to more than 50 MB. {_COPY_IT}"
_TOO_MANY_PARTS = f"This workbook holds more than {_MOST_PARTS:,} parts, such as sheets and pictures. {_COPY_IT}"
_TOO_MANY_TAGS = f"This workbook holds more than {_MOST_TAGS:,} cells and pieces of formatting. {_COPY_IT}"
_TOO_MANY_BESIDE = (
    f"This workbook holds more than {_MOST_TAGS_BESIDE_CELLS:,} pieces of formatting beside its cells. {_COPY_IT}"
)
_TOO_WIDE = (
    f"A sheet of this workbook holds more than {_MOST_TAGS_A_ROW:,} pieces of formatting in one row, or outside its "
    f"rows. {_COPY_IT}"
)
_TOO_LONG = f"A sheet of this workbook has more than {MOST_ROWS_READ:,} rows. {_COPY_IT}"
_DAMAGED = "This workbook is damaged or not complete. Open it in Excel, save it again and upload that"


def read(content: bytes, extension: str, columns: Sequence[Column]) -> Table:
    """The table on the first sheet that is not hidden; raises `Unreadable`."""
    try:
        _check_archive(content, extension)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        _raise_if_out_of_memory(error)
        # openpyxl raises KeyError, ValueError, ParseError, BadZipFile … for what is not a sound workbook.
        raise Unreadable(_DAMAGED) from None
    try:
        sheet, notes = _sheet(book)
        xml = _sheet_xml(content, sheet)
        _check_rows(xml)
        spans = _tall_cells(xml)
        if spans:
            notes.append("Cells merged over several rows were read as if each of the rows held the same text.")
        formulas = _formulas(content, sheet.title) if re.search(rb"<(?:\w+:)?f[\s>/]", xml) else set()
        if formulas:
            many = count_of(len(formulas), "cell holds a formula", "cells hold formulas")
            notes.append(f"{many}. The last calculated values were read.")
        table = make_table(_rows(sheet, spans, formulas, notes), notes, columns)
        return replace(table, notes=(*table.notes, *_about_hidden(xml, table)))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        _raise_if_out_of_memory(error)
        raise Unreadable(_DAMAGED) from None
    finally:
        book.close()


def _raise_if_out_of_memory(error: Exception) -> None:
    """XML's parser and zlib have errors of their own for memory that they do not get: that is not the file's damage."""
    parser = isinstance(error, ParseError) and error.code == _NO_MEMORY
    if parser or (isinstance(error, zlib.error) and str(error).startswith(_ZLIB_NO_MEMORY)):
        raise MemoryError from None


def _check_archive(content: bytes, extension: str) -> None:
    """Refuse what is no workbook, has macros, or would unpack to more than a council's spreadsheet ever is."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if extension == "xlsm" or any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise Unreadable("This workbook holds macros. Remove macros: save it as .xlsx")
        if "xl/workbook.xml" not in names:
            raise Unreadable("The file is not an Excel workbook. Save it as .xlsx or .csv")
        if sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise Unreadable(_TOO_LARGE)
        if len(parts) > _MOST_PARTS:
            raise Unreadable(_TOO_MANY_PARTS)
        tags = 0
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                tags += _checked_tags(part.filename, archive.read(part).replace(b"\x00", b""))
            if tags > _MOST_TAGS:
                raise Unreadable(_TOO_MANY_TAGS)


def _checked_tags(name: str, xml: bytes) -> int:
    """How many tags a part of the workbook has; raises `Unreadable` where no program writes such a part."""
    # A document type is how XML is made to fetch files or to grow without end; Excel writes none.
    if b"<!DOCTYPE" in xml:
        raise Unreadable(_DAMAGED)
    tags = xml.count(b"<")
    if tags > _MOST_TAGS_BESIDE_CELLS and not name.startswith(_HOLDS_CELLS):
        raise Unreadable(_TOO_MANY_BESIDE)
    if tags <= _MOST_TAGS and name.startswith("xl/worksheets/"):
        _check_rows(xml)
    return tags


def _check_rows(xml: bytes) -> None:
    """Refuse a sheet of which one row, or what stands outside the rows, is larger than any program writes it.

    Also one of more rows than are ever read: openpyxl looks at all of them before it gives the first.
    """
    start = 0
    for number, row in enumerate(re.finditer(rb"<(?:\w+:)?row\b|\Z", xml)):
        if number > MOST_ROWS_READ:
            raise Unreadable(_TOO_LONG)
        if xml.count(b"<", start, row.start()) > _MOST_TAGS_A_ROW:
            raise Unreadable(_TOO_WIDE)
        start = row.start()


def _sheet(book: Any) -> tuple[Any, list[str]]:
    """The first visible sheet, and what to say about the others."""
    sheets = list(book.worksheets)
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    if not visible:
        raise Unreadable("The workbook has no sheet to read. Show the sheet that holds the table, then save it")
    others = [f"“{sheet.title}”" for sheet in sheets if sheet is not visible[0]]
    if not others:
        return visible[0], []
    word = "The sheet" if len(others) == 1 else "The sheets"
    return visible[0], [
        f"The sheet “{visible[0].title}” was read. {word} {listed(others[:5])} "
        f"{'was' if len(others) == 1 else 'were'} not."
    ]


def _sheet_xml(content: bytes, sheet: Any) -> bytes:
    """The sheet as it stands in the file: merged cells are not told otherwise in read-only mode."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(sheet._worksheet_path.lstrip("/"))


_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])([^<>]*)")
_COLUMN = re.compile(rb"<(?:\w+:)?col(?=\s)([^<>]*)")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")


def _about_hidden(xml: bytes, table: Table) -> list[str]:
    """What to say about the rows and columns that were read though the workbook does not show them."""
    hidden = _hidden_rows(xml)
    rows = [f"{row.number:,}" for row in table.rows if row.number in hidden]
    positions = _hidden_columns(xml)
    columns = [column_letter(at) for at, heading in enumerate(table.header) if heading and at in positions]
    return [_hidden_note(word, found) for word, found in (("Row", rows), ("Column", columns)) if found]


def _hidden_note(word: str, found: list[str]) -> str:
    if len(found) == 1:
        return f"{word} {found[0]} is hidden in the workbook and was read."
    more = [f"{len(found) - 10:,} more"] if len(found) > 10 else []
    return f"{word}s {listed([*found[:10], *more])} are hidden in the workbook and were read."


def _hidden_rows(xml: bytes) -> set[int]:
    """The numbers of the rows that the workbook hides; a row without a number follows the one before it."""
    found, number = set(), 0
    for row in _ROW.finditer(xml):
        given = _number(row[1], b"r")
        number = number + 1 if given is None else given
        if _HIDDEN.search(row[1]):
            found.add(number)
    return found


def _hidden_columns(xml: bytes) -> set[int]:
    """The columns that the workbook hides, counted from 0."""
    found: set[int] = set()
    for column in _COLUMN.finditer(xml):
        first, last = _number(column[1], b"min"), _number(column[1], b"max")
        if first and last and _HIDDEN.search(column[1]):
            found.update(range(first - 1, min(last, MOST_COLUMNS)))
    return found


def _number(attributes: bytes, name: bytes) -> int | None:
    """The number that a tag gives under a name; None for none."""
    found = re.search(rb"\s" + name + rb"""=["']([0-9]{1,7})["']""", attributes)
    return int(found[1]) if found else None


def _tall_cells(xml: bytes) -> dict[int, list[tuple[int, int]]]:
    """Merged cells of several rows: first row → (column from 0, last row)."""
    found: dict[int, list[tuple[int, int]]] = {}
    # A tag that never ends stops at the next one: else a hostile file would have every tag searched to the file's end.
    for ref in re.findall(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"', xml)[
        :5_000
    ]:
        left, top, _, bottom = range_boundaries(ref.decode("ascii"))
        if left and top and bottom and top < bottom and left <= MOST_COLUMNS:
            found.setdefault(top, []).append((left - 1, min(bottom, top + 500)))
    return found


def _formulas(content: bytes, title: str) -> set[tuple[int, int]]:
    """The (row, column from 0) of every formula on the sheet."""
    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        return {
            (cell.row, cell.column - 1)
            for row in book[title].iter_rows(max_row=20_000, max_col=MOST_COLUMNS)
            for cell in row
            if cell.value is not None and cell.data_type == "f"
        }
    finally:
        book.close()


def _rows(
    sheet: Any, spans: dict[int, list[tuple[int, int]]], formulas: set[tuple[int, int]], notes: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """The numbered rows as text; the sheet ends where 2,000 rows in a row are empty."""
    sheet.reset_dimensions()  # a file may claim a million rows
    carried: dict[int, tuple[str, int]] = {}
    empty = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        cells = [_text(cell) for cell in row]
        if not any(cells) and not carried:
            empty += 1
            if empty >= _EMPTY_ROWS_END_IT:
                notes.append(f"Nothing below row {number:,} was read, because the rows above it are empty.")
                return
            continue
        empty = 0
        if len(cells) > MOST_COLUMNS and cells[MOST_COLUMNS]:
            raise Unreadable(f"Row {number} has more than {MOST_COLUMNS} columns. Delete those that are not needed")
        for row_number, column in ((number, c) for c in range(len(cells))):
            if (row_number, column) in formulas and not cells[column]:
                raise Unreadable(
                    f"Row {number}, column {column_letter(column)} holds a formula without a value. "
                    "Open the workbook in Excel, save it and upload it again"
                )
        _carry_down(number, cells, spans, carried)
        yield number, cells[:MOST_COLUMNS]


def _carry_down(
    number: int,
    cells: list[str],
    spans: dict[int, list[tuple[int, int]]],
    carried: dict[int, tuple[str, int]],
) -> None:
    """Give the rows under a tall merged cell its text."""
    for column, (text, last) in list(carried.items()):
        if number > last:
            del carried[column]
            continue
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cells[column] or text
    for column, last in spans.get(number, ()):
        if column < len(cells) and cells[column]:
            carried[column] = (cells[column], last)


_DECIMALS = re.compile(r"[#,]*0\.(0+)(?:_.)?(?:;.*)?", re.DOTALL)


def _with_shown_zeros(number: str, number_format: str) -> str:
    """A number with the zeros at its end that its cell shows: 1.1 in a cell of the format 0.00 is 1.10."""
    decimals = _DECIMALS.fullmatch(number_format)
    _, point, given = number.partition(".")
    # A whole number stays whole, and no digit is rounded away.
    return f"{number}{'0' * (len(decimals[1]) - len(given))}" if decimals and point and given.isdigit() else number


def _text(cell: Any) -> str:
    """A cell's value as text."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        pattern = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", cell.number_format or "").casefold()
        return day.isoformat() if "d" in pattern or "m" not in pattern else month_name(day)
    if isinstance(value, time | timedelta):
        return from_workbook(str(value))
    if isinstance(value, float):
        percent = "%" in (cell.number_format or "")
        shown = f"{value * 100 if percent else value:.15g}"
        return f"{shown}%" if percent else _with_shown_zeros(shown, cell.number_format or "")
    return from_workbook(str(value))
