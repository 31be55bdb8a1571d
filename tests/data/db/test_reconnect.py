"""A connection that died while it lay idle is replaced before anybody notices."""

import pytest
from sqlalchemy import text

from tests.support.engines import Site, run_on_server
from wfsite.db import engine as engine_module
from wfsite.extensions import db


def test_a_dead_idle_connection_is_replaced(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    if site.is_sqlite:
        return  # an embedded database has no connection to lose
    with site.app.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.remove()
        run_on_server(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'wfsite%' AND state = 'idle'"
        )
        with pytest.raises(Exception, match=r"terminat|closed|connection"):
            db.session.execute(text("SELECT 1"))
        db.session.rollback()
        db.session.execute(text("SELECT 1"))
        db.session.remove()
        run_on_server(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'wfsite%' AND state = 'idle'"
        )
        monkeypatch.setattr(engine_module, "_ASKED_AFTER_SECONDS", 0)
        assert db.session.execute(text("SELECT 1")).scalar() == 1
        db.session.remove()
