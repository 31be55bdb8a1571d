"""A lead proposes a revised date: in the row, on its own page, refused in words, set beside a colleague's."""

import json

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.plans import action_id, rag_update
from wfsite.core.rag import Rag
from wfsite.extensions import db

GOOD = {"kind": "month", "last-month": "6", "last-year": "2026", "reason": "Two teams start in May"}


@pytest.fixture
def action(site: Site) -> int:
    """An action that the manager leads, due this month, without a revised date."""
    return _id(site, "2.1e")


def _id(site: Site, reference: str) -> int:
    with site.app.app_context():
        found = action_id(reference)
        db.session.rollback()
        return found


def _url(action: int | str) -> str:
    return f"/steering/actions/{action}/propose-date"


def test_works_without_javascript_from_home(site: Site, browser: Browsers) -> None:
    b = browser("manager")
    b.get("/")
    b.link("Propose a revised date for 2.4 Child exploitation: awareness for the whole workforce")
    assert "Overdue since 30 November 2025." in b.page.words
    b.submit("Propose the date", {"last-month": "June", "last-year": "2026", "reason": "Night staff first"})
    page = b.follow()
    assert "June 2026 is proposed. The group’s secretary decides." in page.words
    assert "Martin Hale proposed June 2026 on 10 March 2026 at 10am, and it waits for a decision" in page.words
    assert "Revised date proposed: June 2026, 10 March 2026 at 10am, Martin Hale: Night staff first" in page.words
    home = b.get("/").words
    assert "Propose a revised date for 2.4" not in home
    assert "June 2026, proposed by Martin Hale on 10 March 2026" in home
    row = b.get("/steering/plan").one("tr", id=f"a{_id(site, '2.4')}").text
    assert "Overdue since 30 November 2025" in row and "June 2026 is proposed and waits for a decision" in row


def test_the_row_opens_saves_and_closes(browser: Browsers, site: Site) -> None:
    action = _id(site, "2.4")
    b = browser("manager")
    page = b.get("/steering/plan")
    link = page.one("a", id=f"p{action}")
    assert link["aria-label"] == "Propose a revised date for 2.4"
    page = b.get(_url(action), htmx=True)
    assert page.one("tr", id=f"a{action}")
    seen = page.one("input", name_="seen")["value"]
    page = b.post(_url(action), {**GOOD, "seen": seen}, expect=200, htmx=True)
    assert "June 2026 is proposed and waits for a decision" in page.one("tr", id=f"a{action}").text
    assert {tag["id"] for tag in page.tags if tag["hx-swap-oob"]} >= {"plan-counts", "plan-attention"}
    assert "Revised date waits for a decision: 2" in " ".join(page.one("p", id="plan-attention").text.split())
    assert json.loads(b.response.headers["HX-Trigger-After-Settle"]) == {
        "said": "2.4: June 2026 proposed",
        "focus-on": f"h{action}",
    }
    b.get(f"/steering/actions/{action}?from=p", htmx=True)
    assert json.loads(b.response.headers["HX-Trigger-After-Settle"])["focus-on"] == f"p{action}"


@pytest.mark.parametrize("htmx", [True, False])
def test_invalid_keeps_everything_typed(browser: Browsers, action: int, htmx: bool) -> None:
    typed = {
        "kind": "range", "first-month": "9", "first-year": "2026", "last-month": "14", "last-year": "26", "reason": " ",
    }  # fmt: skip
    page = browser("manager").post(_url(action), {**typed, "seen": "0"}, expect=422, htmx=htmx)
    assert page.one("title").text.startswith("Error:")
    assert page.one("a", href=f"#last-{action}").text == (
        "“By the end of which month?” must be a real month between 1990 and 2100, like 6 2026"
    )
    assert page.one("a", href=f"#reason-{action}").text == "Say why the date has to change"
    assert "checked" in page.one("input", id=f"kind-range-{action}").attrs
    boxes = {name: page.one("input", name_=name)["value"] for name in typed if name not in ("kind", "reason")}
    assert boxes == {name: typed[name] for name in boxes}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"kind": ""}, "Select what kind of date it is"),
        ({"kind": "someday"}, "Select what kind of date it is"),
        ({"last-month": "2"}, "February 2026 has passed. Enter this month or a later one"),
        ({"last-month": "3"}, "March 2026 is the date that the action has now. Enter another"),
        ({"last-year": "2062"}, "June 2062 is more than 10 years away. Check the year"),
        ({"reason": "<b>" * 400}, "The reason must be 1,000 characters or fewer (you used 1,200)"),
    ],
)
def test_each_refusal_is_a_sentence(browser: Browsers, action: int, more: dict[str, str], message: str) -> None:
    page = browser("manager").post(_url(action), {**GOOD, "seen": "0", **more}, expect=422)
    assert message in page.words


