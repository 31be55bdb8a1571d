"""What follows from a month's counts: the source's figures to the digit, and the identities that always hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfsite.steering.workforce.rate_rules import movement_words, points_between, published_all, ratio_run, turnover
from wfsite.steering.workforce.rules import Counts, Month, PerHead, part_problems

# The three months of the source's table.
DECEMBER = Month(date(2020, 12, 1), Counts(permanent=141, starters=1, leavers=1, agency=52, vacancies=16))
JANUARY = Month(date(2021, 1, 1), Counts(permanent=144, starters=10, leavers=1, agency=36, vacancies=17))
FEBRUARY = Month(date(2021, 2, 1), Counts(permanent=146, starters=0, leavers=1, agency=39, vacancies=24))
SOURCE = [DECEMBER, JANUARY, FEBRUARY]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("agency_ratio", ["26.94%", "20.00%", "21.08%"]),
        ("starters_rate", ["0.71%", "6.94%", "0.00%"]),
        ("leavers_rate", ["0.71%", "0.69%", "0.68%"]),
        ("published_agency_rate", ["26.9%", "20.0%", "21.1%"]),
        # The source counts no vacancies that agency workers cover, and agency workers are not that count.
        ("published_vacancy_rate", ["[x]", "[x]", "[x]"]),
        ("unfilled_rate", ["7.66%", "8.63%", "11.48%"]),
    ],
)
def test_percentages_of_the_source(name: str, printed: list[str]) -> None:
    assert [getattr(month.counts, name).text for month in SOURCE] == printed


def test_the_published_vacancy_rate_counts_what_agency_workers_cover_not_the_agency_workers() -> None:
    counts = Counts(permanent=146, agency=39, vacancies=24, vacancies_covered=30)
    assert (counts.published_vacancy_rate.text, counts.published_vacancy_rate.basis) == ("27.0%", "54 of 200")
    assert replace(counts, agency=0).published_vacancy_rate == counts.published_vacancy_rate
    assert replace(counts, vacancies_covered=0).published_vacancy_rate.text == "14.1%"
    assert replace(counts, vacancies_covered=None).published_vacancy_rate.text == "[x]"


def test_sums_of_the_source() -> None:
    assert [month.counts.total for month in SOURCE] == [193, 180, 185]
    assert [month.counts.establishment for month in SOURCE] == [209, 197, 209]


def test_movement_is_in_percentage_points_from_unrounded_figures() -> None:
    ratios = [month.counts.agency_ratio for month in SOURCE]
    assert points_between(ratios[0], ratios[1]) == Decimal("-6.94")
    assert points_between(ratios[1], ratios[2]) == Decimal("1.08")
    words = movement_words(ratios[1], ratios[2], since=JANUARY.month)
    assert words == "1.08 percentage points higher than in January 2021"
    assert movement_words(ratios[1], ratios[1], since=JANUARY.month) == "the same as in January 2021"
    assert movement_words(Counts().agency_ratio, ratios[1], since=JANUARY.month) == ""


def test_not_supplied_is_not_zero() -> None:
    assert Counts(permanent=0, starters=0).starters_rate.text == "[z]"
    assert Counts(permanent=10).starters_rate.text == "[x]"
    assert Counts(permanent=10, starters=0).starters_rate.text == "0.00%"
    assert Counts(permanent=100_000, starters=1).starters_rate.text == "[low]"
    assert Counts(permanent=1, leavers=2).leavers_rate.text == "[u]"
    assert Counts(permanent=10, agency=None).total is None
    assert Counts(permanent=10, agency=0).total == 10


def test_full_time_equivalents_and_caseload() -> None:
    counts = Counts(
        permanent_fte=Decimal("130.5"), agency_fte=Decimal("38"), cases=2_100, case_holders_fte=Decimal("129.6")
    )
    assert counts.published_agency_rate_fte.text == "22.6%"
    assert (counts.caseload.text, counts.caseload.basis) == ("16.2", "2,100 cases, 129.6 full-time equivalents")
    assert PerHead(3, Decimal(0)).text == "[z]"
    assert PerHead(None, Decimal(1)).text == "[x]"
    assert PerHead(1, Decimal(1000)).text == "[low]"


def _year(**more: Any) -> list[Month]:
    return [
        Month(date(2020 + (n + 2) // 12, (n + 2) % 12 + 1, 1), Counts(permanent=100, leavers=1, agency=n, **more))
        for n in range(12)
    ]


def test_turnover_needs_twelve_months_in_a_row() -> None:
    year = _year()
    assert (turnover(year).text, turnover(year).basis) == ("12.0%", "12 of 100")
    assert turnover(year[1:]).text == "[x]"
    assert turnover([]).text == "[x]"
    broken = [Month(date(2019, 1, 1), year[0].counts), *year[1:]]
    assert turnover(broken).text == "[x]"
    unknown = [*year[:5], Month(year[5].month, Counts(permanent=100)), *year[6:]]
    assert turnover(unknown).text == "[x]"


def test_published_rates_of_every_month() -> None:
    year = [*_year(), Month(date(2021, 3, 1), Counts(permanent=90, leavers=7, agency=10))]
    found = published_all(year)
    assert [one.month for one in found] == [month.month for month in year]
    assert [one.turnover.text for one in found] == [*["[x]"] * 11, "12.0%", "20.0%"]
    assert [one.agency.text for one in found[-2:]] == ["9.9%", "10.0%"]
    gap = published_all([*year[:5], *year[6:]])
    assert {one.turnover.text for one in gap} == {"[x]"}


def test_variation_looks_at_months_in_a_row_only() -> None:
    year = _year()
    assert len(ratio_run(year)) == 12
    assert len(ratio_run([*year[:4], *year[5:]])) == 7
    unknown = [*year[:10], Month(year[10].month, Counts(permanent=1)), year[11]]
    assert len(ratio_run(unknown)) == 1


_COUNT = st.integers(0, 5_000)
_MAYBE = st.none() | _COUNT


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_rates_are_rounded_half_up_from_unrounded_figures(agency: int, permanent: int) -> None:
    rate = Counts(agency=agency, permanent=permanent).agency_ratio
    whole = agency + permanent
    if whole == 0:
        assert rate.text == "[z]"
        return
    # Half up in whole numbers alone: no decimals, no floats, nothing shared with the code.
    hundredths = (agency * 20_000 + whole) // (2 * whole)
    expected = f"{hundredths // 100}.{hundredths % 100:02}%"
    assert rate.text == ("[low]" if hundredths == 0 and agency else expected)


@given(_MAYBE, _MAYBE, _MAYBE)
def test_sums_are_known_exactly_when_their_parts_are(
    permanent: int | None, agency: int | None, vacancies: int | None
) -> None:
    counts = Counts(permanent=permanent, agency=agency, vacancies=vacancies)
    known = [permanent, agency, vacancies]
    assert counts.establishment == (None if None in known else sum(one or 0 for one in known))
    assert (counts.total is None) == (permanent is None or agency is None)


@pytest.mark.parametrize(
    ("counts", "fields"),
    [
        (Counts(starters=1, replacements=40), {"replacements"}),
        (Counts(starters=0, replacements=1, agency=3, vacancies_covered=4), {"replacements", "vacancies_covered"}),
        (Counts(starters=2, replacements=2, agency=3, vacancies_covered=3), set()),
        (Counts(replacements=40, vacancies_covered=4), set()),
        (Counts(starters=0, agency=0), set()),
        (Counts(permanent=10, permanent_fte=Decimal("12.5")), {"permanent_fte"}),
        (Counts(permanent=10, permanent_fte=Decimal(10), agency=0, agency_fte=Decimal("0.01")), {"agency_fte"}),
        (Counts(permanent_fte=Decimal("12.5"), agency_fte=Decimal(1)), set()),
        (Counts(), set()),
    ],
)
def test_a_part_is_not_more_than_its_whole(counts: Counts, fields: set[str]) -> None:
    assert set(part_problems(counts)) == fields
