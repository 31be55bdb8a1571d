"""Reads of uploads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from wfsite.core.errors import Missing
from wfsite.extensions import db
from wfsite.imports.importer import headings, importer_of
from wfsite.imports.models import Upload, UploadState
from wfsite.imports.rules import Checked, Effect, RowOutcome, SheetRow, spreadsheet_errors
from wfsite.people.models import Person
from wfsite.sheets.columns import match_columns


@dataclass(frozen=True, slots=True)
class UploadPage:
    """An upload with who sent it and what became of it."""

    id: int
    kind: str
    target_id: int | None
    file_name: str
    state: UploadState
    uploaded_by: str
    uploaded_at: datetime
    decided_at: datetime | None
    content: dict[str, Any]
    outcome: dict[str, Any] | None


_UPLOAD = (
    select(
        Upload.id,
        Upload.kind,
        Upload.target_id,
        Upload.file_name,
        Upload.state,
        Person.name,
        Upload.uploaded_at,
        Upload.decided_at,
        Upload.content,
        Upload.outcome,
    )
    .join(Person, Person.id == Upload.uploaded_by)
    .where(Upload.id == bindparam("upload_id"), Upload.kind == bindparam("kind"))
)


def upload_page(upload_id: int, *, kind: str) -> UploadPage:
    """One upload of a kind; raises `Missing`."""
    row = db.session.execute(_UPLOAD, {"upload_id": upload_id, "kind": kind}).one_or_none()
    if row is None:
        raise Missing
    return UploadPage(*row)


def upload_checked(kind: str, content: dict[str, Any], *, target_id: int | None) -> Checked:
    """What confirming this content would do to the database as it stands now."""
    importer = importer_of(kind)
    matched = match_columns(content["header"], importer.columns)
    notes = (*content.get("notes", ()), *matched.notes)
    if matched.problems:
        return Checked(problems=matched.problems, notes=notes)
    rows = [
        SheetRow(number, {key: cells[position] for key, position in matched.positions.items()})
        for number, cells in content["rows"]
    ]
    names = headings(matched.positions, content["header"], importer.columns)
    broken = {
        row.number: found for row in rows if (found := spreadsheet_errors(row, importer.columns, names.__getitem__))
    }
    checked = importer.check(rows, target_id=target_id, heading=names.__getitem__)
    return Checked(
        tuple(_with_errors(row, broken.get(row.number, ())) for row in checked.rows),
        checked.problems,
        (*notes, *checked.notes),
    )


def _with_errors(row: RowOutcome, errors: tuple[Any, ...]) -> RowOutcome:
    """The row with what its formulas got wrong, said before what the importer makes of it."""
    if not errors:
        return row
    columns = {error.column for error in errors}
    others = tuple(error for error in row.errors if error.column not in columns)
    return RowOutcome(row.number, row.what, Effect.ERROR, (), (*errors, *others))