def test_a_second_proposal_says_first_that_one_waits(browser: Browsers, action: int) -> None:
    b = browser("manager")
    b.get(_url(action))
    b.submit("Propose the date", GOOD)
    b.get(_url(action))
    assert "it waits for a decision. If you propose another date, it takes the place of that one" in b.page.words
    b.submit("Propose the date", {**GOOD, "last-month": "8"})
    page = b.follow()
    assert "August 2026 is proposed" in page.words and "Revised date proposed: June 2026" in page.words


@pytest.mark.parametrize("htmx", [True, False])
def test_a_colleagues_proposal_is_said_and_mine_is_kept(browser: Browsers, action: int, htmx: bool) -> None:
    theirs, mine = browser("secretary"), browser("manager")
    theirs.post(_url(action), {**GOOD, "seen": "0"})
    data = {**GOOD, "last-month": "9", "reason": "Mine", "seen": "0"}
    page = mine.post(_url(action), data, expect=409, htmx=htmx)
    text = " ".join((page.one("tr") if htmx else page.one("main")).text.split())
    assert "Helen Marsh proposed June 2026 on 10 March 2026 at 10am. Nothing of yours has been saved." in text
    assert "Revised date Theirs: June 2026 Yours: September 2026" in text
    assert "Theirs: Two teams start in May Yours: Mine" in text
    assert page.one("input", name_="last-month")["value"] == "9"
    assert {"Propose mine anyway", "Keep theirs"} <= {
        " ".join(t.text.split()) for t in page.all("button") + page.all("a")
    }
    mine.post(_url(action), {**data, "seen": page.one("input", name_="seen")["value"]})
    assert "September 2026 is proposed" in mine.follow().words


def test_a_double_click_is_one_proposal(browser: Browsers, action: int) -> None:
    b = browser("manager")
    for _ in range(3):
        b.post(_url(action), {**GOOD, "seen": "0"})
    assert b.get(f"/steering/actions/{action}").words.count("Revised date proposed") == 1


@pytest.mark.parametrize("seen", ["", "-1", "abc", "9" * 30])
def test_a_forged_step_saves_nothing(browser: Browsers, site: Site, seen: str) -> None:
    browser("manager").post(_url(_id(site, "2.2")), {**GOOD, "seen": seen}, expect=409)


def test_an_action_that_was_completed_meanwhile(site: Site, browser: Browsers, action: int) -> None:
    with site.app.app_context():
        rag_update(action, Rag.COMPLETE)
        db.session.commit()
        db.session.remove()
    b = browser("manager")
    assert "2.1e is Complete, so it needs no revised date." in b.get(_url(action)).words
    page = b.post(_url(action), {**GOOD, "seen": "0"}, expect=409)
    assert "2.1e is Complete, Helen Marsh said. It needs no revised date, and nothing has been saved." in page.words
    b.post(_url(action), {**GOOD, "seen": "0", "reason": ""}, expect=422)
    assert "Propose" not in [link.text for link in b.get(f"/steering/actions/{action}").all("a")]


def test_stranger(browser: Browsers, action: int, site: Site) -> None:
    for account in ("staff", "chair", "viewer", "data", "admin"):
        browser(account).get(_url(action), expect=403)
        browser(account).post(_url(action), {**GOOD, "seen": "0"}, expect=403)
    foreign = _id(site, "3.1")
    browser("manager").get(_url(foreign), expect=404)
    browser("manager").post(_url(foreign), {**GOOD, "seen": "0"}, expect=404)


@pytest.mark.parametrize("unknown", ["0", "-1", "2147483648", "99999999"])
def test_unknown_id(browser: Browsers, unknown: str) -> None:
    browser("secretary").get(_url(unknown), expect=404)
    browser("secretary").post(_url(unknown), GOOD, expect=404)
