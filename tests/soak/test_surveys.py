"""The long campaigns of the ballot box; `make soak` runs them."""

from random import Random

import pytest

from tests.rules.questions.test_figure_rules import campaign
from tests.support.kill_campaign import killed_openings, killed_tallies
from tests.support.parallel import parallel_posts
from tests.support.published import leaks

pytestmark = pytest.mark.soak


def test_fifty_parallel_posts_for_each_of_a_hundred_people(site):
    assert parallel_posts(site, voters=100, posts=50, threads=50) == {303: 100, 200: 4900}


@pytest.mark.usefixtures("context")
def test_a_tally_killed_at_every_line(site):
    kills = killed_tallies(site, voters=12, choose=lambda steps: range(1, steps + 1))
    assert kills > 60


@pytest.mark.usefixtures("context")
def test_an_opening_killed_at_every_line(site):
    left = killed_openings(site, choose=lambda steps: range(1, steps + 1))
    assert left == {"draft", "draft, waits", "open, waits", "open, in its place"}


@pytest.mark.parametrize("seed", range(3))
def test_an_attacker_against_ten_thousand_surveys(seed):
    found_naive, found_ours = campaign(10_000, seed=seed)
    assert found_naive > 5000
    assert found_ours == 0


def test_an_attacker_with_every_page_and_export(site):
    chance, small, shown = Random(2026), 0, 0
    for _ in range(40):
        found_small, found_shown, leaked = leaks(site, chance)
        assert leaked == []
        small, shown = small + found_small, shown + found_shown
    assert small > 40
    assert shown > 40
