"""CSV in: whatever the encoding, the separator and the line ends, told from the bytes and said in the notes."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from wfsite.core.parsing import Unreadable
from wfsite.sheets.columns import Column
from wfsite.sheets.escaping import unescaped
from wfsite.sheets.tables import MOST_COLUMNS, Table, make_table

_WEB_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|table|\?xml|meta)\b", re.IGNORECASE | re.DOTALL
)
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def read(content: bytes, columns: Sequence[Column]) -> Table:
    """The table in a CSV file; raises `Unreadable`."""
    text, notes = _decoded(content)
    if "\x00" in text:
        raise Unreadable("The file contains characters that no spreadsheet writes (NUL). Save it again as CSV UTF-8")
    if _WEB_PAGE.match(text):
        raise Unreadable("The file is a web page, not a spreadsheet. Open it in Excel and save it as .xlsx or .csv")
    declared = re.match(r"sep=([,;\t])\r?\n", text)
    separator = declared[1] if declared else _separator(text)
    if separator != ",":
        notes.append(f"The columns are separated by {_SEPARATORS[separator]}.")
    return make_table(_records(text, separator, skip=1 if declared else 0), notes, columns)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text and what there is to say about its encoding."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16"), ["The file was read as UTF-16."]
    # UTF-16 without its mark: every other byte of plain English is zero.
    sample = content[:200]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(zeros) > 3 and zeros.count(0) > len(zeros) * 0.8:
            return _strictly(content, encoding), ["The file was read as UTF-16."]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        note = "The file was read as Windows-1252. Check names with accents below."
        return _strictly(content, "windows-1252"), [note]


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("The file is not text that can be read. Save it again as CSV UTF-8 or as .xlsx") from None


def _separator(text: str) -> str:
    """The separator that splits most of the first rows into the same number of cells; else a comma.

    Neither the first row decides, which may be a title, nor the most cells: text may hold more semicolons than there
    are columns, but seldom as many in each row.
    """
    return max(_SEPARATORS, key=lambda separator: _split(text, separator))


def _split(text: str, separator: str) -> tuple[int, int]:
    """Of the first ten rows that hold something, how many a separator cuts alike, and into how many cells."""
    widths = []
    try:
        for record in csv.reader(StringIO(text[:20_000], newline=""), delimiter=separator, strict=True):
            if any(record):
                widths.append(len(record))
            if len(widths) == 10:
                break
    except csv.Error:
        pass  # said in words when the whole file is read
    return max(((widths.count(width), width) for width in widths if width > 1), default=(0, 0))


def _records(text: str, separator: str, *, skip: int) -> Iterator[tuple[int, list[str]]]:
    """The numbered records of the file; a quotation mark left open is named by the row where it opens."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            if len(record) > MOST_COLUMNS and any(cell.strip() for cell in record[MOST_COLUMNS:]):
                raise Unreadable(f"Row {number} has more than {MOST_COLUMNS} columns. Delete those that are not needed")
            if number > skip:
                yield number, [unescaped(cell) for cell in record[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Unreadable(_in_words(str(error), number + 1)) from None


def _in_words(error: str, row: int) -> str:
    if "field larger" in error:
        return f"Row {row} has a cell of more than 131,072 characters. Check that every quotation mark is closed"
    if "unexpected end" in error:
        return f"A quotation mark opens in row {row} and is never closed. Close it, or delete it"
    return f"Row {row} has a quotation mark in the middle of a cell. Double it, or delete it"
