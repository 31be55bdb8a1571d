"""Writes the demo's rows many at a time, past the audit trail: nobody did these things."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from wfsite.db.base import Base
from wfsite.extensions import db


def add_rows(table: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert `rows` and return their ids in the same order."""
    if not rows:
        return []
    identity = table.__table__.c.id
    statement = insert(table).returning(identity, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, list(rows)))


def add_plain_rows(table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of a table that has no id column."""
    if rows:
        db.session.execute(insert(table), list(rows))
