"""What is said of a survey while it is open."""

import pytest

from wfsite.surveys.rules import coarse_rate


@pytest.mark.parametrize(
    ("responded", "invited", "words"),
    [
        (0, 200, "Fewer than 10 answers so far"),
        (9, 12, "Fewer than 10 answers so far"),
        # No step may be narrower than the threshold, or two looks at the page would tell who answered in between.
        (10, 12, "10 or more answers so far"),
        (12, 12, "10 or more answers so far"),
        (10, 20, "About 50% have answered"),
        (14, 20, "About 50% have answered"),
        (30, 100, "About 30% have answered"),
        (34, 100, "About 30% have answered"),
        (10, 5000, "Under 5% have answered"),
        (79, 200, "About 40% have answered"),
        (75, 200, "About 40% have answered"),
        (74, 200, "About 35% have answered"),
        (200, 200, "About 100% have answered"),
    ],
)
def test_the_response_while_open_is_coarse(responded, invited, words):
    assert coarse_rate(responded, invited, 10) == words


@pytest.mark.parametrize("invited", [*range(10, 60), 99, 100, 101, 150, 199, 200, 201, 999, 5000])
def test_no_two_looks_at_the_response_tell_one_answer(invited):
    said = [coarse_rate(responded, invited, 10) for responded in range(invited + 1)]
    # The two ends are half a step wide: whoever sees them learns that nobody, or nearly everybody, has answered.
    lengths = [said.count(words) for words in dict.fromkeys(said)]
    assert all(length >= 9 for length in lengths[:1] + lengths[2:-1]), lengths
