"""The app under measurement: the site itself, plus the limits that its requests are held against.

The limit of a page is the same template rendered from objects that were loaded once, without sign-in and SQL;
the limit of a POST is a POST that does nothing. Both run on the same server with the same settings.
"""

from typing import Any

from flask import Flask, Response, g, render_template, request, template_rendered
from flask.sessions import SessionMixin
from flask_login import current_user

from wfsite.extensions import csrf
from wfsite.web.access import public
from wsgi import app as app  # bench.rsgi and granian load it from here

_seen: dict[str, tuple[str, dict[str, Any], Any, str]] = {}


def add_limits(app: Flask) -> None:
    """Add `/bench/limit` (GET: `?path=`, and the cookie of who asks in a header of its own) and `/bench/empty`."""

    @app.get("/bench/limit")
    @public("benchmark")
    def limit() -> str:
        path = request.args["path"]
        if path not in _seen:
            _seen[path] = _capture(app, path)
        template, context, actor, token = _seen[path]
        g._login_user, g.csrf_token = actor, token
        return render_template(template, **context)

    @app.post("/bench/empty")
    @public("benchmark")
    @csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF ships no types
    def empty() -> Response:
        return Response(status=204)


def _capture(app: Flask, path: str) -> tuple[str, dict[str, Any], Any, str]:
    """Run the real page once and keep what its template was given."""
    found: list[tuple[str, dict[str, Any]]] = []

    def keep(sender: Flask, template: Any, context: dict[str, Any], **more: Any) -> None:
        found.append((template.name, dict(context)))

    cookie = request.headers["X-Limit-Cookie"]
    g.pop("_login_user", None)  # the page's request shares `g` with this one, whose guard found nobody
    headers = {"Cookie": cookie} | ({"HX-Request": "true"} if "HX-Request" in request.headers else {})
    with template_rendered.connected_to(keep, app), app.test_client(use_cookies=False) as client:
        client.get(path, headers=headers)
        actor = current_user._get_current_object()
        token = g.get("csrf_token") or ""
    template, context = found[-1]
    # What Flask gives every template belongs to the request, not to the page.
    context = {k: v for k, v in context.items() if k not in ("g", "request", "current_user")}
    if isinstance(context.get("session"), SessionMixin):
        del context["session"]
    return template, context, actor, token


add_limits(app)
