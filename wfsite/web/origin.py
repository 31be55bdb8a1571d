"""Changes come from this site's own pages: where a browser says who sent a form, anybody else is refused."""

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.wrappers import Response

from wfsite.db.engine import SAFE_METHODS
from wfsite.web.errors import error_page


def refuse_other_sites() -> Response | None:
    """Before each unsafe request: 403 when the browser says that another site sent it.

    It stands before the CSRF token, not in its place: old browsers say nothing.
    """
    if request.method in SAFE_METHODS or not _from_elsewhere():
        return None
    return error_page(
        403,
        title="This was sent from another site",
        advice="Nothing was changed. Open the page on this site and use its form.",
    )


def _from_elsewhere() -> bool:
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.casefold() != request.host.casefold()
    except ValueError:
        return True


def init_app(app: Flask) -> None:
    """Look before anything else does."""
    app.before_request(refuse_other_sites)
