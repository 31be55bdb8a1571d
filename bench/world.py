"""The demo world in a fresh database of either engine, for one run of measurements."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench.postgres import Postgres
from wfsite.app import create_app
from wfsite.config import Settings
from wfsite.core.clock import system_clock
from wfsite.demo.world import build, mark_as_demo
from wfsite.extensions import db


@contextmanager
def database(engine: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """A fresh database of `engine`: its address, and the process to count for it."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'wfsite.db'}", None
        return
    server = Postgres()
    try:
        yield server.url("postgres").replace("postgresql://", "postgresql+psycopg://", 1), server.pid
    finally:
        server.end()


def built(url: str, instance: Path, scale: int) -> Flask:
    """An app on the demo world, with the settings that a server started from this process will have."""
    os.environ |= {"WFSITE_INSTANCE": str(instance), "DATABASE_URL": url}
    mark_as_demo(instance)
    app = create_app(Settings.load())
    logging.getLogger("wfsite").setLevel(logging.ERROR)
    with app.app_context():
        db.create_all()
        build(scale=scale, at=system_clock())
        db.session.remove()
    return app
