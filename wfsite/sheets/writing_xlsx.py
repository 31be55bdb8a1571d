"""Rows out as a workbook. Imported where one is written: openpyxl brings numpy, and a worker that writes none
is a quarter lighter without them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from wfsite.sheets.escaping import workbook_text
from wfsite.sheets.writing import Cell


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
    if isinstance(value, str):
        value = workbook_text(value)
    cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"  # else a text that starts with "=" would become a formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return "".join(" " if c in r"[]:*?/\'" else c for c in title)[:31].strip() or "Sheet"
