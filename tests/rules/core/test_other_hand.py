"""Who changed something first, as the reader is told: a colleague by name, oneself as oneself."""

from datetime import UTC, datetime, timedelta

import pytest

from wfsite.core.actor import Actor
from wfsite.core.errors import OtherHand

NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
READER = Actor(7, "Priya Nair", "priya@example.org", None, None, frozenset())


def told(person_id: int | None, name: str | None, at: datetime | None = NOW) -> OtherHand:
    return OtherHand.of(person_id, name=name, changed_at=at, told_to=READER, at=NOW)


def test_a_colleague_is_named() -> None:
    hand = told(8, "Helen Marsh")
    assert hand.changed("this") == "Helen Marsh changed this at 2:30pm"
    assert (hand.theirs, hand.keep) == ("Theirs", "Keep theirs")


def test_ones_own_other_tab_is_oneself() -> None:
    hand = told(7, "Priya Nair")
    assert hand.changed("this") == "You changed this in another tab at 2:30pm"
    assert (hand.theirs, hand.keep) == ("In your other tab", "Keep the other tab’s")


@pytest.mark.parametrize("name", ["", None])
def test_only_whoever_nobody_recorded_is_somebody(name: str | None) -> None:
    assert told(None, name).changed("this") == "Somebody changed this at 2:30pm"
    assert told(None, name, None).changed("this") == "Somebody changed this"


def test_a_change_made_on_the_command_line_begins_its_sentence() -> None:
    assert told(None, "the command line").changed("this") == "The command line changed this at 2:30pm"


def test_another_day_is_named() -> None:
    assert told(8, "Helen Marsh", NOW - timedelta(days=1)).aside == " on 9 March 2026 at 2:30pm"
    late = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)  # after midnight in London: the day is London's
    hand = OtherHand.of(8, name="H", changed_at=late, told_to=READER, at=late + timedelta(hours=1))
    assert hand.aside == " at 12:30am"
