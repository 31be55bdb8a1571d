"""A long list cut into pages, numbered from 1."""

from typing import NamedTuple


class Page(NamedTuple):
    """Which page of how many is shown, and how many rows come before it."""

    number: int
    pages: int
    skip: int


def page_of(total: int, *, asked: int, size: int) -> Page:
    """The page that was `asked` for of `total` rows, `size` on each; one past the end is the last."""
    pages = max(1, -(-total // size))
    number = min(asked, pages)
    return Page(number, pages, (number - 1) * size)
