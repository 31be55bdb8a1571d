"""Files as answers, with names that the site makes and never a person."""

from collections.abc import Iterable, Sequence

from flask import make_response
from werkzeug.wrappers import Response

from wfsite.sheets.writing import Cell, csv_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spreadsheet(
    name: str,
    kind: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    notes: Sequence[str] = (),
) -> Response:
    """`rows` as a download called `name`.csv or `name`.xlsx (`kind`); `name` is ASCII and ours."""
    if kind == "xlsx":
        from wfsite.sheets.writing_xlsx import xlsx_bytes  # heavy: only for who asks for a workbook

        response = make_response(xlsx_bytes(title, header, rows, notes=notes))
        response.headers["Content-Type"] = XLSX
    else:
        response = make_response(csv_bytes(header, rows))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
