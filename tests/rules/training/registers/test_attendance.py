"""What a register adds up to: the identity, the rates, and what may be recorded of whom and when."""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.present import the
from wfsite.core.errors import Conflict, RuleBroken
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState
from wfsite.training.registers.count_rules import Counts
from wfsite.training.registers.rules import act_or_none, check_closing, check_mark, check_open

START = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
PLACES = st.tuples(st.sampled_from(PlaceOrigin), st.sampled_from(PlaceState), st.sampled_from(Mark), st.integers(0, 40))

Places: TypeAlias = tuple[PlaceOrigin, PlaceState, Mark, int]


@given(st.lists(PLACES, max_size=30))
def test_registrations_are_the_sum_of_what_became_of_them(rows: list[Places]) -> None:
    c = Counts.of(rows)
    parts = c.cancelled_in_time + c.cancelled_late + c.attended + c.in_part + c.did_not_attend + c.unrecorded
    assert c.registrations == parts
    assert c.registrations == sum(n for origin, _, _, n in rows if origin is PlaceOrigin.BOOKED)
    assert c.apologies <= c.cancelled_late
    assert c.expected == c.attended + c.in_part + c.did_not_attend + c.unrecorded
    assert c.attendance().text in ("[z]",) or the(c.attendance().percent) <= 100


@given(st.lists(PLACES, max_size=20), st.lists(PLACES, max_size=20))
def test_a_year_is_the_sum_of_its_parts(one: list[Places], other: list[Places]) -> None:
    assert Counts.of(one) + Counts.of(other) == Counts.of([*one, *other])


@given(st.lists(PLACES, max_size=20), st.integers(1, 30))
def test_walk_ins_never_raise_the_attendance_of_those_who_booked(rows: list[Places], walk_ins: int) -> None:
    before = Counts.of(rows)
    after = Counts.of([*rows, (PlaceOrigin.WALK_IN, PlaceState.CONFIRMED, Mark.ATTENDED, walk_ins)])
    assert (after.attendance(), after.registrations) == (before.attendance(), before.registrations)
    assert after.attendees == before.attendees + walk_ins


def test_rates_as_printed() -> None:
    c = Counts(
        registrations=25,
        cancelled_in_time=2,
        cancelled_late=1,
        attended=18,
        in_part=1,
        did_not_attend=2,
        unrecorded=1,
        walk_ins=3,
        apologies=1,
    )
    assert (c.attendance().text, c.attendance().basis) == ("86.4%", "19 of 22")
    assert (c.non_attendance().text, c.non_attendance().basis) == ("9.1%", "2 of 22")
    assert (c.take_up(24).text, c.take_up(24).basis) == ("91.7%", "22 of 24")
    assert c.attendance(closed=False).text == c.take_up(24, closed=False).text == "[z]"
    assert Counts().attendance().text == "[z]"


def test_an_apology_is_a_late_cancellation_shown_apart() -> None:
    c = Counts.of([(PlaceOrigin.BOOKED, PlaceState.CONFIRMED, Mark.APOLOGY, 2)])
    assert (c.cancelled_late, c.apologies, c.expected) == (2, 2, 0)


def test_who_cancelled_and_came_is_both() -> None:
    c = Counts.of([(PlaceOrigin.BOOKED, PlaceState.CANCELLED_IN_TIME, Mark.ATTENDED, 1)])
    assert (c.registrations, c.cancelled_in_time, c.walk_ins, c.attended) == (1, 1, 1, 0)


def test_a_walk_in_cannot_have_stayed_away() -> None:
    assert check_mark(Mark.IN_PART, expected=False) is Mark.IN_PART
    for mark in (Mark.DID_NOT_ATTEND, Mark.APOLOGY, None):
        with pytest.raises(RuleBroken):
            check_mark(mark, expected=False)


@pytest.mark.parametrize(
    ("minutes", "cancelled", "closed", "allowed"),
    [(-61, False, False, False), (-60, False, False, True), (0, True, False, False), (0, False, True, False)],
)
def test_when_marks_may_be_set(minutes: int, cancelled: bool, closed: bool, allowed: bool) -> None:
    def check() -> None:
        check_open(starts_at=START, cancelled=cancelled, closed=closed, at=START + timedelta(minutes=minutes))

    if allowed:
        check()
    else:
        with pytest.raises(Conflict):
            check()


def test_a_register_is_not_closed_before_its_session_starts() -> None:
    check_closing(starts_at=START, cancelled=False, at=START)
    with pytest.raises(Conflict):
        check_closing(starts_at=START, cancelled=False, at=START - timedelta(minutes=1))


def test_only_keys_of_ours_name_an_act() -> None:
    assert act_or_none("IGOoY1DGs9Yp") == "IGOoY1DGs9Yp"
    for raw in ("", "short", "x" * 23, "with space", "' OR 1=1--", "٣" * 10):
        assert act_or_none(raw) is None
