"""Files as answers, with names that the site makes and never a person."""

from collections.abc import Iterable, Sequence

from flask import make_response
from werkzeug.wrappers import Response

from wfsite.sheets.writing import Cell, csv_bytes
from wfsite.web.waiting import PACKING, done_apart

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
    """`rows` as a download called `name`.csv or `name`.xlsx (`kind`); `name` is ASCII and ours.

    A workbook takes 20 times as long as a CSV file and is packed apart: views that offer both are marked `waits`.
    """
    if kind == "xlsx":
        pack = "wfsite.sheets.writing_xlsx:xlsx_bytes"
        response = make_response(done_apart(PACKING, pack, title, tuple(header), list(rows), notes=tuple(notes)))
        response.headers["Content-Type"] = XLSX
    else:
        response = make_response(csv_bytes(header, rows))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
