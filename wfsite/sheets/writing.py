"""Rows out as CSV, safe to open in a spreadsheet: text never becomes a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

from wfsite.sheets.escaping import safe_text

Cell = str | int | float | Decimal | date | None


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file that Excel opens as UTF-8."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_text(name) for name in header])
    writer.writerows([safe_text(c) if isinstance(c, str) else c for c in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
