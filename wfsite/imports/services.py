"""Acts on uploads: kept when checked, applied once, or discarded."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, bindparam, update

from wfsite.core.clock import london_date
from wfsite.core.errors import NotNow, RuleBroken, Stale
from wfsite.extensions import db
from wfsite.imports import queries
from wfsite.imports.importer import importer_of
from wfsite.imports.models import Upload
from wfsite.imports.rules import Checked, UploadState, check_to_keep
from wfsite.sheets.tables import Table

_WAITING = (
    update(Upload)
    .where(Upload.id == bindparam("upload"), Upload.state == UploadState.CHECKED)
    .execution_options(synchronize_session=False)
)
_NO_CHECK: dict[str, Any] = {"checked": None, "check_is_good": None, "checked_at": None}

CHANGED = "The data have changed since this page was shown, so the file would now do something else. Check it again."


def upload_add(table: Table, *, kind: str, target_id: int | None, file_name: str, by: int, at: datetime) -> int:
    """Keep a file's rows until somebody confirms or discards them; returns the upload's id."""
    upload = Upload(
        kind=kind,
        target_id=target_id,
        file_name=file_name[-200:],
        uploaded_by=by,
        uploaded_at=at,
        content={
            "header": list(table.header),
            "rows": [(row.number, list(row.cells)) for row in table.rows],
            "notes": list(table.notes),
            "above": list(table.above),
            # The day that a later look at the file is to judge it by.
            "on": london_date(at).isoformat(),
        },
    )
    db.session.add(upload)
    db.session.flush()
    return upload.id


def upload_check_again(upload_id: int, *, kind: str) -> bool:
    """Put the last check of an upload aside, for it to be checked afresh; False once somebody has decided."""
    queries.upload_page(upload_id, kind=kind)
    return _changed(_WAITING.values(_NO_CHECK), upload_id)


def upload_check_keep(upload_id: int, checked: Checked, *, at: datetime) -> None:
    """Keep what a check found, unless somebody has decided meanwhile."""
    kept = {"checked": check_to_keep(checked), "check_is_good": checked.is_good, "checked_at": at}
    _changed(_WAITING.values(kept), upload_id)


def upload_confirm(upload_id: int, *, kind: str, fingerprint: str, by: int, at: datetime) -> None:
    """Apply an upload in the present transaction, once; a second confirmation finds it done and does nothing.

    Raises `Stale` (the fresh `Checked`) when the database moved on since `fingerprint` was shown,
    `RuleBroken` when rows have errors.
    """
    queries.upload_page(upload_id, kind=kind)
    if not _decide(upload_id, UploadState.CONFIRMED, by=by, at=at):
        if queries.upload_page(upload_id, kind=kind).state is UploadState.DISCARDED:
            raise NotNow("This file was discarded. Upload it again if you want to import it.")
        return
    upload = queries.upload_file(upload_id)
    checked = queries.upload_checked(kind, upload.content, target_id=upload.target_id)
    # First: errors that nobody was shown come of data that moved on, and may go again.
    if checked.fingerprint != fingerprint:
        raise Stale(CHANGED, theirs=checked)
    if not checked.is_good:
        raise RuleBroken("file", "The file has errors. Correct them and upload it again")
    done = importer_of(kind).apply(checked, target_id=upload.target_id, by=by, at=at)
    _keep_outcome(upload_id, checked, list(done))


def upload_discard(upload_id: int, *, kind: str, by: int, at: datetime) -> None:
    """Put an upload aside; one that was confirmed stays confirmed (`NotNow`)."""
    queries.upload_page(upload_id, kind=kind)
    if _decide(upload_id, UploadState.DISCARDED, by=by, at=at):
        return
    if queries.upload_page(upload_id, kind=kind).state is UploadState.CONFIRMED:
        raise NotNow("This file was imported already, so it can no longer be discarded.")


def _decide(upload_id: int, state: UploadState, *, by: int, at: datetime) -> bool:
    """Whether this request is the one that decides; of two at once, the second waits and finds it decided."""
    return _changed(_WAITING.values(_NO_CHECK | {"state": state, "decided_by": by, "decided_at": at}), upload_id)


def _changed(statement: Update, upload_id: int) -> bool:
    result = db.session.execute(statement, {"upload": upload_id})
    return bool(cast("CursorResult[Any]", result).rowcount)


def _keep_outcome(upload_id: int, checked: Checked, done: list[str]) -> None:
    counts = {effect.value: number for effect, number in checked.counts.items()}
    db.session.execute(
        update(Upload)
        .where(Upload.id == upload_id)
        .values(outcome={"counts": counts, "done": done})
        .execution_options(synchronize_session=False)
    )
