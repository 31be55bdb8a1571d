"""A kill loses nothing and doubles nothing; the long campaign kills at every line."""

import pytest

from tests.support.engines import Site
from tests.support.kill_campaign import killed_openings, killed_tallies, killed_votes

pytestmark = pytest.mark.usefixtures("context")


def test_killed_at_some_steps(site: Site) -> None:
    kills = killed_tallies(site, voters=12, choose=lambda steps: range(2, steps + 1, max(1, steps // 6)))
    assert kills >= 6


@pytest.mark.only("sqlite")  # a vote does not touch the site's database
def test_a_vote_that_is_killed_leaves_a_mark_and_a_ballot_or_neither(site: Site) -> None:
    assert killed_votes(site, every=7) >= 10


def test_an_opening_that_is_killed_leaves_a_draft_or_an_open_survey(site: Site) -> None:
    """The last lines put the box into its place, after the commit."""
    left = killed_openings(
        site, choose=lambda steps: [*range(2, steps - 12, steps // 4), *range(steps - 9, steps + 1, 3)]
    )
    assert left == {"draft", "draft, waits", "open, waits", "open, in its place"}
