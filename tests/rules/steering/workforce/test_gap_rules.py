"""Months that are missing, and the words for them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.steering.workforce.test_rules import SOURCE
from tests.support.present import the
from wfsite.core.periods import add_months, month_end
from wfsite.steering.workforce.gap_rules import (
    GRACE_DAYS,
    latest_owed,
    months_from,
    months_in_words,
    over_gap,
    owed,
    recent,
)
from wfsite.steering.workforce.rules import Counts, Month


def _month(year: int, number: int) -> date:
    return date(year, number, 1)


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([], ""),
        ([_month(2021, 3)], "March 2021"),
        ([_month(2021, 3), _month(2021, 4)], "March and April 2021"),
        ([_month(2020, 12), _month(2021, 1)], "December 2020 and January 2021"),
        ([_month(2021, 3), _month(2021, 4), _month(2021, 5)], "March to May 2021"),
        ([_month(2021, 3), _month(2021, 5), _month(2021, 6)], "March 2021 and May to June 2021"),
    ],
)
def test_months_in_words(months: list[date], words: str) -> None:
    assert months_in_words(months) == words


def test_the_gap_between_two_figures() -> None:
    assert over_gap(_month(2021, 1), _month(2021, 2)) == ""
    assert over_gap(_month(2021, 1), _month(2021, 4)) == " (no figure for February and March 2021)"


def test_the_last_months_of_the_calendar_not_of_the_returns() -> None:
    old, new = Month(_month(2020, 9), Counts(leavers=7)), Month(_month(2023, 9), Counts(leavers=5))
    shown = recent([old, new], 13)
    assert [month.month for month in shown] == months_from(_month(2022, 9), _month(2023, 9))
    assert [month.is_given for month in shown] == [*[False] * 12, True]
    assert recent(SOURCE, 13) == SOURCE
    assert recent([], 13) == []


@pytest.mark.parametrize(
    ("on", "latest"),
    [
        (date(2021, 3, 13), _month(2021, 1)),
        (date(2021, 3, 14), _month(2021, 2)),
        (date(2021, 4, 13), _month(2021, 2)),
        (date(2021, 4, 14), _month(2021, 3)),
    ],
)
def test_a_month_is_owed_two_weeks_after_its_end(on: date, latest: date) -> None:
    assert latest_owed(on) == latest


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_no_month_is_owed_early_or_forgotten(on: date) -> None:
    latest = latest_owed(on)
    assert month_end(latest) + timedelta(days=GRACE_DAYS) <= on
    assert month_end(add_months(latest, 1)) + timedelta(days=GRACE_DAYS) > on


def test_what_is_owed_in_words() -> None:
    assert owed(SOURCE, on=date(2021, 4, 13)) is None
    assert owed([], on=date(2021, 4, 13)) is None
    assert the(owed(SOURCE, on=date(2021, 5, 14))).sentence == "March and April 2021 are missing."
    assert the(owed([SOURCE[0], SOURCE[2]], on=date(2021, 3, 20))).sentence == "January 2021 is missing."
    assert the(owed(SOURCE, on=date(2022, 3, 20))).sentence == (
        "The latest figures, of February 2021, are more than 1 year old. March 2021 to February 2022 are missing."
    )


def test_a_gap_of_years_ago_asks_for_nothing_today() -> None:
    months = [Month(add_months(_month(2020, 1), number), Counts(agency=1)) for number in range(40) if number != 3]
    assert owed(months, on=date(2023, 5, 10)) is None
