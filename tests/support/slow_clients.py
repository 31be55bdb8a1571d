"""People at raw sockets who never finish: what they send, and what others wait for meanwhile."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from time import perf_counter

import psutil

from bench.server import Server, tree

# What others are promised while somebody holds connections: an answer within seconds, on the busiest test machine.
PATIENCE = 4.0

UNFINISHED_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nemail=somebody"
)
UNFINISHED_HEADERS = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-More: "
NOT_A_WORD = b""


@contextmanager
def held(server: Server, sent: bytes, number: int) -> Iterator[list[socket.socket]]:
    """`number` connections on which `sent` was all that came."""
    _allow_many_connections()
    with ExitStack() as stack:
        found = []
        for _ in range(number):
            found.append(stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)))
            found[-1].sendall(sent % server.port if b"%d" in sent else sent)
        yield found


@contextmanager
def reading_nothing(server: Server, path: str, number: int) -> Iterator[None]:
    """`number` people who ask for `path` forty times over and read no answer."""
    request = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (path.encode(), server.port)
    with ExitStack() as stack:
        for _ in range(number):
            found = stack.enter_context(socket.socket())
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            found.connect(("127.0.0.1", server.port))
            found.sendall(request * 40)
        yield


def slowest_answer(server: Server, *, patience: float = PATIENCE) -> float:
    """The longest of twenty answers in seconds, each on a connection of its own, so that both workers are asked.

    Raises TimeoutError when one does not come within `patience`.
    """
    worst = 0.0
    for _ in range(20):
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=patience)) as connection:
            began = perf_counter()
            connection.request("GET", "/readyz")
            assert connection.getresponse().status == 200
            worst = max(worst, perf_counter() - began)
    return worst


def workers_listening(server: Server) -> list[psutil.Process]:
    """The workers that take connections at this moment."""
    found = []
    for pid in tree(server.pid)[1:]:
        try:
            process = psutil.Process(pid)
            if any(c.status == psutil.CONN_LISTEN for c in process.net_connections("tcp")):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def heard(connection: socket.socket, within: float) -> bytes:
    """Everything that is said on a connection until the other side closes it. Raises TimeoutError after `within`."""
    connection.settimeout(within)
    found = b""
    while more := connection.recv(65_536):
        found += more
    return found


def exchange(server: Server, request: bytes) -> bytes:
    """What comes back for these very bytes, up to the close that they must ask for."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        return heard(connection, PATIENCE)


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4096 <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
