"""The one commit point: unsafe requests that succeed are kept, everything else is rolled back."""

import logging
from collections.abc import Callable

from flask import Flask, current_app, g, request
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from wfsite.db.engine import SAFE_METHODS
from wfsite.extensions import db

log = logging.getLogger("wfsite")


def keep_despite_refusal() -> None:
    """Commit even though the answer is an error: for the count of wrong passwords, and nothing else."""
    g.keep_despite_refusal = True


def let_go() -> None:
    """Give up what this request did so far: its lock before slow work, or a half-done write before a fresh read."""
    db.session.rollback()


def after_commit(act: Callable[[], object]) -> None:
    """Do `act` once what this request wrote is kept. It must be repeatable by other means: a kill may prevent it."""
    g.setdefault("after_commit", []).append(act)


def finish(response: Response) -> Response:
    """Commit or roll back before the answer leaves, so that a success that is seen is a success that is kept."""
    if not db.session.registry.has():
        return response
    if request.method not in SAFE_METHODS and (response.status_code < 400 or g.get("keep_despite_refusal")):
        try:
            db.session.commit()
        except DBAPIError as error:
            # Flask would answer what fails this late with a plain 500: it goes the way of every other error instead.
            return current_app.make_response(current_app.handle_user_exception(error))
        for act in g.pop("after_commit", ()):
            _attempt(act)
    else:
        db.session.rollback()
    return response


def _attempt(act: Callable[[], object]) -> None:
    """Run what was put off until the commit; its failure no longer changes the answer."""
    try:
        act()
    except Exception:
        db.session.rollback()
        log.exception("after commit")


def init_app(app: Flask) -> None:
    """Finish every request."""
    app.after_request(finish)
