"""What is told of the options of a group: never what everybody of a small one said."""

from hypothesis import given
from hypothesis import strategies as st

from wfsite.disclosure.option_rules import (
    FEW,
    MOST,
    mask_words,
    shown_together,
    stands_alone,
    told_apart,
    told_counts,
)

_COUNTS = st.lists(st.integers(0, 12), min_size=2, max_size=5).filter(lambda counts: 10 <= sum(counts) < 20)
_PARTS = (range(2), range(2, 3), range(3, 5))
_SPLITS = ([range(place, place + 1) for place in range(5)], _PARTS, (range(3), range(3, 5)))


@given(_COUNTS)
def test_nobody_learns_that_everybody_said_the_same(counts):
    answered = sum(counts)
    assert answered in counts or told_counts(counts, answered) == counts or MOST in told_counts(counts, answered)
    assert all(told not in (answered, answered - 1) for told in told_counts(counts, answered))


@given(_COUNTS)
def test_a_mask_fits_several_numbers(counts):
    told = told_counts(counts, sum(counts))
    assert told == counts or {*told} == {MOST, FEW}


@given(st.integers(10, 19), st.lists(st.integers(0, 10), min_size=1, max_size=4))
def test_of_several_neither_all_nor_none_is_told(answered, counts):
    assert not {0, 1, answered - 1, answered}.intersection(told_apart(counts, answered))


def test_twenty_may_say_the_same():
    assert told_counts([20, 0], 20) == told_apart([20, 0], 20) == [20, 0]


def test_the_words_of_a_mask():
    assert mask_words(MOST, 12) == "90% or more" and mask_words(FEW, 12) == "10% or less"
    assert mask_words(MOST, 7) == "80% or more" and mask_words(FEW, 7) == "20% or less"


def test_one_who_stands_alone_is_shown_with_the_nearest():
    assert stands_alone([9, 1]) and not stands_alone([9, 0, 3])
    assert shown_together([4, 3, 3, 0, 5], _SPLITS) == tuple(zip(_SPLITS[0], [4, 3, 3, 0, 5], strict=True))
    # Two agree strongly: with those who agree.
    assert shown_together([2, 4, 3, 0, 3], _SPLITS) == ((range(2), 6), (range(2, 3), 3), (range(3, 5), 3))
    assert shown_together([2, 4, 1, 0, 3], _SPLITS) == ((range(3), 7), (range(3, 5), 3))
    # Nine to one: only how many answered.
    assert shown_together([9, 0, 0, 0, 1], _SPLITS) == ((range(5), 10),)


@given(st.lists(st.integers(0, 8), min_size=5, max_size=5))
def test_nobody_is_lost_and_nobody_stands_alone(counts):
    found = shown_together(counts, _SPLITS)
    assert sum(number for _, number in found) == sum(counts)
    assert len(found) == 1 or not stands_alone([number for _, number in found])
