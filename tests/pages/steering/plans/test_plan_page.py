"""The plan as a page: whole and as a part, filtered, on another day, for those who may and may not."""

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.plans import action_id
from tests.support.statements import Statements


def test_works(browser: Browsers) -> None:
    b = browser("chair")
    page = b.get("/steering/plan")
    assert page.one("h1").text == "Action plan 2025/26"
    assert "23 of 23 actions and 12 of 12 sub-actions" in page.words
    heads = [th.text for th in page.one("thead").children if th.name == "th"]
    assert heads == [
        "Theme and action",
        "Timescale",
        "Leads",
        "Success criteria",
        "Monitoring lead",
        "Progress and RAG",
    ]
    assert "2014/15" in page.words
    assert "Update 2.1" not in b.response.text


def test_the_part_is_in_the_page(browser: Browsers) -> None:
    b = browser("secretary")
    b.get("/steering/plan?rag=red")
    whole = b.response.text
    b.get("/steering/plan?rag=red", htmx=True)
    assert "<html" not in b.response.text
    assert b.response.text.strip() in whole


def test_filters_by_form_without_javascript(browser: Browsers) -> None:
    b = browser("manager")
    b.get("/steering/plan")
    page = b.submit("Show", {"rag": "red"}, expect=200)
    assert "2 of 23 actions and 0 of 12 sub-actions" in page.words
    page = b.submit("Show", {"rag": "", "overdue": "1", "stale": "1"}, expect=200)
    assert "16 February 2026" in page.words
    page = b.submit("Show", {"mine": "1", "rag": "no-longer-required"}, expect=200)
    assert "No action fits this choice" in page.words
    page = b.link("Show all")
    assert "23 of 23" in page.words


@pytest.mark.parametrize(
    "query",
    [
        "year=abc",
        "year=99999999999",
        "theme=-1&lead=%00%27%20OR%201=1&rag=purple&overdue=maybe",
        "lead=" + "x" * 5000,
        "theme=1&theme=2",
        "saved=999999",
    ],
)
def test_odd_addresses_never_break_it(browser: Browsers, query: str) -> None:
    b = browser("chair")
    b.get(f"/steering/plan?{query}")


def test_a_year_without_a_plan_says_what_to_do(browser: Browsers) -> None:
    assert "Import an action plan" in browser("secretary").get("/steering/plan?year=2019").words
    page = browser("chair").get("/steering/plan?year=2019")
    assert "The group’s secretary can import one" in page.words


def test_another_day(browser: Browsers) -> None:
    b = browser("secretary")
    b.get("/steering/plan")
    page = b.submit("Show that day", {"as_at-day": "31", "as_at-month": "1", "as_at-year": "2026"}, expect=200)
    assert "As at 31 January 2026." in page.words
    assert 'aria-label="Update' not in b.response.text
    assert "/history?as_at=2026-01-31" in b.response.text
    page = b.link("Go back to today")
    assert "As at" not in page.words
    page = b.get("/steering/plan?year=2025&as_at=2020-01-01")
    assert "The plan held no actions on 1 January 2020" in page.words


def test_a_day_that_is_none_is_said_and_kept(browser: Browsers) -> None:
    b = browser("chair")
    b.get("/steering/plan")
    page = b.submit("Show that day", {"as_at-day": "30", "as_at-month": "2", "as_at-year": "2026"}, expect=422)
    assert page.one("title").text.startswith("Error:")
    assert "The date must be a real date" in page.words
    assert page.one("input", id="as_at-day")["value"] == "30"


@pytest.mark.parametrize("account", ["staff", "viewer", "training", "admin"])
def test_stranger(browser: Browsers, account: str) -> None:
    browser(account).get("/steering/plan", expect=403)


@pytest.mark.parametrize("query", ["", "?as_at=2026-01-31", "?rag=amber"])
def test_statements_and_size(site: Site, browser: Browsers, query: str) -> None:
    b = browser("manager")
    b.get("/steering/plan" + query)
    with Statements(site) as seen:
        b.get("/steering/plan" + query)
    assert len(seen) == 3
    assert len(b.response.data) < 45_000  # 35 rows; PERFORMANCE.md hopes for 40 KB


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export(browser: Browsers, kind: str) -> None:
    b = browser("chair")
    b.get("/steering/plan")
    b.link("Excel" if kind == "xlsx" else "CSV")
    assert b.response.headers["Content-Disposition"] == f'attachment; filename="action-plan-2025-26.{kind}"'
    b.get(f"/steering/plan/export.{kind}?year=2019")
    browser("staff").get(f"/steering/plan/export.{kind}", expect=403)
    b.get("/steering/plan/export.pdf", expect=404)


def test_the_front_door_shows_what_waits_and_the_figures(browser: Browsers) -> None:
    page = browser("manager").get("/steering")
    assert "What waits for you here" in page.words
    assert "of 35 actions and sub-actions in the plan of 2025/26" in page.words
    assert "What waits for you here" not in browser("chair").get("/steering").words
    assert "in the plan of" not in browser("staff").get("/steering").words


def test_ids_in_the_page_are_those_of_the_rows(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        action = action_id("2.1")
    page = browser("manager").get("/steering/plan")
    assert "2.1" in page.one("tr", id=f"a{action}").text
