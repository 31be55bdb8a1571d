"""Rules of the plan: what Red and Amber need, years, places, staleness."""

from datetime import UTC, date, datetime

import pytest

from wfsite.core.errors import RuleBroken
from wfsite.core.rag import Rag
from wfsite.steering.plans.rules import (
    checked_update,
    is_stale,
    plan_year_of,
    position_of,
    status_counts,
    year_label,
)

SINCE = datetime(2026, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize("rag", [Rag.RED, Rag.AMBER])
def test_red_and_amber_need_a_reason_and_a_way_back(rag: Rag) -> None:
    with pytest.raises(RuleBroken) as refused:
        checked_update(rag, " \u00a0", "\u200b")
    assert refused.value.messages == {
        "note": f"Give the reason for the {rag.word} rating",
        "route_to_green": "Say how the action gets back to Green, and by when",
    }
    assert checked_update(rag, "late", "soon").note == "late"


@pytest.mark.parametrize("rag", [Rag.GREEN, Rag.COMPLETE, Rag.NOT_STARTED, Rag.NO_LONGER_REQUIRED])
def test_the_others_need_no_words_and_keep_no_way_back(rag: Rag) -> None:
    assert checked_update(rag, "", "left over from Amber").route_to_green == ""


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(RuleBroken) as refused:
        checked_update(None, "x" * 2001, "a\x00b")
    messages = refused.value.messages
    assert messages["rag"] == "Select a RAG status"
    assert "2,000 characters or fewer (you used 2,001)" in messages["note"]
    assert "can't be saved" in messages["route_to_green"]


def test_years_run_from_april() -> None:
    assert [plan_year_of(date(2026, 3, 31)), plan_year_of(date(2026, 4, 1))] == [2025, 2026]
    assert [year_label(2014), year_label(1999)] == ["2014/15", "1999/00"]


def test_sub_actions_stand_after_their_action() -> None:
    references = ["2.10", "2.3b", "2.3", "2.4", "2.3a"]
    assert sorted(references, key=position_of) == ["2.3", "2.3a", "2.3b", "2.4", "2.10"]


def test_stale_means_unfinished_and_silent_since_the_meeting() -> None:
    before, after = SINCE.replace(day=15), SINCE
    assert is_stale(Rag.GREEN, before, since=SINCE)
    assert is_stale(Rag.NOT_STARTED, None, since=SINCE)
    assert not is_stale(Rag.GREEN, after, since=SINCE)
    assert not is_stale(Rag.COMPLETE, before, since=SINCE)
    assert not is_stale(Rag.RED, before, since=None)


def test_counts_are_worst_first_without_empty_ones() -> None:
    assert status_counts([Rag.GREEN, Rag.RED, Rag.GREEN]) == ((Rag.RED, 1), (Rag.GREEN, 2))
