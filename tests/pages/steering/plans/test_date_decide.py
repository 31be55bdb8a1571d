"""The group's secretary agrees or declines a revised date; the plan shows both dates, and every day its own."""

import json

import pytest

from tests.support.client import Browsers
from tests.support.engines import NOW, FrozenClock, Site
from tests.support.plans import action_id, rag_update
from wfsite.core.rag import Rag
from wfsite.extensions import db


@pytest.fixture
def action(site: Site) -> int:
    """The demo's action whose revised date waits."""
    with site.app.app_context():
        found = action_id("2.1c")
        db.session.rollback()
        return found


def _url(action: str | int) -> str:
    return f"/steering/actions/{action}/decide-date"


def _seen(browser: Browsers, action: int) -> str:
    return browser("secretary").get(_url(action)).one("input", name_="seen")["value"]


def test_agreed_from_home_without_javascript(browser: Browsers, action: int) -> None:
    b = browser("secretary")
    b.get("/")
    page = b.link("Decide on a revised date for 2.1c Single assessment")
    for words in (
        "July 2026",
        "January 2026",
        "Overdue since 31 January 2026",
        "Martin Hale, 4 March 2026",
        "Two teams",
    ):
        assert words in page.words
    b.submit("Save the decision", {"step": "agreed"})
    page = b.follow()
    assert "July 2026 is agreed." in page.words
    assert "was January 2026, revised to July 2026" in page.words
    assert "Revised date agreed: July 2026, 10 March 2026 at 10am, Helen Marsh" in page.words
    row = b.get("/steering/plan").one("tr", id=f"a{action}").text
    assert "was January 2026, revised to July 2026" in row and "Overdue" not in row
    assert "Decide on a revised date" not in b.get("/").words
    assert "Helen Marsh agreed July 2026 on 10 March 2026 at 10am." in browser("manager").get("/").words


def test_declined_says_why_and_the_lead_is_asked_again(browser: Browsers, action: int) -> None:
    b = browser("secretary")
    b.get(_url(action))
    page = b.submit("Save the decision", {"step": "declined", "reason": " "}, expect=422)
    assert page.one("a", href=f"#reason-{action}").text == "Say why the date is declined: the action’s lead reads it"
    assert "checked" in page.one("input", id=f"step-declined-{action}").attrs
    b.submit("Save the decision", {"reason": "The inspection is in May"})
    assert "July 2026 is declined." in b.follow().words
    home = browser("manager").get("/").words
    assert (
        "Propose a revised date for 2.1c Single assessment Overdue since 31 January 2026. July 2026 was declined."
        in home
    )
    assert "Helen Marsh declined July 2026 on 10 March 2026 at 10am. Why: The inspection is in May" in home
    assert "July 2026 was declined" in browser("chair").get("/steering/plan").one("tr", id=f"a{action}").text


def test_in_the_row(browser: Browsers, action: int) -> None:
    b = browser("secretary")
    assert b.get("/steering/plan").one("a", id=f"d{action}")["aria-label"] == "Decide on the revised date for 2.1c"
    seen = b.get(_url(action), htmx=True).one("input", name_="seen")["value"]
    page = b.post(_url(action), {"step": "agreed", "reason": "", "seen": seen}, expect=200, htmx=True)
    assert "revised to July 2026" in page.one("tr", id=f"a{action}").text
    assert json.loads(b.response.headers["HX-Trigger-After-Settle"])["said"] == "2.1c: July 2026 agreed"
    assert "Revised date waits" not in page.one("p", id="plan-attention").text


@pytest.mark.parametrize("htmx", [True, False])
def test_two_secretaries_at_once(browser: Browsers, action: int, htmx: bool) -> None:
    seen = _seen(browser, action)
    browser("secretary").post(_url(action), {"step": "agreed", "reason": "Yes", "seen": seen})
    data = {"step": "declined", "reason": "Mine: too late", "seen": seen}
    page = browser("secretary").post(_url(action), data, expect=409, htmx=htmx)
    text = " ".join((page.one("tr") if htmx else page.one("main")).text.split())
    assert "Helen Marsh agreed July 2026 on 10 March 2026 at 10am. Nothing of yours has been saved." in text
    assert "You wrote: Mine: too late" in text
    assert not page.all("form", class_="app-dates")


