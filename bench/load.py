"""A plain keep-alive HTTP client; its own CPU is not counted."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlencode

from bench.server import Server


@dataclass(frozen=True)
class Call:
    """One request, ready to be sent."""

    method: str
    path: str
    cookie: str
    form: tuple[tuple[str, str], ...] = ()
    htmx: bool = False
    is_limit: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """As a browser would send them; a limit gets the cookie where no guard looks, for reading a sign-in costs."""
        found = {"X-Limit-Cookie" if self.is_limit else "Cookie": self.cookie, "Accept-Encoding": "gzip"}
        if self.method == "POST":
            found["Content-Type"] = "application/x-www-form-urlencoded"
        return found | ({"HX-Request": "true"} if self.htmx else {})


@dataclass(frozen=True)
class Measured:
    """What one run of calls took."""

    count: int
    cpu_ms: float
    p50: float
    p95: float
    p99: float
    bytes: int
    per_second: float


def run(server: Server, calls: Iterator[Call], *, count: int, expect: int) -> Measured:
    """Send `count` calls one after another; every answer must have the status `expect`."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    times, size = [], 0
    before, began = server.cpu_seconds(), perf_counter()
    for _ in range(count):
        call = next(calls)
        start = perf_counter()
        size = _send(connection, call, expect)
        times.append((perf_counter() - start) * 1000)
    seconds = perf_counter() - began
    cpu = server.cpu_seconds() - before
    times.sort()
    pick: Callable[[float], float] = lambda share: times[min(len(times) - 1, int(len(times) * share))]  # noqa: E731
    return Measured(count, cpu * 1000 / count, pick(0.5), pick(0.95), pick(0.99), size, count / seconds)


def crowd(server: Server, call: Call, *, clients: int, seconds: float) -> float:
    """Answers per second when `clients` ask for the same page for `seconds`."""
    counts = [0] * clients
    end = perf_counter() + seconds

    def ask(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        while perf_counter() < end:
            _send(connection, call, 200)
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _send(connection: HTTPConnection, call: Call, expect: int) -> int:
    body = urlencode(call.form) if call.method == "POST" else None
    connection.request(call.method, call.path, body, call.headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != expect:
        raise SystemExit(f"{call.method} {call.path}: {answer.status}, not {expect}\n{content[:500]!r}")
    return len(content)
