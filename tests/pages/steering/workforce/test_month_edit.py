"""The steward corrects one month: strict, kept when refused, never over a colleague's figures unseen."""

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.registers import actor
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import RoleGrant, Team
from wfsite.steering.workforce.models import WorkforceReturn


@pytest.fixture
def url(site: Site) -> str:
    with site.app.app_context():
        team_id = db.session.query(Team.id).filter_by(name="Children and family social work").scalar()
    return f"/steering/workforce/{team_id}/months/2021-02"


def _rows(site: Site) -> int:
    with site.app.app_context():
        return db.session.query(WorkforceReturn).count()


def test_works(browser: Browsers, url: str) -> None:
    b = browser("data")
    b.get("/steering/workforce")
    b.link("Feb 2021: correct this month")
    assert b.page.one("input", id="permanent")["value"] == "146"
    b.submit("Save the month", {"conversions": "3", "note-difference": "Three agency workers converted."})
    words = b.follow().words
    assert "Conversions: not supplied, now 3" in words
    assert "given on 10 March 2026 at 10am by Owen Pritchard" in words
    # 144 + 0 − 1 + 3 is 146.
    assert "In 1 month they do not" in words


def test_what_agency_workers_cover_and_replacements_are_figures_of_their_own(browser: Browsers, url: str) -> None:
    january = url.replace("2021-02", "2021-01")
    b = browser("data")
    b.get(january)
    b.submit(
        "Save the month",
        {"vacancies_covered": "30", "replacements": "2", "note-agency_difference": "Two came."},
    )
    page = b.follow()
    # (17 + 30) ÷ (17 + 30 + 144)
    assert "24.6% 47 of 191" in page.words
    assert "Vacancies covered: not supplied, now 30" in page.words
    assert (
        "52 at the start, minus 2 replacements gives 50. The return says 36: 14 fewer than that. Two came."
        in page.words
    )
    # Nothing that was given has changed, so nothing is revised.
    assert "Jan 2021: correct this month [r]" not in page.words
    b.get(january)
    b.submit("Save the month", {"vacancies_covered": "29"})
    assert "Jan 2021: correct this month [r]" in b.follow().words


def test_a_new_month(browser: Browsers, url: str) -> None:
    b = browser("data")
    b.get(url.replace("2021-02", "2021-03"))
    assert b.page.one("h1").text == "Give the figures for March 2021"
    b.submit("Save the month", {"permanent": "147", "agency": "38", "starters": "2", "leavers": "1"})
    assert "The latest month is March 2021" in b.follow().words


def test_invalid_keeps_what_was_typed(browser: Browsers, site: Site, url: str) -> None:
    before = _rows(site)
    b = browser("data")
    b.get(url)
    page = b.submit("Save the month", {"permanent": "1e3", "agency": "٣", "note-vacancies": "x" * 501}, expect=422)
    assert page.one("title").text.startswith("Error:")
    assert "Permanent must be a whole number between 0 and 100,000" in page.words
    assert "must be 500 characters or fewer (you used 501)" in page.words
    assert page.one("input", id="permanent")["value"] == "1e3"
    assert page.one("input", id="agency")["value"] == "٣"
    assert page.all("a", href="#permanent")
    assert _rows(site) == before


def test_the_same_twice_is_once(browser: Browsers, site: Site, url: str) -> None:
    b = browser("data")
    b.get(url)
    form = b.page.one("form", action=url)
    data = {c["name"]: c["value"] for c in form.children if c["name"]} | {"agency": "40"}
    before = _rows(site)
    b.post(url, data)
    b.post(url, data)
    assert _rows(site) == before + 1


def test_conflict_shows_both(browser: Browsers, site: Site, url: str) -> None:
    mine, theirs = browser("data"), browser("data")
    mine.get(url)
    theirs.get(url)
    theirs.submit("Save the month", {"agency": "41"})
    page = mine.submit("Save the month", {"agency": "42"}, expect=409)
    assert page.one("title").text.startswith("Error:")
    assert "Agency In your other tab: 41 Yours: 42" in page.words
    assert page.one("input", id="agency")["value"] == "42"
    mine.submit("Save mine anyway")
    assert "Agency: 41, now 42" in mine.follow().words


@pytest.mark.parametrize("who", ["colleague", "other tab"])
def test_who_gave_the_figures_first_is_told_apart(browser: Browsers, site: Site, url: str, who: str) -> None:
    with site.app.app_context():
        db.session.add(RoleGrant(person_id=actor("manager").person_id, role=Role.DATA_STEWARD))
        db.session.commit()
    mine, theirs = browser("data"), browser("manager" if who == "colleague" else "data")
    mine.get(url)
    theirs.get(url)
    theirs.submit("Save the month", {"agency": "41"})
    page = mine.submit("Save the month", {"agency": "42"}, expect=409)
    by = "Martin Hale changed this month at 10am"
    assert (by if who == "colleague" else "You changed this month in another tab at 10am") in page.words
    assert "omebody" not in page.words


@pytest.mark.parametrize("version", ["", "abc", "0", "999999", "-1", "٣", "9" * 50])
def test_a_strange_version_is_a_conflict_not_a_crash(browser: Browsers, url: str, version: str) -> None:
    browser("data").post(url, {"permanent": "1", "version": version}, expect=409)


def test_a_month_that_is_not_over(browser: Browsers, url: str) -> None:
    b = browser("data")
    b.get(url.replace("2021-02", "2026-03"))
    page = b.submit("Save the month", {"permanent": "1"}, expect=422)
    assert "March 2026 is not over yet" in page.words


def test_stranger(browser: Browsers, url: str) -> None:
    for account in ("manager", "chair", "secretary", "staff", "admin"):
        browser(account).get(url, expect=403)
        browser(account).post(url, {"permanent": "1"}, expect=403)


@pytest.mark.parametrize("month", ["2021-13", "2021-2", "21-02", "٢٠٢١-02", "2021-02-01", "x", "0000-01"])
def test_unknown_month(browser: Browsers, url: str, month: str) -> None:
    browser("data").get(url.replace("2021-02", month), expect=404)


def test_unknown_area(browser: Browsers) -> None:
    browser("data").get("/steering/workforce/99999/months/2021-02", expect=404)
    browser("data").post("/steering/workforce/99999/months/2021-02", {}, expect=404)


def test_a_saved_month_is_said_to_be_saved(browser: Browsers, url: str) -> None:
    b = browser("data")
    b.get(url)
    b.submit("Save the month", {"conversions": "3"})
    banner = b.follow().one("p", class_="govuk-notification-banner__heading")
    assert banner.text.strip() == "The figures of Children and family social work for February 2021 are saved."
    assert not b.get("/steering/workforce?saved=nonsense").all("p", class_="govuk-notification-banner__heading")


def test_more_replacements_than_starters_are_refused_beside_the_figure(browser: Browsers, site: Site, url: str) -> None:
    before = _rows(site)
    b = browser("data")
    b.get(url)
    page = b.submit("Save the month", {"starters": "1", "replacements": "40", "vacancies_covered": "40"}, expect=422)
    assert "Replacements (40) are more than the starters (1), among whom they are counted" in page.words
    assert "Vacancies covered (40) are more than the agency workers (39) who could cover them" in page.words
    assert page.all("a", href="#replacements") and page.all("a", href="#vacancies_covered")
    assert page.one("input", id="replacements")["value"] == "40"
    assert _rows(site) == before
