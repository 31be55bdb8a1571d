"""Dated targets: judged on their date by the latest figure at or before it; conflicts are shown, not solved."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.steering.workforce.test_rules import DECEMBER, SOURCE
from tests.support.present import the
from wfsite.core.periods import add_months, month_end
from wfsite.steering.workforce.rules import Counts, Month
from wfsite.steering.workforce.target_rules import (
    HOW_JUDGED,
    Outcome,
    Target,
    conflicts,
    judged,
    judged_all,
    pair_judged,
)

SET_ON = date(2020, 3, 2)


def _target(due_on: date, value: str | int, source: str = "terms", pair: int | None = None, words: str = "") -> Target:
    return Target(due_on, Decimal(value), source, SET_ON, pair, words)


SEPTEMBER_2020 = _target(date(2020, 9, 30), 22, pair=24)
FEBRUARY_2021 = _target(date(2021, 2, 28), 15, pair=13, words="convert or replace a further 13 agency workers")
NINE = _target(date(2022, 2, 28), 9, pair=10)
TEN = _target(date(2022, 2, 28), "10.00", "report")
PAIRS = [SEPTEMBER_2020, FEBRUARY_2021, TEN, NINE]
BOARD = date(2021, 4, 19)


def test_missed_with_the_numbers() -> None:
    found = judged(FEBRUARY_2021, SOURCE, on=BOARD)
    assert found.outcome is Outcome.MISSED
    assert found.sentence == "21.08% in February 2021 (39 of 185): above 15%."


def test_the_figure_of_the_date_decides_not_a_later_one() -> None:
    target = _target(date(2020, 12, 31), "26.95")
    found = judged(target, SOURCE, on=BOARD)
    assert (found.outcome, found.month) == (Outcome.MET, DECEMBER.month)
    assert "within 26.95%" in found.sentence


def test_an_earlier_figure_decides_and_says_so() -> None:
    found = judged(FEBRUARY_2021, SOURCE[:2], on=BOARD)
    assert found.sentence == "20.00% in January 2021 (36 of 180), the latest figure before the date: above 15%."


def test_a_figure_older_than_the_month_and_the_grace_decides_nothing() -> None:
    found = judged(FEBRUARY_2021, SOURCE[:1], on=BOARD)
    assert found.outcome is Outcome.NO_FIGURE
    assert found.sentence == "No figure since December 2020 (26.94%, 52 of 193), which is too old to decide."


def test_the_unrounded_figure_decides() -> None:
    # 39 ÷ 185 is 21.0810…: printed 21.08, but more than 21.08.
    assert judged(_target(date(2021, 2, 28), "21.08"), SOURCE, on=BOARD).outcome is Outcome.MISSED


def test_not_due_before_its_date_and_due_on_it() -> None:
    assert judged(NINE, SOURCE, on=date(2022, 2, 27)).outcome is Outcome.NOT_DUE
    assert judged(NINE, SOURCE, on=date(2022, 2, 28)).outcome is Outcome.NO_FIGURE
    assert judged(FEBRUARY_2021, SOURCE, on=date(2021, 2, 28)).outcome is Outcome.MISSED


def test_no_figure() -> None:
    early = _target(date(2020, 9, 30), 22)
    found = judged(early, SOURCE, on=BOARD)
    assert found.outcome is Outcome.NO_FIGURE
    assert found.sentence == "There is no figure at or before September 2020."


@pytest.mark.parametrize(("days", "outcome"), [(45, Outcome.MISSED), (46, Outcome.NO_FIGURE)])
def test_the_grace_ends_on_its_day_and_is_printed(days: int, outcome: Outcome) -> None:
    due_on = SOURCE[-1].ends_on + timedelta(days=days)
    assert judged(_target(due_on, 15), SOURCE, on=BOARD).outcome is outcome
    assert "no more than a month and 14 days older" in HOW_JUDGED[0]


def _months(first: date, *counted: tuple[int | None, int | None] | None) -> list[Month]:
    """Months in a row with (conversions, replacements); None is a month that nobody gave."""
    return [
        Month(add_months(first, number), Counts(conversions=pair[0], replacements=pair[1]))
        for number, pair in enumerate(counted)
        if pair is not None
    ]


OCTOBER = date(2020, 10, 1)


def test_the_other_half_counts_what_was_converted_and_replaced_since_the_target_before() -> None:
    months = _months(date(2020, 9, 1), (9, 9), (1, 2), (2, 1), (1, 1), (2, 0), (1, 2), (9, 9))
    found = the(pair_judged(FEBRUARY_2021, PAIRS, months, on=BOARD))
    assert found.outcome is Outcome.MET
    assert found.wanted == "convert or replace a further 13 agency workers"
    assert found.sentence == "7 converted and 6 replaced over October 2020 to February 2021: 13 of 13."
    fewer = [*months[:1], *_months(OCTOBER, (1, 2), (2, 1), (1, 1), (2, 0), (1, 1)), *months[-1:]]
    assert the(pair_judged(FEBRUARY_2021, PAIRS, fewer, on=BOARD)).outcome is Outcome.MISSED


def test_the_first_pair_counts_from_the_month_in_which_it_was_set() -> None:
    months = _months(date(2020, 2, 1), (50, 50), *[(2, 1)] * 7)
    found = the(pair_judged(SEPTEMBER_2020, PAIRS, months, on=BOARD))
    assert found.sentence == "14 converted and 7 replaced over March to September 2020: 21 of 24."
    assert (found.outcome, found.wanted) == (Outcome.MISSED, "convert or replace 24 agency workers")


def test_the_other_half_cannot_be_judged_where_figures_are_missing() -> None:
    found = the(
        pair_judged(FEBRUARY_2021, PAIRS, _months(OCTOBER, (1, None), (2, 1), None, (None, 1), (1, 1)), on=BOARD)
    )
    assert found.outcome is Outcome.CANNOT_BE_JUDGED
    assert found.sentence == (
        "Cannot be judged over October 2020 to February 2021. Missing: conversions and replacements of December 2020; "
        "conversions of January 2021; replacements of October 2020. The figures given come to 7 of 13."
    )


def test_a_pair_of_words_without_a_number_is_said_and_not_left_out() -> None:
    words = _target(date(2021, 2, 28), 15, words="convert or replace most agency workers")
    _, found = judged_all([words], SOURCE, on=BOARD)
    assert (found.outcome, found.sentence) == (Outcome.CANNOT_BE_JUDGED, "Cannot be judged: its number is not known.")
    assert found.goal == "to convert or replace most agency workers by February 2021"
    assert found.wanted == "convert or replace most agency workers"


def test_a_number_of_0_is_met_by_figures_only() -> None:
    none = _target(date(2020, 3, 31), 15, pair=0)
    assert the(pair_judged(none, [none], [], on=BOARD)).outcome is Outcome.CANNOT_BE_JUDGED
    for pair in ((0, 0), (1, None)):
        assert the(pair_judged(none, [none], _months(SET_ON, pair), on=BOARD)).outcome is Outcome.MET


def test_what_is_missing_could_only_add_to_a_number_that_is_reached() -> None:
    found = the(pair_judged(FEBRUARY_2021, PAIRS, _months(OCTOBER, (9, 9), None, None, None, (1, 1)), on=BOARD))
    assert found.outcome is Outcome.MET
    assert found.sentence.startswith("At least 10 converted and 10 replaced")
    assert "Missing: conversions and replacements of November 2020 to January 2021." in found.sentence


def test_before_its_date_the_other_half_says_how_far_it_is() -> None:
    months = _months(date(2021, 3, 1), (1, 1), (0, 2))
    found = the(pair_judged(NINE, PAIRS, months, on=date(2021, 5, 20)))
    assert found.outcome is Outcome.NOT_DUE
    assert found.sentence == "So far 1 converted and 3 replaced over March and April 2021: 4 of 10."
    assert the(pair_judged(NINE, PAIRS, [], on=BOARD)).sentence.startswith("So far at least 0 converted")
    assert the(pair_judged(NINE, PAIRS, [], on=date(2021, 3, 20))).sentence == "No month has been counted yet."


def test_a_date_within_a_month_counts_the_months_that_are_over() -> None:
    middle = _target(date(2020, 11, 15), 20, pair=3)
    months = _months(OCTOBER, (1, 1), (1, 0), (1, 0))
    first = the(pair_judged(middle, [middle], months, on=BOARD))
    assert first.sentence.startswith("Cannot be judged over March to October 2020.")
    assert first.sentence.endswith("The figures given come to 2 of 3.")
    after = replace(middle, due_on=date(2020, 12, 31))
    assert (
        "over November and December 2020: 2 of 3" in the(pair_judged(after, [middle, after], months, on=BOARD)).sentence
    )


def test_every_half_is_judged_in_order() -> None:
    found = judged_all(PAIRS, SOURCE, on=BOARD)
    assert [one.wanted for one in found] == [
        "22% or less",
        "convert or replace 24 agency workers",
        "15% or less",
        "convert or replace a further 13 agency workers",
        "10% or less",
        "9% or less",
        "convert or replace 10 agency workers",
    ]
    assert found[3].goal == "to convert or replace a further 13 agency workers by February 2021"


@given(
    st.lists(st.none() | st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=7),
    st.dates(date(2020, 9, 1), date(2021, 6, 30)),
)
def test_a_verdict_never_rests_on_a_figure_that_is_not_there(
    counted: list[tuple[int | None, int | None] | None], on: date
) -> None:
    months = _months(OCTOBER, *counted)
    found = the(pair_judged(FEBRUARY_2021, PAIRS, months, on=on))
    within = [m.counts for m in months if m.month <= date(2021, 2, 1)]
    total = sum((c.conversions or 0) + (c.replacements or 0) for c in within)
    whole = len(within) == 5 and all(None not in (c.conversions, c.replacements) for c in within)
    if on < FEBRUARY_2021.due_on:
        assert found.outcome is Outcome.NOT_DUE
    elif total >= 13:
        assert found.outcome is Outcome.MET
    else:
        assert found.outcome is (Outcome.MISSED if whole else Outcome.CANNOT_BE_JUDGED)


@given(st.integers(-30, 30), st.integers(0, 30))
def test_a_ratio_is_never_decided_by_an_old_figure(figure: int, due: int) -> None:
    month = Month(add_months(date(2021, 1, 1), figure), Counts(permanent=90, agency=10))
    target = _target(month_end(add_months(date(2021, 1, 1), due)), 5)
    outcome = judged(target, [month], on=date(2030, 1, 1)).outcome
    # At the ends of months, a month and two weeks is this month's figure or the last one's.
    assert outcome is (Outcome.MISSED if due - figure in (0, 1) else Outcome.NO_FIGURE)


def test_conflicting_targets_are_both_named() -> None:
    assert conflicts([FEBRUARY_2021, NINE, TEN]) == [
        "The targets for February 2022 conflict: 9% (terms) and 10% (report)."
    ]
    assert conflicts([FEBRUARY_2021, NINE]) == []
    assert conflicts([NINE, NINE]) == []
