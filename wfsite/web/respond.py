"""One URL, two answers: the whole page, or for htmx the part of it that changed. All HX-* headers live here."""

import json
from typing import Any

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response


def is_htmx() -> bool:
    """Whether htmx asked for a fragment; the only HX-* header that anything is decided by."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def page(template: str, *, status: int = 200, **data: Any) -> Response:
    """A rendered template with a status."""
    response = make_response(render_template(template, **data), status)
    response.vary.add("HX-Request")
    return response


def page_or_part(whole: str, part: str, *, status: int = 200, **data: Any) -> Response:
    """`part` for an htmx request, `whole` (which includes the same part) for any other."""
    return page(part if is_htmx() else whole, status=status, **data)


def retry_after(response: Response, seconds: int) -> Response:
    """Say when it is worth trying again."""
    response.headers["Retry-After"] = str(seconds)
    return response


def see(url: str) -> Response:
    """After a change: go and look (303); htmx is told in its own header."""
    return hx_redirect(url) if is_htmx() else redirect(url, 303)


def nothing_new() -> Response:
    """Tell htmx, which asked whether something changed, to leave the page as it is."""
    return make_response("", 204)


def hx_redirect(url: str) -> Response:
    """Tell htmx to load `url` as a whole page; a 302 would paste that page into the fragment."""
    response = make_response("", 200)
    response.headers["HX-Redirect"] = url
    return response


def hx_whole(response: Response) -> Response:
    """Let htmx put a whole page in place of the one that asked, and begin reading at its top."""
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML show:top"
    return hx_event(response, **{"focus-on": "main"})


def hx_event(response: Response, **events: str) -> Response:
    """Let htmx fire `events` after the swap; values are escaped to ASCII as headers need."""
    response.headers["HX-Trigger-After-Settle"] = json.dumps(events, ensure_ascii=True)
    return response


def hx_retarget(response: Response, selector: str) -> Response:
    """Let htmx replace what `selector` finds, whatever the element asked for."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = "outerHTML"
    return response
