"""Views that wait for a child process."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def waits(view: View) -> View:
    """Mark a view that waits for a child process: the server answers others meanwhile."""
    view.waits = True  # type: ignore[attr-defined]
    return view
