"""Files as answers, with names that the site makes and never a person."""

from collections.abc import Iterable, Sequence

from flask import make_response, request
from werkzeug.wrappers import Response

from wfsite.sheets.writing import Cell, csv_bytes
from wfsite.web.waiting import PACKING, done_apart

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# kind → its type, and what packs it in a process apart
_PACKED = {
    "xlsx": (XLSX, "wfsite.sheets.writing_xlsx:xlsx_bytes"),
    "docx": (DOCX, "wfsite.sheets.writing_docx:docx_bytes"),
}


def spreadsheet(
    name: str,
    kind: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    notes: Sequence[str] = (),
) -> Response:
    """`rows` as a download called `name`.csv, `name`.xlsx or `name`.docx (`kind`); `name` is ASCII and ours.

    A workbook takes 20 times as long as a CSV file and is packed apart, as a Word file is: views that offer more than
    CSV are marked `waits`.
    """
    if kind in _PACKED:
        mimetype, pack = _PACKED[kind]
        response = make_response(done_apart(PACKING, pack, title, tuple(header), list(rows), notes=tuple(notes)))
        response.headers["Content-Type"] = mimetype
    else:
        response = make_response(csv_bytes(header, rows))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def kept_file(name: str, content: bytes, media_type: str, *, content_hash: str, is_open: bool) -> Response:
    """A file that people put here, to be saved and never opened by the browser; a browser keeps only an open one.

    `name` is ASCII and ours. A browser that has the same content is told so.
    """
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache" if is_open else "private, no-store"
    response.set_etag(content_hash)
    return response.make_conditional(request)
