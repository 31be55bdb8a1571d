"""Views that wait for a child process, and the desks where they wait."""

from collections.abc import Callable
from typing import Any, TypeVar

from wfsite.core.apart import Desk, Limits
from wfsite.web.transaction import let_go

View = TypeVar("View", bound=Callable[..., Any])

# openpyxl does without numpy, which would double the time that a child takes to start.
READING = Desk(busy="The site is reading other files. Try again in a minute", without=["numpy"])
# openpyxl packs by way of temporary files.
PACKING = Desk(
    busy="The site is making other files. Try again in a minute", without=["numpy"], limits=Limits(file=100 * 1024**2)
)
# The pictures of a page are asked for together, and loading what draws them takes ten times as long as a drawing: so
# who waits for the first waits as long as that may take. How many wait is the server's to bound (web/rsgi.py).
DRAWING = Desk(
    busy="The site is drawing other pictures. Try again in a few seconds",
    again_seconds=10,
    warm_seconds=10,
    limits=Limits(patience_seconds=Limits().seconds),
)


def waits(view: View) -> View:
    """Mark a view that waits for a child process: the server answers others meanwhile."""
    return _waiting(view, "GET", "HEAD", "POST")


def waits_once_sent(view: View) -> View:
    """Mark a view that waits for a child process when its form is sent, not while its page is asked for."""
    return _waiting(view, "POST")


def _waiting(view: View, *methods: str) -> View:
    view.waits = frozenset(methods)  # type: ignore[attr-defined]
    return view


def methods_that_wait(view: Callable[..., Any]) -> frozenset[str]:
    """By which methods a view waits for a child process."""
    return getattr(view, "waits", frozenset())


def done_apart(desk: Desk, function: str, *arguments: Any, **named: Any) -> bytes:
    """What a pure function makes of the arguments in a process of its own; see `Desk.run`.

    For views marked so. What they did in the database so far is given up: nobody waits for a lock meanwhile.
    """
    let_go()
    return desk.run(function, *arguments, **named)
