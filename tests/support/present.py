"""What a test knows to be there, said so that the type checker knows it too."""

from typing import TypeVar

_T = TypeVar("_T")


def the(found: _T | None) -> _T:
    """What was found; a test that finds nothing here fails."""
    assert found is not None, "there is nothing here"
    return found
