"""Reads of uploads."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from wfsite.core.errors import Missing
from wfsite.db.reading import Read
from wfsite.imports.importer import Importer, Prepared, headings, importer_of
from wfsite.imports.models import Upload
from wfsite.imports.rules import (
    CellError,
    Checked,
    CheckFailed,
    Content,
    Effect,
    Outcome,
    RowOutcome,
    SheetRow,
    UploadState,
    spreadsheet_errors,
)
from wfsite.people.models import Person
from wfsite.sheets.columns import match_columns
from wfsite.sheets.tables import Row, Table


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
    content: Content
    outcome: Outcome | None


_READ_UPLOAD = Read(
    UploadPage,
    select(
        Upload.id,
        Upload.kind,
        Upload.target_id,
        Upload.file_name,
        Upload.state,
        Person.name.label("uploaded_by"),
        Upload.uploaded_at,
        Upload.decided_at,
        Upload.content,
        Upload.outcome,
    )
    .join(Person, Person.id == Upload.uploaded_by)
    .where(Upload.id == bindparam("upload_id"), Upload.kind == bindparam("kind")),
)


def upload_page(upload_id: int, *, kind: str) -> UploadPage:
    """One upload of a kind; raises `Missing`."""
    return _READ_UPLOAD.one({"upload_id": upload_id, "kind": kind})


def upload_checked(kind: str, content: Content, *, target_id: int | None) -> Checked:
    """What confirming this content would do to the database as it stands now; raises `Missing` and `CheckFailed`."""
    try:
        return _checked(kind, content, target_id=target_id)
    except (DBAPIError, MemoryError, Missing):
        raise
    except Exception as error:
        raise CheckFailed from error


def _checked(kind: str, content: Content, *, target_id: int | None) -> Checked:
    importer = importer_of(kind)
    prepared = _prepared(importer, content)
    table = prepared.table
    matched = match_columns(table.header, importer.columns)
    notes = (*table.notes, *matched.notes)
    if problems := (*prepared.problems, *matched.problems):
        return Checked(problems=problems, notes=notes)
    rows = [
        SheetRow(row.number, {key: row.cells[position] for key, position in matched.positions.items()})
        for row in table.rows
    ]
    names = headings(matched.positions, table.header, importer.columns)
    broken = {
        row.number: found for row in rows if (found := spreadsheet_errors(row, importer.columns, names.__getitem__))
    }
    checked = importer.check(rows, target_id=target_id, heading=names.__getitem__)
    return Checked(
        tuple(_placed(_with_errors(row, broken.get(row.number, ())), prepared) for row in checked.rows),
        checked.problems,
        (*notes, *checked.notes),
    )


def _prepared(importer: Importer, content: Content) -> Prepared:
    """The rows as the importer wants them laid out."""
    rows = tuple(Row(number, tuple(cells)) for number, cells in content["rows"])
    table = Table(
        header=tuple(content["header"]),
        rows=rows,
        notes=tuple(content.get("notes", ())),
        above=tuple(content.get("above", ())),
    )
    if importer.prepare is None:
        return Prepared(table)
    return importer.prepare(table, on=date.fromisoformat(content["on"]))


def _placed(row: RowOutcome, prepared: Prepared) -> RowOutcome:
    """The row with its errors leading to where the cells stand in the file."""
    if not row.errors or not prepared.places:
        return row
    errors = []
    for error in row.errors:
        number, column = prepared.places.get((error.row, error.column), (error.row, error.column))
        errors.append(CellError(number, column, error.message))
    return replace(row, errors=tuple(errors))


def _with_errors(row: RowOutcome, errors: tuple[CellError, ...]) -> RowOutcome:
    """The row with what its formulas got wrong, said before what the importer makes of it."""
    if not errors:
        return row
    columns = {error.column for error in errors}
    others = tuple(error for error in row.errors if error.column not in columns)
    return RowOutcome(number=row.number, what=row.what, effect=Effect.ERROR, errors=(*errors, *others))
