"""A group never comes to report to itself, through whatever groups."""

import pytest

from wfsite.groups.rules import reports_to_itself

# 3 reports to 2, which reports to 1; 4 to both 2 and 3.
PARENTS = {3: (2,), 2: (1,), 4: (2, 3)}


@pytest.mark.parametrize(
    ("group", "wanted", "circle"),
    [
        (1, (), False),
        (1, (2,), True),
        (1, (4,), True),
        (1, (1,), True),
        (4, (1, 2, 3), False),
        (2, (1, 4), True),
        (5, (4,), False),
    ],
)
def test_a_circle_is_seen(group, wanted, circle):
    assert reports_to_itself(group, wanted, PARENTS) == circle


def test_a_circle_that_is_there_already_ends_the_search():
    assert not reports_to_itself(9, (1,), {1: (2,), 2: (1,)})
