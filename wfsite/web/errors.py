"""Every error as a page in plain words, and as a sentence for htmx. No codes, no traces, no blame."""

import logging
from typing import Any, cast

from flask import Flask, current_app, g, make_response, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from wfsite.core.apart import TooHeavy
from wfsite.core.errors import Busy, Conflict, Missing, NotAllowed, RuleBroken, TooMany
from wfsite.extensions import db, login_manager
from wfsite.web.access import actor_or_none, stamp_of
from wfsite.web.form_tokens import drawn_for
from wfsite.web.going_back import address_here, endpoint_of, page_before
from wfsite.web.kept_forms import KeptForm, opened, posted_fields, send_again, waiting
from wfsite.web.logs import fault
from wfsite.web.respond import hx_whole, is_htmx, page, retry_after

log = logging.getLogger("wfsite")

# title, what to do
_WORDS: dict[int, tuple[str, str]] = {
    400: ("The site could not read that request", "Go back, reload the page and try again."),
    403: (
        "You do not have access to this page",
        "If you need it for your work, you need a role that opens it. Ask {whom_to_ask}.",
    ),
    404: (
        "Page not found",
        "If you typed the address, check it. If you followed a link, what it led to may have been removed, "
        "or it may not be open to you.",
    ),
    405: ("That cannot be done here", "Go back and use the buttons on the page."),
    409: ("This was changed first", "Go back, reload the page and look at what changed."),
    413: ("That is too big to send", "Send a smaller file or a shorter text."),
    415: ("The site cannot read that kind of content", "Use the form on the page to send it."),
    422: ("There is a problem", "Go back and check what you entered."),
    429: ("Too many attempts", "Wait a little, then try again."),
    500: ("Sorry, there is a problem with the service", "Try again in a few minutes. The problem has been logged."),
    503: ("Sorry, the service is busy", "Nothing was saved. Wait a moment, then send it again."),
}

_LESS = "Choose CSV in place of Excel or Word, or use the filters of the page to ask for less."


def error_page(status: int, *, title: str = "", advice: str = "") -> Response:
    """The page for `status`, or for htmx one sentence that the page's live region speaks."""
    words = _WORDS.get(status, _WORDS[500 if status >= 500 else 400])
    whom = current_app.extensions["settings"].whom_to_ask
    title, advice = title or words[0], advice or words[1].replace("{whom_to_ask}", whom)
    _settle_who()
    if is_htmx():
        return page("errors/_problem.html", status=status, title=title, advice=advice)
    return page("errors/error.html", status=status, title=title, advice=advice)


def _settle_who() -> None:
    """Where the database cannot say who asks, the page is drawn for nobody: asking again would fail again."""
    try:
        actor_or_none()
    except DBAPIError:
        db.session.rollback()
        g._login_user = login_manager.anonymous_user()


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(original := getattr(error, "original_exception", None), DBAPIError):
        return _database_error(original)
    if isinstance(error, SecurityError):
        # A name that the site does not answer to: there is nothing to build links with, and nobody to show them to.
        return make_response("This site does not answer to that name.\n", 400, {"Content-Type": "text/plain"})
    if status < 400:
        return error.get_response()
    response = error_page(status)
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _expired_form(error: CSRFError) -> Response:
    """A form whose token is no longer good: shown again with everything typed, to check and send once more."""
    stamp = stamp_of(request.endpoint or "")
    if stamp is not None and stamp.permission is None:
        return _expired_public_form()
    actor, owner, fields = actor_or_none(), drawn_for(), posted_fields()
    if actor and owner not in (None, actor.person_id):
        # Somebody else has signed in here since: it is not theirs to send.
        return cast(Response, current_app.extensions["sign_in_first"]())
    if actor is None or not fields:
        return error_page(400, title="This page was open for too long", advice="Reload the page and try again.")
    # Another site's form does not get this far: see web/origin.py.
    form = KeptForm(actor.person_id, address_here(), fields)
    response = send_again(form, back=page_before(), status=409 if is_htmx() else 400)
    return hx_whole(response) if is_htmx() else response


def _expired_public_form() -> Response:
    """Somebody signed in or out in another tab: the page afresh. Without a cookie no form can ever be sent."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return error_page(
            400,
            title="Your browser did not send this site’s cookie",
            advice="Go back, reload the page and try again. If this page comes back, allow cookies for this site in "
            "your browser’s settings: the site uses them only to know that you have signed in.",
        )
    if waiting():
        return _waiting_form_again()
    if request.form.get("csrf_token") and not is_htmx():
        values = {**(request.view_args or {}), "next": request.form.get("next") or None}
        return redirect(url_for(request.endpoint or "", **values), 303)
    return error_page(400, title="This page was open for too long", advice="Reload the page and try again.")


def _waiting_form_again() -> Response:
    """A sign-in page that held a form, left open while its person signed in (and out) in another tab."""
    actor = actor_or_none()
    form = opened(waiting(), person_id=actor.person_id) if actor else None
    if form:
        back = request.form.get("next", "")
        return send_again(form, back=back if endpoint_of(back) else "", status=400)
    return cast(Response, current_app.extensions["sign_in_first"]())


def _database_error(error: DBAPIError) -> Response:
    """A database that is locked, full, gone or too slow is a 503; anything else is a fault of ours."""
    db.session.rollback()
    if "_login_user" not in g:  # it was the question who asks that failed
        g._login_user = login_manager.anonymous_user()
    busy = isinstance(error, OperationalError) or error.connection_invalidated
    log.error("database", extra={"problem": type(error.orig).__name__, "busy": busy})
    if _is_a_race(error):
        return error_page(409)
    return retry_after(error_page(503), 5) if busy else error_page(500)


def _is_a_race(error: DBAPIError) -> bool:
    """Whether somebody else added the very same thing a moment before, after this request had looked for it."""
    names = (type(error.orig).__name__, getattr(error.orig, "sqlite_errorname", ""))
    return any(name in ("UniqueViolation", "SQLITE_CONSTRAINT_UNIQUE") for name in names)


def _unexpected(error: Exception) -> Response:
    fault(error)
    return error_page(500)


def init_app(app: Flask) -> None:
    """Register a handler for everything that can go wrong."""
    handlers: dict[Any, Any] = {
        HTTPException: _http_error,
        CSRFError: _expired_form,
        DBAPIError: _database_error,
        Missing: lambda e: error_page(404),
        NotAllowed: lambda e: error_page(403),
        RuleBroken: lambda e: error_page(422, advice=str(e)),
        Conflict: lambda e: error_page(409, advice=e.message),
        TooMany: _too_many,
        Busy: lambda e: retry_after(error_page(503, advice=e.message), e.seconds),
        TooHeavy: lambda e: error_page(422, title="That is too much to make at once", advice=_LESS),
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)
    if not app.testing:
        app.register_error_handler(Exception, _unexpected)
    # Flask's own line names the address, and the address of a password link is a secret.
    app.log_exception = lambda exc_info: fault(exc_info[1] or Exception())  # type: ignore[method-assign]


def _too_many(error: TooMany) -> Response:
    return retry_after(error_page(429, advice=error.message), error.seconds)
