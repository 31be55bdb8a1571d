"""Reads of uploads."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.exc import DBAPIError

from wfsite.core.errors import Missing
from wfsite.core.paging import First
from wfsite.db.reading import Read, ReadFirst
from wfsite.imports.importer import Importer, Prepared, headings, importer_of
from wfsite.imports.models import Upload
from wfsite.imports.rules import (
    CellError,
    Checked,
    CheckFailed,
    Content,
    Effect,
    KeptCheck,
    Outcome,
    RowOutcome,
    SheetRow,
    UploadState,
    spreadsheet_errors,
)
from wfsite.people.models import Person
from wfsite.sheets.columns import match_columns
from wfsite.sheets.tables import Row, Table
from wfsite.works.models import Work
from wfsite.works.rules import Tell, WorkState


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
    checked: KeptCheck | None
    checked_at: datetime | None
    outcome: Outcome | None

    @property
    def is_waiting(self) -> bool:
        """Whether somebody is still to confirm or discard it."""
        return self.state is UploadState.CHECKED


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
        Upload.checked,
        Upload.checked_at,
        Upload.outcome,
    )
    .join(Person, Person.id == Upload.uploaded_by)
    .where(Upload.id == bindparam("upload_id"), Upload.kind == bindparam("kind")),
)


def upload_page(upload_id: int, *, kind: str) -> UploadPage:
    """One upload of a kind; raises `Missing`."""
    return _READ_UPLOAD.one({"upload_id": upload_id, "kind": kind})


@dataclass(frozen=True, slots=True)
class UploadToDecide:
    """An upload whose check somebody asked for, and how that stands."""

    id: int
    kind: str
    file_name: str
    uploaded_at: datetime
    check_is_good: bool | None
    work_id: int
    work_state: WorkState


CHECK_WORK = "check of an import"  # the kind of work, as its row keeps it
_READ_TO_DECIDE = ReadFirst(
    UploadToDecide,
    select(
        Upload.id,
        Upload.kind,
        Upload.file_name,
        Upload.uploaded_at,
        Upload.check_is_good,
        Work.id.label("work_id"),
        Work.state.label("work_state"),
    )
    .join(Work, and_(Work.subject_id == Upload.id, Work.kind == CHECK_WORK))
    .where(
        Work.asked_by == bindparam("person_id"),
        Upload.state == UploadState.CHECKED,
        Upload.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(Work.asked_at.desc(), Work.id.desc()),
)


def uploads_to_decide(person_id: int, *, kinds: Collection[str], most: int) -> First[UploadToDecide]:
    """What somebody had checked and nobody has decided, of some kinds of file; the newest first."""
    return _READ_TO_DECIDE.few({"person_id": person_id, "kinds": sorted(kinds)}, most=most)


@dataclass(frozen=True, slots=True)
class UploadFile:
    """What an upload's file holds, and what it is read into."""

    kind: str
    target_id: int | None
    content: Content


_READ_FILE = Read(
    UploadFile, select(Upload.kind, Upload.target_id, Upload.content).where(Upload.id == bindparam("upload_id"))
)


@dataclass(frozen=True, slots=True)
class UploadName:
    """What an upload is called, without what is in it."""

    kind: str
    target_id: int | None
    file_name: str


_READ_NAME = Read(
    UploadName, select(Upload.kind, Upload.target_id, Upload.file_name).where(Upload.id == bindparam("upload_id"))
)


def upload_name(upload_id: int) -> UploadName:
    """An upload of whatever kind; raises `Missing`."""
    return _READ_NAME.one({"upload_id": upload_id})


def upload_file(upload_id: int) -> UploadFile:
    """The rows of an upload; raises `Missing`."""
    return _READ_FILE.one({"upload_id": upload_id})


def _untold(words: str, *, done: int = 0, total: int = 0) -> None:
    """Nobody waits to hear how far a check is."""


def upload_checked(kind: str, content: Content, *, target_id: int | None) -> Checked:
    """What confirming this content would do to the database as it stands now; raises `Missing` and `CheckFailed`."""
    try:
        return check(kind, content, target_id=target_id, tell=_untold)
    except (DBAPIError, MemoryError, Missing):
        raise
    except Exception as error:
        raise CheckFailed from error


def check(kind: str, content: Content, *, target_id: int | None, tell: Tell) -> Checked:
    """What confirming this content would do, telling how far it is; raises whatever an importer raises."""
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
        row.number: found
        for row in _told_of(rows, tell)
        if (found := spreadsheet_errors(row, importer.columns, names.__getitem__))
    }
    tell("Comparing the rows with what the site holds")
    checked = importer.check(rows, target_id=target_id, heading=names.__getitem__)
    return Checked(
        tuple(_placed(_with_errors(row, broken.get(row.number, ())), prepared) for row in checked.rows),
        checked.problems,
        (*notes, *checked.notes),
    )


def _told_of(rows: Sequence[SheetRow], tell: Tell) -> Iterator[SheetRow]:
    """The rows one by one, saying at each how far that is."""
    for done, row in enumerate(rows):
        tell("Looking through the rows", done=done, total=len(rows))
        yield row


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
