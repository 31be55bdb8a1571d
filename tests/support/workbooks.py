"""The sheet of a workbook that a test makes or reads."""

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def sheet_of(book: Workbook) -> Worksheet:
    """The sheet that opens first."""
    assert isinstance(book.active, Worksheet)
    return book.active
