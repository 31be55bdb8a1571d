"""People who never finish: what they send, or do not read. Used under `make bench` and by the tests of the server."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.server import Server

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
            found.append(stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5)))
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


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4096 <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
