"""One JSON line per request: id, route, status, duration, who by number. Survey routes: route and status only."""

import logging
import secrets
import sys
from time import perf_counter

from flask import Flask, g, request
from pythonjsonlogger.json import JsonFormatter
from werkzeug.wrappers import Response

from wfsite.web.access import actor_or_none

log = logging.getLogger("wfsite.request")


def _start() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    line: dict[str, object] = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else "",
        "status": response.status_code,
    }
    if request.blueprint != "surveys":
        # Who asked for a survey page, when it took how long, could be set beside a ballot: it is not written.
        actor = actor_or_none()
        line |= {
            "request_id": g.get("request_id", ""),
            "person": actor.person_id if actor else None,
            "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
        }
    log.info("request", extra=line)
    return response


def init_app(app: Flask) -> None:
    """Log to standard error; tests and benchmarks stay quiet unless they ask."""
    app.before_request(_start)
    app.after_request(_finish)
    if app.testing:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("wfsite")
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    root.propagate = False
