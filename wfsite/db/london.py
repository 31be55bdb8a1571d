"""When a day begins in London, for statements that learn the day themselves and compare instants with it."""

import sqlite3
from datetime import date, time
from typing import Any

from sqlalchemy import DateTime, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from wfsite.core.clock import at_london
from wfsite.db.base import UtcDateTime


class london_midnight(FunctionElement[Any]):
    """The first instant of a day in London; NULL of NULL."""

    name = "london_midnight"
    type = UtcDateTime()
    inherit_cache = True


@compiles(london_midnight, "postgresql")
def _on_postgresql(element: london_midnight, compiler: Any, **more: Any) -> str:
    (day,) = element.clauses
    return f"timezone('Europe/London', {compiler.process(cast(day, DateTime()), **more)})"


@compiles(london_midnight, "sqlite")
def _on_sqlite(element: london_midnight, compiler: Any, **more: Any) -> str:
    return f"london_midnight({compiler.process(element.clauses, **more)})"


def _midnight(day: str | None) -> str | None:
    """The instant as SQLite keeps instants: in UTC, to be compared as text."""
    return None if day is None else f"{at_london(date.fromisoformat(day), time.min):%Y-%m-%d %H:%M:%S.%f}"


def teach(connection: sqlite3.Connection) -> None:
    """SQLite knows no time zones, so it asks the clock's."""
    connection.create_function("london_midnight", 1, _midnight, deterministic=True)
