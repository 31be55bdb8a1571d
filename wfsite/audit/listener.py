"""Turns every change of an audited row into an event, in the same transaction.

It sees what the ORM flushes. Facts that are written in bulk (marks, RAG updates, workforce returns) are rows that
carry their own who and when, so they need no event; nothing else may be written past the ORM.
"""

from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import Flask, has_request_context
from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session

from wfsite.audit.models import AuditEvent
from wfsite.db.base import Base
from wfsite.extensions import db
from wfsite.web.access import actor_or_none
from wfsite.web.params import now

_SECRET_COLUMNS = frozenset({"password_hash"})
# They follow other columns, whose change is what happened.
_SILENT_COLUMNS = frozenset({"version", "search_key", "box_half"})
ON_THE_COMMAND_LINE = "the command line"
NOT_SIGNED_IN = "somebody who had not signed in"


def init_app(app: Flask) -> None:
    """Listen once per process, however many apps it makes."""
    if not event.contains(db.session.session_factory, "after_flush", _record):
        event.listen(db.session.session_factory, "after_flush", _record)


def _record(session: Session, _context: object) -> None:
    changed: list[tuple[str, Base, dict[str, Any]]] = []
    for verb, rows in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted)):
        for row in rows:
            if isinstance(row, Base) and row.__audited__ and (changes := _changes(row, verb)):
                changed.append((verb, row, changes))
    if not changed:
        return
    # A password set from a link is the one change that a page makes for somebody who has not signed in.
    nobody = NOT_SIGNED_IN if has_request_context() else ON_THE_COMMAND_LINE
    actor = actor_or_none() if has_request_context() else None
    at = now()
    session.execute(
        insert(AuditEvent),
        [
            {
                "at": at,
                "actor_id": actor.person_id if actor else None,
                "actor_name": actor.name if actor else nobody,
                "verb": verb,
                "subject": row.__tablename__,
                "subject_id": "-".join(str(plain(part)) for part in inspect(row).mapper.primary_key_from_instance(row)),
                "changes": changes,
            }
            for verb, row, changes in changed
        ],
    )


def _changes(row: Base, verb: str) -> dict[str, Any]:
    """Column → [before, after]; a secret's change is named without its values."""
    found: dict[str, Any] = {}
    for attribute in inspect(row).mapper.column_attrs:
        name = attribute.key
        if name in _SILENT_COLUMNS:
            continue
        value = getattr(row, name)
        if verb == "changed":
            history = inspect(row).attrs[name].history
            if not history.has_changes():
                continue
            before = history.deleted[0] if history.deleted else None
        else:
            before = None if verb == "added" else value
        after = None if verb == "removed" else value
        found[name] = ["…", "…"] if name in _SECRET_COLUMNS else [plain(before), plain(after)]
    return found


def plain(value: Any) -> Any:
    """A value as JSON holds it, whatever the type of its column."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return "(bytes)"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
