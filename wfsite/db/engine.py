"""How each engine is opened: durable, strict, and never holding a lock that a page does not need."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from flask import has_request_context, request
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from wfsite.db import london

_ASKED_AFTER_SECONDS = 20
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cache_size=-16000",
)

_POSTGRES_OPTIONS = (
    "-c statement_timeout=10s -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s "
    # An error's line in the server's log names no values. Whether other lines do is the server's own: see server_log.
    "-c log_parameter_max_length_on_error=0 -c timezone=UTC"
)


def engine_options(database_url: str) -> dict[str, Any]:
    """What flask-sqlalchemy hands to `create_engine` for this database."""
    # An error's text may be logged: it names the statement, never what was in it.
    if database_url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 10, "check_same_thread": False}}
    return {
        "hide_parameters": True,
        "pool_size": 4,
        "max_overflow": 4,
        "pool_pre_ping": False,  # prepare_engine asks only connections that lay idle
        "pool_recycle": 1800,
        "connect_args": {"options": _POSTGRES_OPTIONS, "connect_timeout": 5},
    }


_ONLY_READING = ContextVar("only reading", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """What the session begins meanwhile may only read: long work holds no lock while it works things out."""
    token = _ONLY_READING.set(True)
    try:
        yield
    finally:
        _ONLY_READING.reset(token)


def may_only_read() -> bool:
    """Whether the present request or long work may only read: then no write lock and no transaction is needed."""
    return _ONLY_READING.get() or (has_request_context() and request.method in SAFE_METHODS)


# One reading twin per engine, so that a session's statements share one connection.
_READING_TWINS: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


class RequestSession(Session):
    """A session that reads in autocommit on PostgreSQL: half the cost, and nothing to roll back."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        """The engine for this statement."""
        engine = super().get_bind(*args, **kwargs)
        return _READING_TWINS.get(engine, engine) if isinstance(engine, Engine) and may_only_read() else engine


def prepare_engine(engine: Engine) -> None:
    """Attach SQLite's pragmas and transaction starts, or PostgreSQL's reading twin and check of idle connections."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        _READING_TWINS[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", _check_idle)


def _make_private(_dialect: object, _record: object, arguments: list[Any], _more: object) -> None:
    """A database that is not there yet is made readable by its owner only; its log takes its mode."""
    file = Path(arguments[0])
    if arguments[0] != ":memory:" and not file.exists():
        with suppress(OSError):  # what is wrong with the folder is said when the database is opened
            file.touch(mode=0o600)


def _open_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # stop pysqlite's own guessing about transactions
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    london.teach(connection)


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that turns into a writer fails under load; an immediate one waits its turn.
    connection.exec_driver_sql("BEGIN" if may_only_read() else "BEGIN IMMEDIATE")


def _note_idle(_connection: Any, record: Any) -> None:
    record.info["idle_since"] = monotonic()


def _check_idle(connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that lay idle whether it still lives; the pool replaces it when it does not.

    Asking every time would cost a quarter of a page's database time; a server that restarts under load costs one
    503 per worker, which the pool then heals.
    """
    if monotonic() - record.info.get("idle_since", monotonic()) < _ASKED_AFTER_SECONDS:
        return
    try:
        before = connection.autocommit
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = before
    except Exception as error:
        raise DisconnectionError from error
