"""Databases of earlier releases that were kept to upgrade from: loaded, and read as plain values."""

import gzip
import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, select

from tests.support.present import the
from wfsite.extensions import db

FOLDER = Path(__file__).parents[1] / "upgrades"
# What a release that has an open survey does before it is upgraded: the survey closes and is counted.
CLOSE_AS_THE_FIRST_RELEASE_DID = (
    "INSERT INTO tally (survey_id, outcome, counted, spoiled) SELECT id, 'too-few', NULL, 0 FROM survey "
    "WHERE state = 'open'",
    "UPDATE survey SET state = 'closed', closed_at = closes_at WHERE state = 'open'",
    "DELETE FROM ballot",
)

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def load(name: str) -> None:
    """Fill the empty database of the present app with a kept one."""
    engine = db.engine.dialect.name
    dump = gzip.decompress((FOLDER / f"{name}.{engine}.sql.gz").read_bytes()).decode()
    if engine == "sqlite":
        with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
            connection.executescript(dump)
        return
    raw = db.engine.raw_connection()
    the(raw.driver_connection).autocommit = True
    the(raw.driver_connection).execute(dump)
    raw.invalidate()  # the dump has changed what its connection looks for


def tables(engine: Engine) -> Tables:
    """Every row of every table, as values that are the same on both engines."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [
                {name: _plain(value) for name, value in row._mapping.items()}
                for row in connection.execute(select(table))
            ]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def columns(engine: Engine) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each table's columns, and those of its primary key."""
    found = MetaData()
    found.reflect(engine)
    return {
        table.name: (tuple(c.name for c in table.columns), tuple(c.name for c in table.primary_key))
        for table in found.sorted_tables
        if table.name != "alembic_version"
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def fingerprint(rows: Iterable[Row], names: Iterable[str]) -> str:
    """A hash of what some columns say, whatever the order of the rows."""
    wanted = tuple(names)
    lines = sorted(json.dumps([repr(row[name]) for name in wanted]) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
