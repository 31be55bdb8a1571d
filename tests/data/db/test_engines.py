"""The two engines are set as the site promises, and a test's writes do not reach the next."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.engines import Site, settings_for
from tests.support.present import the
from wfsite.app import create_app
from wfsite.extensions import db
from wfsite.people.models import Profession

pytestmark = pytest.mark.usefixtures("context")


@pytest.mark.only("sqlite")
def test_sqlite_is_durable_and_strict(site: Site) -> None:
    values = {
        name: db.session.execute(text(f"PRAGMA {name}")).scalar()
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete", "trusted_schema")
    }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
        "secure_delete": 1,
        "trusted_schema": 0,
    }


@pytest.mark.only("sqlite")
def test_a_new_database_and_its_log_are_for_the_owner_only(site: Site, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        app = create_app(settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path))
        with app.app_context():
            db.create_all()
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("new.db*")}
            db.session.remove()
            db.engine.dispose()
    finally:
        os.umask(before)
    assert modes["new.db"] == 0o600
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("turn", [1, 2])
def test_writes_are_put_back(turn: int) -> None:
    assert db.session.query(Profession).filter_by(name="Astronaut").count() == 0
    db.session.add(Profession(name="Astronaut"))
    db.session.commit()


def test_an_audited_change_leaves_an_event_without_secrets() -> None:
    from wfsite.audit.models import AuditEvent
    from wfsite.people.models import Person

    person = db.session.query(Person).filter_by(email="staff@demo.example").one()
    person.name, person.password_hash = "Somebody Else", "x"
    db.session.flush()
    event = the(db.session.query(AuditEvent).order_by(AuditEvent.id.desc()).first())
    assert (event.verb, event.subject, event.subject_id) == ("changed", "person", str(person.id))
    assert event.changes == {"name": ["Amara Bello", "Somebody Else"], "password_hash": ["…", "…"]}