def test_a_double_click_is_one_decision(browser: Browsers, action: int) -> None:
    b, seen = browser("secretary"), _seen(browser, action)
    for _ in range(3):
        b.post(_url(action), {"step": "agreed", "reason": "", "seen": seen})
    assert b.get(f"/steering/actions/{action}").words.count("Revised date agreed") == 1


def test_another_proposal_meanwhile_is_to_be_decided_anew(browser: Browsers, action: int) -> None:
    seen = _seen(browser, action)
    lead = browser("manager")
    lead.get(f"/steering/actions/{action}/propose-date")
    lead.submit("Propose the date", {"last-month": "9", "last-year": "2026", "reason": "Later still"})
    b = browser("secretary")
    page = b.post(_url(action), {"step": "agreed", "reason": "Kept", "seen": seen}, expect=409)
    assert (
        "Martin Hale proposed September 2026 on 10 March 2026 at 10am. Nothing of yours has been saved." in page.words
    )
    assert "checked" not in page.one("input", id=f"step-{action}").attrs
    assert page.one("textarea", name_="reason").text.strip() == "Kept"
    b.submit("Save the decision", {"step": "agreed"})
    assert "revised to September 2026" in b.follow().words


def test_completed_meanwhile(site: Site, browser: Browsers, action: int) -> None:
    seen = _seen(browser, action)
    with site.app.app_context():
        rag_update(action, Rag.COMPLETE, by="manager")
        db.session.commit()
        db.session.remove()
    b = browser("secretary")
    assert "Decide on a revised date" not in b.get("/").words
    page = b.post(_url(action), {"step": "agreed", "reason": "", "seen": seen}, expect=409)
    assert "2.1c is Complete, Martin Hale said. It needs no revised date, and nothing has been saved." in page.words


@pytest.mark.parametrize("data", [{}, {"step": "proposed"}, {"step": "maybe", "reason": "x"}])
def test_no_decision_is_said(browser: Browsers, action: int, data: dict[str, str]) -> None:
    page = browser("secretary").post(_url(action), {**data, "seen": _seen(browser, action)}, expect=422)
    assert page.one("a", href=f"#step-{action}").text == "Select whether the date is agreed or declined"


def test_nothing_waits(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        other = action_id("2.4")
        db.session.rollback()
    page = browser("secretary").get(_url(other))
    assert (
        "No revised date of 2.4 waits for a decision. Helen Marsh declined November 2026 on 8 March 2026" in page.words
    )
    assert not page.all("form", class_="app-dates")


def test_another_day_shows_the_dates_of_that_day(browser: Browsers, action: int, clock: FrozenClock) -> None:
    seen = _seen(browser, action)
    browser("secretary").post(_url(action), {"step": "agreed", "reason": "", "seen": seen})
    clock.at = NOW.replace(day=20)
    b = browser("secretary")
    for day, says in (
        ("2026-03-01", "January 2026 Overdue since 31 January 2026 Assessment"),
        ("2026-03-05", "Overdue since 31 January 2026 July 2026 is proposed and waits for a decision"),
        ("2026-03-10", "was January 2026, revised to July 2026"),
    ):
        page = b.get(f"/steering/plan?as_at={day}")
        row = page.one("tr", id=f"a{action}")
        assert says in " ".join(row.text.split()), day
        assert not [a for a in row.children if a.name == "a" and "date" in a["href"].split("?")[0]]
    assert "Overdue since" in b.get(f"/steering/actions/{action}?as_at=2026-03-05&saved=1").words
    assert "is proposed." not in b.page.words


def test_stranger(browser: Browsers, action: int) -> None:
    for account in ("manager", "staff", "chair", "viewer", "admin"):
        browser(account).get(_url(action), expect=403)
        browser(account).post(_url(action), {"step": "agreed", "seen": "1"}, expect=403)
    for unknown in ("0", "99999999", "2147483648"):
        browser("secretary").get(_url(unknown), expect=404)
        browser("secretary").post(_url(unknown), {"step": "agreed", "seen": "1"}, expect=404)
