"""Rules of revised dates: what may be proposed, what a decision needs, whose day counts."""

from datetime import date

import pytest

from wfsite.core.errors import RuleBroken
from wfsite.core.periods import Timescale, TimescaleKind, month_from_boxes
from wfsite.core.rag import Rag
from wfsite.steering.plans.date_rules import (
    DateStep,
    TypedDate,
    checked_decision,
    checked_proposal,
    same_date,
    waits,
)
from wfsite.steering.plans.rules import NOT_UPDATED, OVERDUE, TO_DECIDE, Attention, overdue_words

ON = date(2026, 3, 10)
MONTH, RANGE, ONGOING = TimescaleKind.MONTH, TimescaleKind.RANGE, TimescaleKind.ONGOING


def _refused(typed: TypedDate, on: date = ON) -> dict[str, str]:
    with pytest.raises(RuleBroken) as refused:
        checked_proposal(typed, on=on)
    return refused.value.messages


@pytest.mark.parametrize(
    ("typed", "timescale"),
    [
        (TypedDate(MONTH, ("4", "2026"), ("6", "2026"), "Late"), Timescale(MONTH, None, date(2026, 6, 30))),
        (TypedDate(MONTH, ("rubbish", ""), (" June ", "2026"), "Late"), Timescale(MONTH, None, date(2026, 6, 30))),
        (
            TypedDate(RANGE, ("4", "2025"), ("Sep", "2026"), "Late"),
            Timescale(RANGE, date(2025, 4, 1), date(2026, 9, 30)),
        ),
        (TypedDate(ONGOING, ("", ""), ("2", "2028"), "Late"), Timescale(ONGOING, None, date(2028, 2, 29))),
        (TypedDate(MONTH, ("", ""), ("3", "2026"), "Late"), Timescale(MONTH, None, date(2026, 3, 31))),
    ],
)
def test_the_three_kinds_of_date(typed: TypedDate, timescale: Timescale) -> None:
    assert checked_proposal(typed, on=ON).timescale == timescale


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (("", ""), "Enter the month and its year"),
        (("", "2026"), "“By the end of which month?” needs a month too, like 6 2026"),
        (("6", " "), "“By the end of which month?” needs a year too, like 6 2026"),
        (("13", "2026"), "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026"),
        (("0", "2026"), "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026"),
        (("٦", "2026"), "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026"),
        (("6", "26"), "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026"),
        (("6/2026", "2026"), "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026"),
        (
            ("x" * 5000, "9" * 5000),
            "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026",
        ),
        (("2", "2026"), "February 2026 has passed. Enter this month or a later one"),
        (("6", "2062"), "June 2062 is more than 10 years away. Check the year"),
    ],
)
def test_a_date_that_is_none_is_said(last: tuple[str, str], says: str) -> None:
    assert says in _refused(TypedDate(MONTH, last=last, reason="Late"))["last"]


def test_the_month_that_ends_today_has_not_passed() -> None:
    typed = TypedDate(MONTH, last=("3", "2026"), reason="Late")
    assert checked_proposal(typed, on=date(2026, 3, 31)).timescale.due_on == date(2026, 3, 31)
    assert "March 2026 has passed" in _refused(typed, on=date(2026, 4, 1))["last"]


def test_a_range_begins_before_it_ends() -> None:
    assert "must not come after" in _refused(TypedDate(RANGE, ("7", "2026"), ("6", "2026"), "Late"))["first"]
    assert _refused(TypedDate(RANGE, ("", ""), ("6", "2026"), "Late"))["first"] == "Enter the first month"


def test_every_fault_is_said_at_once() -> None:
    assert _refused(TypedDate()) == {
        "kind": "Select what kind of date it is",
        "last": "Enter the month and its year",
        "reason": "Say why the date has to change",
    }
    assert "1,000 characters or fewer" in _refused(TypedDate(MONTH, last=("6", "2026"), reason="x" * 1001))["reason"]


def test_a_proposal_that_changes_nothing_is_refused() -> None:
    june = Timescale(MONTH, None, date(2026, 6, 30))
    with pytest.raises(RuleBroken, match="June 2026 is the date that the action has now"):
        same_date(june, june)
    same_date(june, Timescale(ONGOING, None, date(2026, 6, 30)))


def test_declining_needs_a_reason_and_agreeing_does_not() -> None:
    assert checked_decision(DateStep.AGREED, "") == ""
    for step, reason, field in (
        (DateStep.DECLINED, " \u00a0", "reason"),
        (None, "", "step"),
        (DateStep.PROPOSED, "", "step"),
        (DateStep.AGREED, "a\x00b", "reason"),
    ):
        with pytest.raises(RuleBroken) as refused:
            checked_decision(step, reason)
        assert set(refused.value.messages) == {field}


def test_finished_work_waits_for_no_decision() -> None:
    assert waits(DateStep.PROPOSED, Rag.RED)
    assert not any(waits(DateStep.PROPOSED, rag) for rag in Rag if rag.is_finished)
    assert not any(waits(step, Rag.RED) for step in (None, DateStep.AGREED, DateStep.DECLINED))


def test_the_words_of_what_is_watched() -> None:
    assert overdue_words(date(2026, 3, 31)) == "Overdue since 31 March 2026"
    assert [words for words, _, _ in Attention(1, 2, 3).lines] == [OVERDUE, NOT_UPDATED, TO_DECIDE]
    assert [words for words, _, _ in Attention(1, 2, 0).lines] == [OVERDUE, NOT_UPDATED]


def test_both_boxes_of_a_month_are_one_answer() -> None:
    assert month_from_boxes(" ", "", "X") is None
    assert month_from_boxes("sept", "2026", "X") == date(2026, 9, 1)
