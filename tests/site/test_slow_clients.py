"""Nobody holds a worker: with no proxy in front, others are answered whatever strangers send, or fail to send."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event
from time import perf_counter

import psutil
import pytest

from bench.server import FIRST_RELEASE, Server, served
from bench.slow_clients import NOT_A_WORD, UNFINISHED_BODY, UNFINISHED_HEADERS, held, reading_nothing
from tests.support.engines import settings_for
from tests.support.slow_clients import PATIENCE, exchange, heard, slowest_answer, workers_listening
from wfsite.app import create_app
from wfsite.extensions import db

# One worker of the test run starts the two servers, once.
pytestmark = pytest.mark.xdist_group("slow-clients")
_SHOWN_OUT_WITHIN = 10 + PATIENCE
_FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@contextmanager
def _started(folder: Path, target: str, *more: str) -> Iterator[Server]:
    url = f"sqlite:///{folder / 'site.db'}"
    app = create_app(settings_for(url, folder))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    with served(url, folder, target=target, more=more) as server:
        _until_two_workers_listen(server)
        yield server


def _until_two_workers_listen(server: Server) -> None:
    patience = Event()
    for _ in range(200):
        if len(workers_listening(server)) == 2:
            return
        patience.wait(0.1)
    raise AssertionError("two workers were to listen")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site as `make run` serves it, and two views that last as long as a test wants."""
    with _started(tmp_path_factory.mktemp("server"), "tests.support.waiting_site:site") as found:
        yield found


