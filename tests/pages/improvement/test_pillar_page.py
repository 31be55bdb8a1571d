"""The board's workforce pillar: the source's figures to the digit, the targets and what the figures say."""

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.html import Page
from tests.support.statements import Statements

URL = "/improvement/workforce"


def _row(page: Page, label: str) -> list[str]:
    (row,) = [r for r in page.all("tr") if [c for c in r.children if c.name == "th" and c.text.strip() == label]]
    return [" ".join(cell.text.split()).split(" ")[0] for cell in row.children if cell.name == "td"]


@pytest.mark.parametrize("address", [URL, f"{URL}?as_at=2021-04-19"])
def test_the_source_s_table_to_the_digit(browser: Browsers, address: str) -> None:
    page = browser("chair").get(address)
    assert _row(page, "Workers at the end of the month") == ["193", "180", "185"]
    assert _row(page, "Permanent workers at the end of the month") == ["141", "144", "146"]
    assert _row(page, "Permanent workers who started in the month") == ["1", "10", "0"]
    assert _row(page, "Starters as a percentage of permanent workers") == ["0.71%", "6.94%", "0.00%"]
    assert _row(page, "Permanent workers who left in the month") == ["1", "1", "1"]
    assert _row(page, "Leavers as a percentage of permanent workers") == ["0.71%", "0.69%", "0.68%"]
    assert _row(page, "Agency workers at the end of the month") == ["52", "36", "39"]
    assert _row(page, "Agency workers as a percentage of all workers") == ["26.94%", "20.00%", "21.08%"]
    assert _row(page, "Unfilled vacancies at the end of the month") == ["16", "17", "24*"]
    assert _row(page, "Establishment: permanent, agency and vacancies") == ["209", "197", "209"]


def test_what_the_figures_say_on_the_day_of_the_board(browser: Browsers) -> None:
    words = browser("chair").get(f"{URL}?as_at=2021-04-19").words
    for sentence in (
        "Board date: 19 April 2021.",
        "As at 19 April 2021.",
        "The target of 15% by February 2021 was missed: 21.08% in February 2021 (39 of 185): above 15%.",
        "The target of 22% by September 2020 was missed:",
        "Agency workers rose from 36 to 39 between January 2021 and February 2021. "
        "The highest figure given is 72, in May 2020.",
        "The targets for February 2022 conflict: 9% (board’s terms of reference, 2020) and "
        "10% (highlight report to the board, 2021).",
        "a difference of −6 in January 2021 and +3 in February 2021 is not explained.",
        "Convert or replace a further 13 agency workers",
        "Figures are missing to judge the targets to convert or replace 24 agency workers by September 2020 and "
        "to convert or replace a further 13 agency workers by February 2021.",
        "Cannot be judged over October 2020 to February 2021. Missing: conversions and replacements of December 2020 "
        "to February 2021; replacements of October and November 2020. The figures given come to 2 of 13.",
        "March 2021 is missing. The data steward gives the figures.",
        "Only 12 of these posts are really empty.",
        "Not due yet",
    ):
        assert sentence in words, sentence


def test_an_old_figure_decides_nothing(browser: Browsers) -> None:
    words = browser("chair").get(URL).words
    assert "The latest figures, of February 2021, are more than 4 years old." in words
    assert "Figures are missing to judge the targets" in words
    assert "of 9% by February 2022" in words
    assert "The target of 9% by February 2022 was missed" not in words


def test_a_month_earlier_it_said_less(browser: Browsers) -> None:
    words = browser("chair").get(f"{URL}?as_at=2021-02-10").words
    assert "21.08%" not in words
    assert "conflict" not in words
    assert "Agency workers fell from 52 to 36" in words


def test_before_any_figure(browser: Browsers) -> None:
    assert "Nobody had given workforce figures by then" in browser("chair").get(f"{URL}?as_at=2019-01-01").words


def test_invalid_day(browser: Browsers) -> None:
    page = browser("chair").get(f"{URL}?as_at=31-02", expect=422)
    assert page.one("title").text.startswith("Error:")


def test_the_picture(browser: Browsers) -> None:
    b = browser("chair")
    page = b.get(f"{URL}?as_at=2021-04-19")
    (image,) = page.all("img")
    assert "21.08% (39 of 185)" in image["alt"]
    b.get(image["src"])
    svg = b.response.get_data(as_text=True)
    for words in ("22% by Sep 20", "15% by Feb 21", "10% by Feb 22", "9% by Feb 22", "21.08%"):
        assert words in svg


def test_stranger(browser: Browsers) -> None:
    for account in ("staff", "training", "viewer", "admin"):
        browser(account).get(URL, expect=403)
        browser(account).get(f"{URL}/agency.svg", expect=403)
        # The board's front door is open to them, its figures are not.
        assert "21.08%" not in browser(account).get("/improvement").words


def test_the_front_doors_show_the_figures(browser: Browsers) -> None:
    for address in ("/improvement", "/steering"):
        words = browser("chair").get(address).words
        assert "Agency ratio, February 2021 21.08% 39 of 185" in words
        # The same sentence as on the page behind the card.
        assert "March 2021 to January 2026 are missing." in words


def test_statements(browser: Browsers, site: Site) -> None:
    b = browser("chair")
    b.get(URL)
    with Statements(site) as statements:
        b.client.get(URL)
    assert len(statements) == 5
