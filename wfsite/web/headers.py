"""The headers of every answer, errors included, and the compression of pages."""

import gzip
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.wrappers import Response

from wfsite.web.logs import is_survey_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A drawing carries its own styles; opened on its own it may still run nothing.
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # 'no-referrer' would break the CSRF check of every HTTPS post.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_SMALLEST_WORTH_COMPRESSING = 700


class SecureHeaders:
    """WSGI middleware: answers that never reach a view (static files, broken requests) carry them too."""

    def __init__(self, app: "WSGIApplication", *, https: bool) -> None:
        self.app = app
        self.headers = dict(_ALWAYS)
        if https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Add each header that the answer does not set itself."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            present = {name.lower() for name, _ in headers}
            headers.extend((name, value) for name, value in self.headers.items() if name.lower() not in present)
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        return self.app(environ, start)  # type: ignore[arg-type]


def finish(response: Response) -> Response:
    """Nothing that a view answers is kept by a browser, unless the view said otherwise; text is compressed."""
    response.headers.setdefault("Cache-Control", "no-store")
    if is_survey_page():
        # A proxy's usual log writes from which page each request came: it would say when somebody left a survey's.
        response.headers["Referrer-Policy"] = "strict-origin"
    if (
        response.mimetype in ("text/html", "image/svg+xml", "text/csv")
        and not response.is_streamed
        and not _asked_by_another_site()
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) >= _SMALLEST_WORTH_COMPRESSING
    ):
        # Level 1 costs 36 microseconds for 32 KB, level 6 three times that.
        response.set_data(gzip.compress(response.get_data(), compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _asked_by_another_site() -> bool:
    """Whether another site's page led here: it could watch what its words do to the size of a page with secrets."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("cross-site", "same-site")


def init_app(app: Flask) -> None:
    """Finish every answer of a view."""
    app.after_request(finish)


def wrap(app: Flask, *, https: bool) -> None:
    """Put the headers around everything else; call last, so that no answer leaves without them."""
    app.wsgi_app = SecureHeaders(app.wsgi_app, https=https)  # type: ignore[method-assign]
