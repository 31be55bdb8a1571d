"""What the database refuses at the very last moment, the commit, is said as plainly as what it refuses before."""

import sqlite3
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.support.client import Browsers
from tests.support.engines import Site, run_on_server
from tests.support.present import the
from wfsite.extensions import db
from wfsite.steering.plans.models import Action, RagUpdate


def _action(site: Site) -> tuple[int, int, int]:
    with site.app.app_context():
        action = the(db.session.execute(select(Action.id, Action.version).order_by(Action.id)).first())
        return action.id, action.version, the(db.session.scalar(select(func.count()).select_from(RagUpdate)))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_commit_that_fails_is_a_503_and_saves_nothing(site: Site, browser: Browsers, htmx: bool) -> None:
    action_id, version, before = _action(site)
    b = browser("secretary")
    form = {"rag": "green", "note": "Everybody is trained.", "version": version}

    def lost(connection: Any) -> None:
        if site.is_sqlite:
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))
        run_on_server(f"SELECT pg_terminate_backend({connection.connection.dbapi_connection.info.backend_pid})")

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "commit", lost)
    try:
        b.post(f"/steering/actions/{action_id}/update", form, expect=503, htmx=htmx)
    finally:
        event.remove(engine, "commit", lost)
    assert b.response.headers["Retry-After"]
    assert b.response.headers["Cache-Control"] == "no-store"
    assert "Nothing was saved" in b.response.text
    assert _action(site) == (action_id, version, before)
    # The next try finds a database that works.
    b.post(f"/steering/actions/{action_id}/update", form, expect=200 if htmx else 303, htmx=htmx)
    assert _action(site) == (action_id, version + 1, before + 1)


def _taken_meanwhile(site: Site) -> Exception:
    """What the driver raises for the second of two who add the same thing."""
    if not site.is_sqlite:
        return psycopg.errors.UniqueViolation()
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE one (name TEXT UNIQUE)")
        connection.execute("INSERT INTO one VALUES ('x')")
        with pytest.raises(sqlite3.IntegrityError) as taken:
            connection.execute("INSERT INTO one VALUES ('x')")
    return taken.value


def test_the_very_same_thing_added_by_two_is_a_conflict(site: Site, browser: Browsers) -> None:
    """Both asked whether it was there before either had added it: the table's own rule decides."""
    action_id, version, before = _action(site)
    b = browser("secretary")

    def second(
        connection: object, cursor: object, statement: str, parameters: object, context: object, executemany: bool
    ) -> None:
        if statement.startswith("INSERT INTO rag_update"):
            raise IntegrityError(statement, None, _taken_meanwhile(site))

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", second)
    try:
        form = {"rag": "green", "note": "Everybody is trained.", "version": version}
        b.post(f"/steering/actions/{action_id}/update", form, expect=409)
    finally:
        event.remove(engine, "before_cursor_execute", second)
    assert "This was changed first" in b.response.text
    assert _action(site) == (action_id, version, before)