@pytest.fixture(scope="module")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same site as the first release was served: what these tests must be able to stop."""
    with _started(tmp_path_factory.mktemp("first"), "wsgi:app", *FIRST_RELEASE) as found:
        yield found


@pytest.fixture(scope="module")
def early(server: Server) -> Iterator[tuple[float, dict[str, list[socket.socket]]]]:
    """Some who fall silent before the other tests begin, and since when: the last test sees how they ended."""
    kinds = {"body": UNFINISHED_BODY, "headers": UNFINISHED_HEADERS, "nothing": NOT_A_WORD}
    with ExitStack() as stack:
        yield perf_counter(), {kind: stack.enter_context(held(server, sent, 4)) for kind, sent in kinds.items()}


def test_two_hundred_unfinished_bodies(server: Server, early: tuple[float, dict[str, list[socket.socket]]]) -> None:
    with held(server, UNFINISHED_BODY, 200):
        assert slowest_answer(server) < PATIENCE


def test_fifty_unfinished_headers(server: Server, early: tuple[float, dict[str, list[socket.socket]]]) -> None:
    with held(server, UNFINISHED_HEADERS, 50):
        assert slowest_answer(server) < PATIENCE


def test_twelve_hundred_who_say_nothing(server: Server, early: tuple[float, dict[str, list[socket.socket]]]) -> None:
    with held(server, NOT_A_WORD, 1200):
        assert slowest_answer(server) < PATIENCE


def test_fifty_who_do_not_read_what_they_asked_for(
    server: Server, early: tuple[float, dict[str, list[socket.socket]]]
) -> None:
    with reading_nothing(server, "/static/vendor/govuk.css", 50):
        assert slowest_answer(server) < PATIENCE


def test_a_body_too_large_for_any_view_is_refused_by_the_site_itself(server: Server) -> None:
    size = 6 * 1024 * 1024
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n"
    answer = exchange(server, head % (server.port, _FORM, size) + b"a" * size)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"That is too big to send" in answer


def test_a_body_cut_short_never_reaches_the_site(server: Server) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port + _FORM
    for sent in (
        head + b"Content-Length: 50\r\n\r\nemail=somebody",
        head + b"Transfer-Encoding: chunked\r\n\r\n32\r\nemail=somebody",
        head + b"Transfer-Encoding: chunked\r\n\r\ne\r\nemail=somebody\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = heard(connection, PATIENCE)
        assert b"This did not arrive whole" in answer, sent
    whole = exchange(server, head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")
    assert b"This did not arrive whole" not in whole
    assert b"govuk-template" in whole


def test_large_bodies_that_never_end_shut_out_one_another_and_nobody_else(server: Server) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port + _FORM
    refused = 0
    with held(server, head + b"Content-Length: 5242880\r\n\r\n", 16) as connections:
        for connection in connections:
            with suppress(ConnectionError):  # of one that is turned away while it sends
                connection.sendall(b"a" * 5_000_000)
        for _ in range(10):
            form = exchange(server, head + b"Content-Length: 7\r\nConnection: close\r\n\r\nemail=a")
            assert b"govuk-template" in form
        for connection in connections:
            connection.setblocking(False)
            with suppress(BlockingIOError):
                refused += _is_turned_away(connection)
    # 32 MB a worker are six of these.
    assert refused >= 4


def _is_turned_away(connection: socket.socket) -> bool:
    try:
        return connection.recv(20).startswith(b"HTTP/1.1 503")
    except ConnectionError:
        return True


_ODD = {
    "HEAD": b"HEAD /sign-in HTTP/1.1\r\nHost: %(host)s\r\n",
    "a range": b"GET /static/vendor/govuk.css HTTP/1.1\r\nHost: %(host)s\r\nRange: bytes=5-20\r\n",
    "HTTP/1.0": b"GET /sign-in HTTP/1.0\r\nHost: %(host)s\r\n",
    "no host": b"GET /sign-in HTTP/1.0\r\n",
    "two hosts": b"GET /sign-in HTTP/1.1\r\nHost: %(host)s\r\nHost: elsewhere.example\r\n",
    "bad escapes": b"GET /a%%zz%%e9%%c3%%a9%%00?q=%%zz HTTP/1.1\r\nHost: %(host)s\r\n",
    "escaped slash": b"GET /surveys%%2f1 HTTP/1.1\r\nHost: %(host)s\r\n",
    "trailing slash": b"GET /sign-in/ HTTP/1.1\r\nHost: %(host)s\r\n",
    "double slash": b"GET //elsewhere.example/sign-in HTTP/1.1\r\nHost: %(host)s\r\n",
    "header beyond ASCII": b"GET /sign-in HTTP/1.1\r\nHost: %(host)s\r\nX-Name: caf\xe9\r\n",
    "headers twice": b"GET /sign-in HTTP/1.1\r\nHost: %(host)s\r\nAccept: text/html\r\nAccept: */*\r\n",
    "cookies in two headers": b"GET / HTTP/1.1\r\nHost: %(host)s\r\nCookie: a=1\r\nCookie: wfsite=nobody\r\n",
    "large header": b"GET /sign-in HTTP/1.1\r\nHost: %(host)s\r\nX-Large: " + b"a" * 100_000 + b"\r\n",
    "OPTIONS *": b"OPTIONS * HTTP/1.1\r\nHost: %(host)s\r\n",
    "unknown method": b"GRAB /sign-in HTTP/1.1\r\nHost: %(host)s\r\n",
    "not modified": b"GET /static/site.css HTTP/1.1\r\nHost: %(host)s\r\nIf-None-Match: *\r\n",
    "empty POST": b"POST /sign-in HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 0\r\n",
    "a GET with a body": b"GET /sign-in HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 2\r\n\r\nab",
    "no chunks": b"POST /sign-in HTTP/1.1\r\nHost: %(host)s\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": b"POST /sign-in HTTP/1.1\r\nHost: %(host)s\r\n" + _FORM + b"Content-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n7\r\nemail=a\r\n0\r\n\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "waits to be asked": b"POST /sign-in HTTP/1.1\r\nHost: %(host)s\r\n" + _FORM + b"Expect: 100-continue\r\n"
    b"Content-Length: 7\r\n\r\nemail=a",
}  # fmt: skip


@pytest.mark.parametrize("name", _ODD)
def test_an_odd_request_is_answered_as_through_wsgi(server: Server, first_release: Server, name: str) -> None:
    answers = [_settled(exchange(each, _closing(_ODD[name], each))) for each in (server, first_release)]
    assert answers[0] == answers[1]


def _closing(request: bytes, server: Server) -> bytes:
    head, _, body = (request % {b"host": b"127.0.0.1:%d" % server.port}).partition(b"\r\n\r\n")
    return head.removesuffix(b"\r\n") + b"\r\nConnection: close\r\n\r\n" + body


def _settled(answer: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Status, headers in order of their names, body: without what differs from one answer to the next."""
    head, _, body = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    kept = [h for h in headers if not h.startswith((b"date:", b"set-cookie:", b"allow:"))]
    return status, sorted(kept), re.sub(rb'value="[\w.-]{60,}"', b"", body)


