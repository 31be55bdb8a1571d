"""A tally that is killed loses nothing and doubles nothing; the long campaign kills it at every line."""

import pytest

from tests.support.kill_campaign import killed_tallies

pytestmark = pytest.mark.usefixtures("context")


def test_killed_at_some_steps(site):
    kills = killed_tallies(site, voters=12, choose=lambda steps: range(2, steps + 1, max(1, steps // 6)))
    assert kills >= 6
