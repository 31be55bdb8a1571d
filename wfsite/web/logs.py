"""One JSON line per request: id, route, status, duration, who by number. Of survey pages none, unless they fail.

The instant of a line is enough to set it beside others that say who was on the site then, or beside a ballot.
"""

import logging
import secrets
import sys
from pathlib import Path
from time import perf_counter
from traceback import walk_tb

from flask import Flask, g, request
from pythonjsonlogger.json import JsonFormatter
from werkzeug.wrappers import Response

from wfsite.web.access import actor_or_none

log = logging.getLogger("wfsite.request")


def _start() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = perf_counter()


def is_survey_page() -> bool:
    """Whether the address asked for is one of the surveys', also where no page answers to it."""
    return request.path == "/surveys" or request.path.startswith("/surveys/")


def _finish(response: Response) -> Response:
    if not is_survey_page():
        log.info("request", extra=_about(response))
    elif response.status_code >= 500:
        log.error("a survey page failed", extra={"status": response.status_code})
    return response


def _about(response: Response) -> dict[str, object]:
    actor = actor_or_none()
    return {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else "",
        "status": response.status_code,
        "request_id": g.get("request_id", ""),
        "person": actor.person_id if actor else None,
        "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
    }


def fault(error: BaseException) -> None:
    """Log what nobody foresaw, with its trace; of a survey page only the kind and the place.

    Its words could hold an answer, and its trace whether somebody looked or sent.
    """
    if is_survey_page():
        log.error("fault", extra={"problem": type(error).__name__, "where": _place(error)})
    else:
        log.error("unexpected", exc_info=error, extra={"request_id": g.get("request_id", "")})


def _place(error: BaseException) -> str:
    """The file and line that raised an error."""
    places = [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in walk_tb(error.__traceback__)]
    return places[-1] if places else ""


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