def test_the_authority_of_an_absolute_address_outranks_the_host(server: Server) -> None:
    own = b"127.0.0.1:%d" % server.port
    for authority, host, status in ((own, b"elsewhere.example", b"200"), (b"elsewhere.example", own, b"400")):
        request = b"GET http://%s/sign-in HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (authority, host)
        assert exchange(server, request).split()[1] == status


def test_a_header_with_an_underscore_does_not_pass_for_another(server: Server) -> None:
    request = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept_Encoding: gzip\r\nConnection: close\r\n\r\n"
    assert b"content-encoding" not in exchange(server, request % server.port)
    assert b"content-encoding" in exchange(server, request.replace(b"t_E", b"t-E") % server.port)


_PATH = b"GET /test/%s/%d?while=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"


@contextmanager
def _lasting(server: Server, kind: bytes, number: int, file: Path) -> Iterator[list[socket.socket]]:
    """`number` requests that are answered when `file` is gone."""
    file.touch()
    with ExitStack() as stack:
        requests = (_PATH % (kind, n, str(file).encode(), server.port) for n in range(number))
        yield [stack.enter_context(held(server, request, 1))[0] for request in requests]
        file.unlink(missing_ok=True)


def test_who_waits_for_a_child_process_holds_nobody_up_and_too_many_are_told_so(server: Server, tmp_path: Path) -> None:
    with _lasting(server, b"waits", 40, tmp_path / "wait") as connections:
        assert slowest_answer(server) < PATIENCE
        (tmp_path / "wait").unlink()
        statuses = [heard(connection, PATIENCE * 3).split()[1] for connection in connections]
    # Each of two workers lets two run and eight wait.
    assert set(statuses) == {b"200", b"503"}
    assert statuses.count(b"200") <= 20


def test_a_view_that_does_not_say_that_it_waits_would_hold_everybody_up(server: Server, tmp_path: Path) -> None:
    with _lasting(server, b"blocks", 8, tmp_path / "block"), pytest.raises(TimeoutError):
        slowest_answer(server, patience=1.0)


def test_four_unfinished_bodies_stop_the_first_release(first_release: Server) -> None:
    assert slowest_answer(first_release) < PATIENCE
    with held(first_release, UNFINISHED_BODY, 4), pytest.raises(TimeoutError):
        slowest_answer(first_release, patience=1.0)


def test_those_who_fall_silent_are_shown_out(
    server: Server, early: tuple[float, dict[str, list[socket.socket]]]
) -> None:
    began, kinds = early
    for kind, connections in kinds.items():
        for connection in connections:
            ending = heard(connection, max(began + _SHOWN_OUT_WITHIN - perf_counter(), 0.1))
            if kind == "body":
                assert ending.startswith(b"HTTP/1.1 408 ")
                assert b"connection: close" in ending and b"content-security-policy" in ending
                assert b"This took too long to arrive. Nothing was saved." in ending


def test_a_worker_that_is_killed_is_replaced_and_the_other_answers_meanwhile(server: Server) -> None:
    killed = workers_listening(server)[0]
    killed.kill()
    psutil.wait_procs([killed], timeout=PATIENCE)
    assert slowest_answer(server) < PATIENCE
    _until_two_workers_listen(server)
    assert killed.pid not in [worker.pid for worker in workers_listening(server)]
    assert slowest_answer(server) < PATIENCE
