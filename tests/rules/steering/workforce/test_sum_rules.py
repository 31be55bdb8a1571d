"""Whether months add up: permanent workers to the digit of the source, agency workers as far as anybody counts them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.steering.workforce.test_rules import DECEMBER, FEBRUARY, JANUARY, SOURCE
from tests.support.present import the
from wfsite.steering.workforce.rules import Counts, Month
from wfsite.steering.workforce.sum_rules import AGENCY, AddingUp, adding_up, adding_up_all, agency_told

_COUNT = st.integers(0, 5_000)
_MAYBE = st.none() | _COUNT


def test_what_the_source_leaves_unexplained() -> None:
    sums = adding_up_all(SOURCE)
    assert [one.residual_text for one in sums] == ["[x]", "−6", "+3"]
    assert "no figure for the month before" in sums[0].sentence
    assert sums[1].sentence.startswith("141 at the start, plus 10 starters, minus 1 leaver gives 150.")
    assert "The return says 144: 6 fewer than that." in sums[1].sentence
    assert "conversions, transfers in and transfers out" in sums[1].sentence
    assert "3 more than that" in sums[2].sentence


def test_an_explanation_stands_instead_of_the_guess() -> None:
    february = Month(FEBRUARY.month, FEBRUARY.counts, {"difference": "Three agency workers converted."})
    sentence = adding_up(february, JANUARY).sentence
    assert sentence.endswith("Three agency workers converted.")
    assert "may explain" not in sentence


def test_no_months_no_sums() -> None:
    assert adding_up_all([]) == []


def test_a_gap_in_the_months_is_not_bridged() -> None:
    assert adding_up(FEBRUARY, DECEMBER).opening is None


@given(_COUNT, _COUNT, _COUNT, _COUNT, _MAYBE, _MAYBE, _MAYBE)
def test_the_residual_is_what_the_movements_do_not_account_for(
    opening: int, closing: int, starters: int, leavers: int, conv: int | None, into: int | None, out: int | None
) -> None:
    counts = Counts(
        permanent=closing, starters=starters, leavers=leavers, conversions=conv, transfers_in=into, transfers_out=out
    )
    sums = AddingUp(date(2021, 1, 1), opening, counts)
    assert the(sums.expected) + the(sums.residual) == closing
    assert sums.expected == opening + starters - leavers + (conv or 0) + (into or 0) - (out or 0)
    assert (sums.sentence == "The numbers add up.") == (sums.residual == 0)


def _agency(
    number: int, agency: int, conversions: int | None = None, replacements: int | None = None, **notes: str
) -> Month:
    counts = Counts(agency=agency, conversions=conversions, replacements=replacements)
    return Month(date(2021, number, 1), counts, notes)


def test_agency_workers_reconcile_with_a_residual_that_is_shown() -> None:
    months = [_agency(1, 52), _agency(2, 36, 4, 2), _agency(3, 36, 0, 0), _agency(5, 30, 1, 1)]
    first, second, third, fourth = adding_up_all(months, AGENCY)
    assert second.steps == ("52", "−4", "−2", "46", "36")
    assert second.residual_text == "−10"
    assert second.sentence == (
        "52 at the start, minus 4 conversions, minus 2 replacements gives 46. The return says 36: 10 fewer than that. "
        "Agency workers who came, or who left for another reason, are not counted."
    )
    assert third.sentence == "The numbers add up."
    assert (first.residual_text, fourth.residual_text) == ("[x]", "[x]")


def test_an_agency_residual_may_be_explained_and_says_what_was_not_supplied() -> None:
    before = _agency(1, 52)
    assert (
        "Not supplied, and may explain it: conversions and replacements."
        in adding_up(_agency(2, 36), before, AGENCY).sentence
    )
    explained = _agency(2, 36, agency_difference="A project team of ten ended.")
    assert adding_up(explained, before, AGENCY).sentence.endswith("A project team of ten ended.")
    # The two explanations are two footnotes.
    assert adding_up(explained, before).explanation == ""


def test_what_is_known_of_the_change_in_agency_workers() -> None:
    months = [_agency(1, 52), _agency(2, 36, 4, 2), _agency(3, 39, 1)]
    assert agency_told(adding_up_all(months, AGENCY)) == (
        "Over February and March 2021 the number of agency workers changed by −13. Of these 5 became permanent and "
        "2 (not supplied for March 2021) were replaced by newly recruited permanent workers. The other −6 are the "
        "agency workers who came, less those who left for another reason: nobody counts these one by one."
    )
    assert "an unknown number became permanent" in agency_told(adding_up_all([_agency(1, 5), _agency(2, 4)], AGENCY))
    assert agency_told(adding_up_all(months[:1], AGENCY)).startswith("There are no two months in a row")


@given(_COUNT, _COUNT, _MAYBE, _MAYBE)
def test_the_agency_residual_is_what_conversions_and_replacements_leave(
    opening: int, closing: int, converted: int | None, replaced: int | None
) -> None:
    counts = Counts(agency=closing, conversions=converted, replacements=replaced)
    sums = AddingUp(date(2021, 1, 1), opening, counts, flow=AGENCY)
    assert opening - (converted or 0) - (replaced or 0) + the(sums.residual) == closing
