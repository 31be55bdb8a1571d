"""Where a person goes after signing in: always to a page of this site, else home.

A header may say which page somebody was on. It decides nothing: what it names is looked up among the site's own pages,
and the page asks for its permission like any other.
"""

import re
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException

from wfsite.web.access import stamp_of


def endpoint_of(path: str) -> str:
    """The page of this site at a path; "" for anything else, and for another site's address."""
    if not re.match(r"/(?![/\\])[^\s\\]*\Z", path):
        return ""
    try:
        return str(current_app.url_map.bind("").match(urlsplit(path).path, method="GET")[0])
    except (HTTPException, ValueError):
        return ""


def address_here() -> str:
    """The address that was asked for, as a path of this site."""
    return request.full_path.rstrip("?")


def way_back() -> str:
    """The page to come back to after signing in: the one that the request was sent from, else its own, else ""."""
    return page_before() or (request.path if endpoint_of(request.path) else "")


def answers_a_form() -> bool:
    """Whether the page being drawn answers a form, at an address that can also be asked for afresh."""
    return request.method == "POST" and bool(endpoint_of(request.path))


def page_before() -> str:
    """The page that the request was sent from, when it was one that asks for a sign-in; else ""."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    if came_from.netloc.casefold() != request.host.casefold():
        return ""
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    stamp = stamp_of(endpoint) if (endpoint := endpoint_of(path)) else None
    return path if stamp and stamp.permission else ""


def init_app(app: Flask) -> None:
    """Let the layout say what kind of answer a page is."""
    app.jinja_env.globals["answers_a_form"] = answers_a_form
