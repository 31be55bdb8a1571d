"""The site behind granian's RSGI interface: who sends slowly holds a connection, never the thread that answers.

A request reaches the site when it has arrived whole (`bodies`), and is answered on the loop's own thread, one at a
time, as measured best. Only views that wait for a child process (`waiting`) get threads of their own.
"""

import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from wfsite.web.bodies import Bodies, Refused
from wfsite.web.headers import SecureHeaders
from wfsite.web.waiting import methods_that_wait

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian._granian import RSGIHTTPProtocol
    from granian.rsgi import Scope

log = logging.getLogger("wfsite.server")

_THREADS, _QUEUE = 2, 8
_WORDS = {
    400: "This did not arrive whole. Nothing was saved. Go back and send it again.\n",
    408: "This took too long to arrive. Nothing was saved. Go back and send it again.\n",
    413: "This is too big to send. Nothing was saved. Go back and send a smaller file.\n",
    503: "The site is busy. Nothing was saved. Wait a minute, then go back and send it again.\n",
}

Answer = tuple[int, list[tuple[str, str]], bytes]


class Site:
    """What granian calls for every request to `app`."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._is_https = app.extensions["settings"].is_https
        self._bodies = Bodies()
        self._threads = ThreadPoolExecutor(_THREADS, "waiting")
        self._apart = 0
        self._waiting = {name: found for name, view in app.view_functions.items() if (found := methods_that_wait(view))}
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in self._waiting]
        # All that other requests pay to be told apart: one look at how the path begins.
        self._waiting_starts = tuple({rule.rule.partition("<")[0] for rule in rules})

    async def __rsgi__(self, scope: "Scope", protocol: "RSGIHTTPProtocol") -> None:
        """Answer one request."""
        environ = environ_of(scope)
        declared = environ.get("CONTENT_LENGTH")
        try:
            if environ.pop("HTTP_TRANSFER_ENCODING", "") or declared not in (None, "0"):
                body, length = await self._bodies.read(protocol, declared)
                environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(length)}
            answer = await self._answered_apart(environ) if self._waits(environ) else answered(self._app, environ)
        except Refused as refused:
            log.warning("refused", extra={"status": refused.status})
            answer = self._refusal(environ, refused.status)
        protocol.response_bytes(*answer)

    def _waits(self, environ: "WSGIEnvironment") -> bool:
        """Whether the view that will answer waits for a child process."""
        if not environ["PATH_INFO"].startswith(self._waiting_starts):
            return False
        try:
            endpoint = self._app.url_map.bind_to_environ(environ).match()[0]
            return environ["REQUEST_METHOD"] in self._waiting.get(endpoint, ())
        except HTTPException:  # no such page, or not by this method
            return False

    async def _answered_apart(self, environ: "WSGIEnvironment") -> Answer:
        """The answer from a thread of its own. Raises `Refused` when too many wait already."""
        if self._apart >= _THREADS + _QUEUE:
            raise Refused(503)
        self._apart += 1
        try:
            environ["wsgi.multithread"] = True
            return await asyncio.get_running_loop().run_in_executor(self._threads, answered, self._app, environ)
        finally:
            self._apart -= 1

    def _refusal(self, environ: "WSGIEnvironment", status: int) -> Answer:
        headers = {"Cache-Control": "no-store", "Connection": "close"} | (
            {"Retry-After": "60"} if status == 503 else {}
        )
        return answered(SecureHeaders(Response(_WORDS[status], status, headers), https=self._is_https), environ)


def answered(app: "WSGIApplication", environ: "WSGIEnvironment") -> Answer:
    """The whole answer of a WSGI application: status, headers, body."""
    said: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        said[:] = int(status[:3]), headers

    parts = app(environ, start)  # type: ignore[arg-type]
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return said[0], said[1], body


def environ_of(scope: "Scope") -> "WSGIEnvironment":
    """The request as WSGI puts it, so far without a body."""
    server, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "HTTP_HOST": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # it would pass for the header with hyphens, which a proxy vouches for
        key = _key(name)
        earlier = environ.get(key)
        environ[key] = f"{earlier}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if earlier else value
    if scope.authority:  # an absolute address outranks the Host header
        environ["HTTP_HOST"] = scope.authority
    return environ


@lru_cache(256)
def _key(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
