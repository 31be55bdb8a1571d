"""A tally that is killed loses nothing and doubles nothing; the long campaign kills it at every line."""

import pytest

from tests.support.kill_campaign import killed_tallies, killed_votes

pytestmark = pytest.mark.usefixtures("context")


def test_killed_at_some_steps(site):
    kills = killed_tallies(site, voters=12, choose=lambda steps: range(2, steps + 1, max(1, steps // 6)))
    assert kills >= 6


@pytest.mark.only("sqlite")  # a vote does not touch the site's database
def test_a_vote_that_is_killed_leaves_a_mark_and_a_ballot_or_neither(site):
    assert killed_votes(site, every=7) >= 10
