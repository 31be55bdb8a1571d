"""Views that take a file say how large it may be; every other body stays within the site's limit."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_PAPER = 10 * 1024 * 1024
# The form around the file.
ENVELOPE = 64 * 1024


def takes_a_file(view: View) -> View:
    """Let a view's request be as large as a spreadsheet may be."""
    view.takes_bytes = LARGEST_FILE  # type: ignore[attr-defined]
    return view


def takes_a_paper(view: View) -> View:
    """Let a view's request be as large as a paper may be, with its pictures."""
    view.takes_bytes = LARGEST_PAPER  # type: ignore[attr-defined]
    return view


def _raise_limit() -> None:
    """Before the token is looked for in the form; the guard has refused strangers by then."""
    largest = getattr(current_app.view_functions.get(request.endpoint or ""), "takes_bytes", 0)
    if largest:
        request.max_content_length = largest + ENVELOPE


def init_app(app: Flask) -> None:
    """Call after the guard and before the check of tokens."""
    app.before_request(_raise_limit)
