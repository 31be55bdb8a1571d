"""Dated targets: judged on their date by the latest figure at or before it; conflicts are shown, not solved."""

from datetime import date
from decimal import Decimal

from tests.rules.workforce.test_rules import DECEMBER, SOURCE
from wfsite.steering.workforce.target_rules import Outcome, Target, conflicts, judged

FEBRUARY_2021 = Target(date(2021, 2, 28), Decimal(15), "terms", "a further 13")
NINE = Target(date(2022, 2, 28), Decimal(9), "terms")
TEN = Target(date(2022, 2, 28), Decimal("10.00"), "report")
BOARD = date(2021, 4, 19)


def test_missed_with_the_numbers():
    found = judged(FEBRUARY_2021, SOURCE, on=BOARD)
    assert found.outcome is Outcome.MISSED
    assert found.sentence == "21.08% in February 2021 (39 of 185): above 15%."


def test_the_figure_of_the_date_decides_not_a_later_one():
    target = Target(date(2020, 12, 31), Decimal("26.95"), "x")
    found = judged(target, SOURCE, on=BOARD)
    assert (found.outcome, found.month) == (Outcome.MET, DECEMBER.month)
    assert "within 26.95%" in found.sentence


def test_an_earlier_figure_decides_and_says_so():
    found = judged(FEBRUARY_2021, SOURCE[:1], on=BOARD)
    assert "December 2020 (52 of 193), the latest figure before the date" in found.sentence


def test_the_unrounded_figure_decides():
    # 39 ÷ 185 is 21.0810…: printed 21.08, but more than 21.08.
    assert judged(Target(date(2021, 2, 28), Decimal("21.08"), "x"), SOURCE, on=BOARD).outcome is Outcome.MISSED


def test_not_due_before_its_date_and_due_on_it():
    assert judged(NINE, SOURCE, on=date(2022, 2, 27)).outcome is Outcome.NOT_DUE
    assert judged(NINE, SOURCE, on=date(2022, 2, 28)).outcome is Outcome.MISSED


def test_no_figure():
    early = Target(date(2020, 9, 30), Decimal(22), "x")
    found = judged(early, SOURCE, on=BOARD)
    assert found.outcome is Outcome.NO_FIGURE
    assert found.sentence == "There is no figure at or before September 2020."


def test_conflicting_targets_are_both_named():
    assert conflicts([FEBRUARY_2021, NINE, TEN]) == [
        "The targets for February 2022 conflict: 9% (terms) and 10% (report)."
    ]
    assert conflicts([FEBRUARY_2021, NINE]) == []
    assert conflicts([NINE, NINE]) == []
