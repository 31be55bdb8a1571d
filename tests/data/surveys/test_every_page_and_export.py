"""An attacker who reads every page, picture and export of every role learns nothing of fewer than ten answers."""

from random import Random

from tests.support.engines import Site
from tests.support.published import leaks, numbers_told


def test_nothing_small_is_published_anywhere(site: Site) -> None:
    chance, small, shown = Random(11), 0, 0
    for _ in range(3):
        found_small, found_shown, leaked = leaks(site, chance)
        assert leaked == []
        small, shown = small + found_small, shown + found_shown
    # Both kinds were there: questions to hide, and questions whose figures the finder does find.
    assert small >= 3
    assert shown >= 3


def test_the_finder_finds_what_a_careless_page_would_print() -> None:
    assert numbers_told(["3 of 7 agreed", "Not shown: fewer than 10 answers"]) == {"3", "7"}
    assert numbers_told(["Not shown: fewer than 10 answers", "Fewer than 10 of 30."]) == {"30."}
