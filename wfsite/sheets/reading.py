"""A spreadsheet file as rows of text: CSV however it was saved, and XLSX; anything else is refused in words."""

from collections.abc import Sequence

from wfsite.core.parsing import Unreadable
from wfsite.sheets import reading_csv, reading_xlsx
from wfsite.sheets.columns import Column
from wfsite.sheets.tables import Table, table_to_json

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_table(name: str, content: bytes, columns: Sequence[Column] = ()) -> Table:
    """The table in a file called `name`, under the row that names most of `columns`; raises `Unreadable`.

    Dates come as "2015-03-31", or as "March 2015" where the workbook shows only month and year. Cells come as they
    stand but for outer spaces; what `sheets.writing` wrote comes back as it was.
    """
    if not content.strip():
        raise Unreadable("The file is empty. Choose a file that has headings and rows")
    extension = name.rpartition(".")[2].casefold() if "." in name else ""
    if content.startswith(_OLE):
        raise Unreadable(_old_or_locked(extension))
    if content.startswith(b"PK"):
        return reading_xlsx.read(content, extension, columns)
    if extension in ("xlsx", "xlsm", "xls", "ods"):
        raise Unreadable("The file is not a workbook, whatever its name says. Save it again as .xlsx or .csv")
    if content.startswith(b"%PDF"):
        raise Unreadable("The file is a PDF. Upload the spreadsheet that it was made from")
    return reading_csv.read(content, columns)


def table_as_json(name: str, content: bytes, columns: Sequence[Column]) -> bytes:
    """The table in a file, for whoever has it read in a process apart (`core.apart`); raises `Unreadable`."""
    return table_to_json(read_table(name, content, columns))


def _old_or_locked(extension: str) -> str:
    if extension == "xlsx":
        return "This workbook has a password. Remove the password, save it as .xlsx and upload it again"
    return "This is an old kind of file (.xls or .doc), or it has a password. Save it as .xlsx or .csv"
