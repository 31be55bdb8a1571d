"""A PostgreSQL server of one test's own, with the demo world in it, which the test may kill and start again."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from flask import Flask

from bench.postgres import Postgres
from bench.server import tree
from tests.support.engines import FrozenClock, migrate_and_build, settings_for, sqlalchemy_url
from wfsite.app import create_app
from wfsite.extensions import db


class Cluster:
    """A server of its own; `kill` is the power cut, `start` what follows it."""

    def __init__(self) -> None:
        self._server = Postgres()
        self._killed: set[int] = set()
        self.url = sqlalchemy_url(self._server.url("postgres"))

    def kill(self) -> None:
        """SIGKILL to every process of the server."""
        processes = []
        for pid in tree(self._server.pid):
            with suppress(psutil.NoSuchProcess):  # one that ended by itself, or that its parent's end has ended
                processes.append(psutil.Process(pid))
                processes[-1].kill()
        self._killed = {process.pid for process in processes}
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Start the server again on what the disk holds, at the same address."""
        self._server.start_again()
        assert self._server.pid not in self._killed, "it was not down"
        assert sqlalchemy_url(self._server.url("postgres")) == self.url

    def end(self) -> None:
        """Delete the server and its folder."""
        self._server.end()


@contextmanager
def cluster_with_demo() -> Iterator[tuple[Cluster, Flask, Path]]:
    """A server with the demo world, an app on it, and the instance folder; gone afterwards."""
    cluster = Cluster()
    try:
        with tempfile.TemporaryDirectory(prefix="wfsite-kill-") as instance:
            app = create_app(settings_for(cluster.url, Path(instance)), clock=FrozenClock())
            migrate_and_build(app)
            yield cluster, app, Path(instance)
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    finally:
        cluster.end()
