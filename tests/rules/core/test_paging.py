"""A long list cut into pages."""

import pytest

from wfsite.core.paging import Page, page_of


@pytest.mark.parametrize(
    ("total", "asked", "shown"),
    [
        (0, 1, Page(1, 1, 0)),
        (25, 1, Page(1, 1, 0)),
        (26, 2, Page(2, 2, 25)),
        (26, 10**6, Page(2, 2, 25)),
        (75, 2, Page(2, 3, 25)),
    ],
)
def test_the_page_asked_for_or_the_last(total: int, asked: int, shown: Page) -> None:
    assert page_of(total, asked=asked, size=25) == shown
