"""Rows out as CSV or XLSX, safe to open in a spreadsheet: text never becomes a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Cell = str | int | float | Decimal | date | None
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_text(value: str) -> str:
    """`value` with a leading apostrophe where a spreadsheet would run it."""
    return f"'{value}" if value.startswith(_STARTS_A_FORMULA) else value


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file that Excel opens as UTF-8."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_text(name) for name in header])
    writer.writerows([safe_text(c) if isinstance(c, str) else c for c in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, notes: Sequence[str] = ()
) -> bytes:
    """A workbook of one sheet; numbers stay numbers, text stays text, notes follow on a sheet of their own."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header):
        sheet.column_dimensions[chr(65 + number % 26)].width = max(12, min(50, len(name) + 4))
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    if notes:
        extra = book.create_sheet("Notes")
        for note in notes:
            extra.append([_cell(extra, note)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, value: Cell, *, bold: bool = False) -> SheetCell:
    if isinstance(value, datetime):
        value = value.isoformat(sep=" ", timespec="minutes")
    cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"  # else a text that starts with "=" would become a formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return "".join(" " if c in r"[]:*?/\'" else c for c in title)[:31].strip() or "Sheet"
