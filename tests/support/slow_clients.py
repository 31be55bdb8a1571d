"""What others wait for while somebody holds connections, and what is said on a raw socket."""

import socket
from contextlib import closing
from http.client import HTTPConnection
from time import perf_counter

import psutil

from bench.server import Server, tree

# What others are promised while somebody holds connections: an answer within seconds, on the busiest test machine.
PATIENCE = 4.0


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
