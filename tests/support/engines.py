"""The two databases of the tests: each built once with the small demo world, put back after a test that wrote."""

import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import UpdateBase, event

from bench.postgres import Postgres
from wfsite.app import create_app
from wfsite.cli import make_migratable
from wfsite.config import Settings, default_boxes
from wfsite.db.base import Base
from wfsite.demo.people import COUNCIL_NAME, HELP
from wfsite.demo.world import build
from wfsite.extensions import db
from wfsite.surveys.box import store

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
    def boxes(self) -> Path:
        """Where the site's ballot boxes lie."""
        found: Path = self.app.extensions["settings"].boxes
        return found

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def settings_for(url: str, instance: Path, **more: object) -> Settings:
    """Settings of a demo site for tests."""
    values = {
        "secret_key": "for tests only, " * 3,
        "council_name": COUNCIL_NAME,
        "help": HELP,
        "demo": True,
        "testing": True,
        "boxes": default_boxes(instance),
    }
    default_boxes(instance).mkdir(mode=0o700, exist_ok=True)
    return Settings(instance=instance, database_url=url, **{**values, **more})  # type: ignore[arg-type]


def migrate_and_build(app: Flask, scale: int = 1) -> None:
    """An empty database becomes the demo world, by the migrations that a council runs."""
    make_migratable(app)
    with app.app_context():
        upgrade()
        build(scale=scale, at=NOW)
        db.session.remove()


# A PostgreSQL server of this process's own; it goes when the process ends.
_own_postgres = cache(Postgres)


def postgres_url(name: str) -> str:
    """The address of database `name`: on the server of TEST_DATABASE_URL, or on one started for this run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    return _own_postgres().url(name)


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
        event.listen(db.engine, "before_execute", refuse_unseen_write)
        db.engine.dispose()
    store.let_go_of_all()
    shutil.copytree(site.boxes, folder / "pristine-boxes")
    if engine == "sqlite":
        _copy(folder / "site.db", folder / "pristine.db")
    else:
        run_on_server(
            f"DROP DATABASE IF EXISTS {name}_pristine WITH (FORCE)",
            f"CREATE DATABASE {name}_pristine TEMPLATE {name}",
        )
    return site


def refuse_unseen_write(_connection: object, statement: object, *_: object) -> None:
    """Raise where an audited table is written past the ORM: the history would know nothing of it."""
    if not isinstance(statement, UpdateBase) or not statement.is_dml:
        return
    written = getattr(statement.table, "name", "")  # a join, which has none, is never written
    audited = {m.class_.__tablename__ for m in Base.registry.mappers if m.class_.__audited__}
    if written in audited and not db.session()._flushing and _is_by_the_site():
        raise AssertionError(f"{written} is audited: write it through the ORM, or its history has a hole")


def _is_by_the_site() -> bool:
    """Whether the site's own code asked for what the database does now, not a test that sets something up."""
    frame: FrameType | None = sys._getframe(1)
    while frame and ("sqlalchemy" in frame.f_code.co_filename or frame.f_code.co_filename == __file__):
        frame = frame.f_back
    return frame is not None and "/wfsite/" in frame.f_code.co_filename


def put_back(site: Site) -> None:
    """Restore what the last test changed, if it changed anything."""
    site.clock.at = NOW
    put_boxes_back(site)
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
    site.dirty = False


def put_boxes_back(site: Site) -> None:
    """Ballot boxes are written without the database noticing, so they are put back for every test that wrote one."""
    pristine = site.instance / "pristine-boxes"
    if _stamps(site.boxes) == _stamps(pristine):
        return
    store.let_go_of_all()
    shutil.rmtree(site.boxes, ignore_errors=True)
    shutil.copytree(pristine, site.boxes)


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file's size and time; SQLite's own working files aside, unless they hold something."""
    found = {}
    for file in folder.rglob("*"):
        stat = file.stat()
        if file.is_file() and not file.name.endswith("-shm") and not (file.name.endswith("-wal") and not stat.st_size):
            found[str(file.relative_to(folder))] = (stat.st_size, stat.st_mtime_ns)
    return found


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as a, sqlite3.connect(target) as b:
        a.backup(b)
    a.close()
    b.close()


def make_empty_app(site: Site, folder: Path, *, migrated: bool = False) -> Flask:
    """An app on an empty database of the same engine as `site`, with its tables where it is `migrated`."""
    if site.is_sqlite:
        url = f"sqlite:///{folder / 'empty.db'}"
    else:
        name = f"wfsite_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_empty"
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        url = sqlalchemy_url(postgres_url(name))
    app = create_app(settings_for(url, folder), clock=FrozenClock())
    make_migratable(app)
    if migrated:
        with app.app_context():
            upgrade()
    return app
