"""`make bench HEAVY=1`: what others wait while strangers hold connections and four large workbooks are read at once.

Two people read the plan, each answer on a new connection. Their p99 is set beside the idle one of the same server, and
the whole beside the server of the first release (granian by WSGI, one thread a worker).
"""

import io
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from time import perf_counter

from openpyxl import Workbook
from sqlalchemy import func, select

from bench.cases import account
from bench.load import Call, crowd, run
from bench.people import SignedIn
from bench.server import FIRST_RELEASE, Server, served
from bench.slow_clients import UNFINISHED_BODY, UNFINISHED_HEADERS, held, reading_nothing
from bench.world import built
from wfsite.extensions import db
from wfsite.steering.plans.models import Plan

_SECONDS = 4.0
_PATIENCE = 5.0
_LINE = "{:<42}{:>9}{:>9}{:>9}{:>12}{:>10}"


@dataclass
class _Others:
    """What two people met who only wanted to read."""

    times: list[float] = field(default_factory=list)
    unanswered: int = 0

    def at(self, share: float) -> float:
        """The time in ms that this share of the answers did not exceed."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


_SERVERS = (
    ("as served now", "bench.rsgi:site", ()),
    ("as the first release was served", "bench.wsgi:app", FIRST_RELEASE),
)


def heavy() -> None:
    """Print it for the server as it is and for the first release's, on one small world."""
    with tempfile.TemporaryDirectory(prefix="wfsite-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        url = f"sqlite:///{folder / 'wfsite.db'}"
        app = built(url, folder, 1)
        with app.app_context():
            who = account(app, "secretary")
            year = db.session.scalars(select(func.max(Plan.year))).one()
            db.session.remove()
            db.engine.dispose()
        plan = Call("GET", f"/steering/plan?year={year}", who.cookie)
        servers = {
            name: stack.enter_context(served(url, folder, target=target, more=more)) for name, target, more in _SERVERS
        }
        _costs(servers, plan)
        for name, server in servers.items():
            print(f"\n{name}")
            _scenarios(server, plan, who, year)


def _costs(servers: dict[str, Server], plan: Call) -> None:
    """CPU of a page, and pages a second to sixteen people: the servers take turns, and the middle round is printed."""
    for server in servers.values():
        run(server, iter([plan] * 60), count=60, expect=200)
    cpu: dict[str, list[float]] = {name: [] for name in servers}
    speed: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(5):
        for name, server in servers.items():
            cpu[name].append(run(server, iter([plan] * 150), count=150, expect=200).cpu_ms)
            speed[name].append(crowd(server, plan, clients=16, seconds=1.5))
    for name in servers:
        print(f"{name}: plan page {median(cpu[name]):.2f} ms CPU, {median(speed[name]):.0f} a second to 16 people")


def _scenarios(server: Server, plan: Call, who: SignedIn, year: int) -> None:
    print(_LINE.format("meanwhile", "answers", "p50 ms", "p99 ms", "p99 / idle", "MB"))
    idle = 0.0
    bodies = lambda: held(server, UNFINISHED_BODY, 200)  # noqa: E731
    headers = lambda: held(server, UNFINISHED_HEADERS, 50)  # noqa: E731
    readers = lambda: reading_nothing(server, "/static/vendor/govuk.css", 50)  # noqa: E731
    workbook = _workbook()
    uploads = lambda: _uploading(server, who, year, workbook)  # noqa: E731
    kinds: Sequence[tuple[str, Sequence[Callable[[], AbstractContextManager[object]]]]] = (
        ("nothing", (nullcontext,)),
        ("200 unfinished bodies", (bodies,)),
        ("50 unfinished headers", (headers,)),
        ("50 who read no answer", (readers,)),
        ("4 workbooks of 5,000 rows, again and again", (uploads,)),
        ("all of it", (bodies, headers, readers, uploads)),
    )
    for name, begun in kinds:
        with ExitStack() as stack:
            for begin in begun:
                stack.enter_context(begin())
            others, memory = _read(server, plan), server.memory_mb()
        if not others.times:
            print(f"{name:<42} no answer: {others.unanswered} waited {_PATIENCE:.0f} seconds in vain", flush=True)
            continue
        idle = idle or others.at(0.99)
        middle, slowest = f"{others.at(0.5):.1f}", f"{others.at(0.99):.1f}"
        unanswered = f" ({others.unanswered} in vain)" if others.unanswered else ""
        ratio = f"{others.at(0.99) / idle:.1f}"
        print(_LINE.format(name, len(others.times), middle, slowest, ratio, f"{memory:.0f}") + unanswered, flush=True)


def _read(server: Server, plan: Call) -> _Others:
    """Two people who read the plan for some seconds."""
    others = _Others()
    end = perf_counter() + _SECONDS

    def ask() -> None:
        while (began := perf_counter()) < end:
            try:
                with closing(HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)) as connection:
                    connection.request("GET", plan.path, headers=plan.headers)
                    assert connection.getresponse().read()
            except (OSError, HTTPException):
                others.unanswered += 1
            else:
                others.times.append(perf_counter() - began)

    _together([ask, ask])
    return others


@contextmanager
def _uploading(server: Server, who: SignedIn, year: int, workbook: bytes) -> Iterator[None]:
    """Four people who send a large workbook to the plan's import, again as soon as it is read."""
    boundary = "workbook-of-the-bench"
    parts = [(f'name="{name}"', value) for name, value in (("csrf_token", who.token), ("target", str(year)))]
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n".encode() for name, value in parts
    )
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="plan.xlsx"\r\n\r\n'.encode()
    body += workbook + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Cookie": who.cookie, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    ended = threading.Event()
    statuses: list[int] = []

    def send() -> None:
        while not ended.is_set():
            try:
                with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
                    connection.request("POST", "/steering/plan/import", body, headers)
                    statuses.append(connection.getresponse().status)
            except (OSError, HTTPException):
                statuses.append(0)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join()
    counted = ", ".join(f"{statuses.count(status)} × {status or 'no answer'}" for status in sorted(set(statuses)))
    print(f"  (workbooks answered: {counted})")


def _workbook() -> bytes:
    """As large as the site takes: 5,000 rows of 30 columns."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in range(5_000):
        sheet.append([f"Words of row {row}, column {column}" for column in range(30)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _together(acts: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
