"""Changes come from this site's own pages: where a browser says who sent a form, anybody else is refused."""

from flask import Flask, current_app, request
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
    """Whether either header, where it was sent, names anybody but this site; "null" is nobody we know."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    scheme = "https" if current_app.extensions["settings"].is_https else "http"
    here = f"{scheme}://{request.host}".casefold()
    return request.headers.get("Origin", here).casefold() != here


def init_app(app: Flask) -> None:
    """Look before anything else does."""
    app.before_request(refuse_other_sites)
