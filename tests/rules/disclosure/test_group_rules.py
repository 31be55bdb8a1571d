"""Whether anything may be told of a group."""

import pytest

from wfsite.disclosure.group_rules import may_be_told


@pytest.mark.parametrize(
    ("answered", "sure", "told"),
    [
        (0, 0, False),
        (9, 9, False),
        (10, 10, True),
        # Forty answers, of which somebody planted thirty-one: take them away, and nine are left.
        (40, 9, False),
        # One planted answer beside fifteen: taken away, it shows what a table of fifteen would have masked.
        (16, 15, False),
        (21, 20, True),
    ],
)
def test_enough_of_whom_it_is_sure(answered, sure, told):
    assert may_be_told(answered, sure=sure, threshold=10) is told


def test_a_threshold_over_twenty_is_for_those_of_whom_it_is_sure():
    assert not may_be_told(40, sure=22, threshold=25)
    assert may_be_told(40, sure=25, threshold=25)
