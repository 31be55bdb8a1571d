"""The one commit point: unsafe requests that succeed are kept, everything else is rolled back."""

from flask import Flask, g, request
from werkzeug.wrappers import Response

from wfsite.db.engine import SAFE_METHODS
from wfsite.extensions import db


def keep_despite_refusal() -> None:
    """Commit even though the answer is an error: for the count of wrong passwords, and nothing else."""
    g.keep_despite_refusal = True


def let_go() -> None:
    """Give up what this request did so far: its lock before slow work, or a half-done write before a fresh read."""
    db.session.rollback()


def finish(response: Response) -> Response:
    """Commit or roll back before the answer leaves, so that a success that is seen is a success that is kept."""
    if not db.session.registry.has():
        return response
    if request.method not in SAFE_METHODS and (response.status_code < 400 or g.get("keep_despite_refusal")):
        db.session.commit()
    else:
        db.session.rollback()
    return response


def init_app(app: Flask) -> None:
    """Finish every request."""
    app.after_request(finish)
