"""One row of a file: strict cells, and typed sums and percentages that must follow from the counts."""

from decimal import Decimal

import pytest

from tests.support.present import the
from wfsite.steering.workforce.row_sheets import RowRead, row_read
from wfsite.steering.workforce.rules import Counts
from wfsite.steering.workforce.sum_rules import flow_problem


def _read(**cells: str) -> RowRead:
    return row_read(lambda key: cells.get(key, ""), cells.__contains__)


def test_blank_is_not_supplied_and_zero_is_zero() -> None:
    read = _read(permanent="146", starters="0", leavers="", cases="1,200", permanent_fte="130.5")
    assert read.errors == {}
    assert read.values == {
        "permanent": 146,
        "starters": 0,
        "leavers": None,
        "cases": 1200,
        "permanent_fte": Decimal("130.5"),
    }


@pytest.mark.parametrize(
    "raw",
    ["٣", "１２", "1_000", "1e3", "0x10", "-1", "+5", "1.5", "12%", "2147483648", "9" * 5000, "NaN", "twelve", "1 000"],
)
def test_a_count_is_a_whole_number_of_plain_digits(raw: str) -> None:
    assert _read(permanent=raw).errors == {"permanent": "Permanent must be a whole number between 0 and 100,000"}


@pytest.mark.parametrize("raw", ["NaN", "inf", "1e309", "-0", "37,5", "12%", "٣"])
def test_full_time_equivalents_are_plain_decimals(raw: str) -> None:
    assert _read(permanent_fte=raw).errors == {"permanent_fte": "Permanent FTE must be a number, like 0.6 or 37"}


def test_a_total_that_does_not_follow() -> None:
    read = _read(permanent="146", agency="39", total="190")
    assert read.errors == {"total": "Permanent (146) and agency (39) add up to 185, but the total says 190"}


def test_an_establishment_that_does_not_follow() -> None:
    cells = {"permanent": "146", "agency": "39", "vacancies": "24"}
    read = _read(**cells, establishment="210")
    assert read.errors == {
        "establishment": "Permanent (146), agency (39) and vacancies (24) add up to 209, but the establishment says 210"
    }
    assert _read(**cells, establishment="209").errors == {}
    assert _read(**cells, establishment="20").errors == {
        "vacancies": "Vacancies (24) are more than the establishment (20)"
    }


@pytest.mark.parametrize(
    "typed", ["21.08%", "21.08", "21.1%", "21%", "0.210810810810811", "21.0810810810811%", "", "[z]"]
)
def test_typed_percentages_that_follow(typed: str) -> None:
    assert _read(permanent="146", agency="39", agency_percent=typed).errors == {}


@pytest.mark.parametrize("typed", ["21.09%", "22%", "21.50", "20"])
def test_typed_percentages_that_do_not(typed: str) -> None:
    errors = _read(permanent="146", agency="39", agency_percent=typed).errors
    assert errors == {"agency_percent": f"{typed} does not follow from the counts: 39 of 185 is 21.08%"}


def test_a_percentage_that_is_no_number() -> None:
    assert "must be a number" in _read(permanent="1", agency="1", agency_percent="half").errors["agency_percent"]


def test_footnotes() -> None:
    assert _read(vacancies="24*", notes="Twelve are appointed").notes == {"vacancies": "Twelve are appointed"}
    assert _read(vacancies="24*", notes="Vacancies: Twelve").notes == {"vacancies": "Twelve"}
    assert "no footnote explains it" in _read(vacancies="24*", notes="").errors["vacancies"]
    assert "Begin the note with the figure" in _read(vacancies="24", notes="Twelve").errors["notes"]
    assert "characters that can't be saved" in _read(notes="Vacancies: a\x00b").errors["notes"]
    assert "500 characters or fewer" in _read(notes="Vacancies: " + "x" * 501).errors["notes"]


def test_columns_that_the_file_lacks_keep_what_was_said() -> None:
    read = _read(permanent="146")
    counts, notes = read.merged(Counts(permanent=1, agency=39), {"agency": "kept"})
    assert counts == Counts(permanent=146, agency=39)
    assert notes == {"agency": "kept"}
    assert _read(permanent="1", notes="").merged(Counts(), {"agency": "gone"})[1] == {}


def test_movements_that_cannot_be() -> None:
    assert flow_problem(Counts(leavers=12, starters=1), 10) == (
        "leavers",
        "Leavers (12) are more than the permanent workers who could leave (11)",
    )
    assert flow_problem(Counts(leavers=11, starters=1), 10) is None
    assert the(flow_problem(Counts(permanent=10, leavers=11), None))[0] == "leavers"
    assert flow_problem(Counts(permanent=0, leavers=11), 11) is None
    assert the(flow_problem(Counts(permanent=2, starters=5, leavers=1), None))[0] == "starters"
    assert flow_problem(Counts(permanent=4, starters=5, leavers=1), None) is None
    assert flow_problem(Counts(), None) is None


@pytest.mark.parametrize("raw", ["-", "–", "n/a", "N/A", "..", "[c]", "nil"])
@pytest.mark.parametrize("figure", ["agency", "agency_fte"])
def test_a_sign_for_no_figure_is_to_be_left_blank(raw: str, figure: str) -> None:
    error = _read(**{figure: raw}).errors[figure]
    assert error.startswith(f"“{raw}” is not a figure. Leave Agency")
    assert error.endswith("blank where there is no figure")


@pytest.mark.parametrize("raw", ["0.123", "37.1234567", "1,000.125"])
def test_full_time_equivalents_have_two_decimals_at_most(raw: str) -> None:
    assert "must have two decimals at most" in _read(permanent_fte=raw).errors["permanent_fte"]
