"""A RAG update: in the row, on its own page, refused in words, set beside a colleague's."""

import json

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.plans import action_id, version_of
from tests.support.statements import Statements
from wfsite.extensions import db


@pytest.fixture
def action(site: Site) -> int:
    """An action that the manager leads."""
    with site.app.app_context():
        found = action_id("2.1")
        db.session.rollback()
        return found


@pytest.fixture
def foreign(site: Site) -> int:
    """An action that the manager does not lead."""
    with site.app.app_context():
        found = action_id("3.1")
        db.session.rollback()
        return found


def _version(site: Site, action: int) -> int:
    with site.app.app_context():
        found = version_of(action)
        db.session.rollback()
        return found


def _data(site: Site, action: int, **more: object) -> dict[str, object]:
    values = {"rag": "red", "note": "Two teams dropped out", "route_to_green": "New dates"}
    return {**values, "version": _version(site, action), **more}


def test_works_without_javascript(browser: Browsers, action: int) -> None:
    b = browser("manager")
    b.get(f"/steering/actions/{action}/update")
    b.submit("Save", {"rag": "green", "note": "All teams briefed"})
    page = b.follow()
    assert "2.1 is now Green" in page.words
    assert "All teams briefed" in page.one("tr", id=f"a{action}").text


def test_fragment_changes_row_counts_and_summary(site: Site, browser: Browsers, action: int) -> None:
    b = browser("manager")
    b.get("/steering/plan")
    b.get(f"/steering/actions/{action}/update", htmx=True)
    data = _data(site, action)
    with Statements(site) as seen:
        page = b.post(f"/steering/actions/{action}/update", data, expect=200, htmx=True)
    assert len(seen) == 5
    assert len(b.response.data) < 4_000
    assert "Two teams dropped out" in page.one("tr", id=f"a{action}").text
    swapped = {tag["id"] for tag in page.tags if tag["hx-swap-oob"]}
    assert "plan-counts" in swapped and "plan-attention" in swapped and len(swapped) == 3
    events = json.loads(b.response.headers["HX-Trigger-After-Settle"])
    assert events == {"said": "2.1 is now Red", "focus-on": f"u{action}"}
    whole = b.get("/steering/plan")
    for part in swapped:
        assert (
            page.one("p" if part.startswith("plan-") else "span", id=part).text.split()
            == next(tag for tag in whole.tags if tag["id"] == part).text.split()
        )


@pytest.mark.parametrize("htmx", [True, False])
def test_invalid_keeps_everything_typed(site: Site, browser: Browsers, action: int, htmx: bool) -> None:
    b = browser("manager")
    page = b.post(
        f"/steering/actions/{action}/update",
        _data(site, action, note="  ", route_to_green="Keep <b>this</b>"),
        expect=422,
        htmx=htmx,
    )
    assert page.one("title").text.startswith("Error:")
    assert page.one("a", href=f"#note-{action}").text == "Give the reason for the Red rating"
    assert "Keep <b>this</b>" in page.one("textarea", id=f"route_to_green-{action}").text
    assert "checked" in page.one("input", id=f"rag-{action}-red").attrs


@pytest.mark.parametrize("rag", ["", "purple", "RED"])
def test_an_unknown_status_is_none(site: Site, browser: Browsers, action: int, rag: str) -> None:
    page = browser("manager").post(f"/steering/actions/{action}/update", _data(site, action, rag=rag), expect=422)
    assert page.one("a", href=f"#rag-{action}-red").text == "Select a RAG status"


@pytest.mark.parametrize("htmx", [True, False])
def test_a_colleagues_change_is_set_beside_mine(site: Site, browser: Browsers, action: int, htmx: bool) -> None:
    mine, theirs = browser("manager"), browser("secretary")
    url = f"/steering/actions/{action}/update"
    old = _data(site, action)
    theirs.post(url, {**old, "rag": "green", "note": "Back on time"})
    page = mine.post(url, old, expect=409, htmx=htmx)
    text = page.words if not htmx else " ".join(page.one("tr").text.split())
    for words in ("Helen Marsh changed 2.1 at 10am", "Back on time", "Two teams dropped out", "10 March 2026 at 10am"):
        assert words in text
    form = next(f for f in page.all("form") if f["action"] == url)
    assert {"Save mine anyway", "Keep theirs"} <= {" ".join(c.text.split()) for c in form.children}
    kept = {c["name"]: c["value"] for c in form.children if c.name == "input" and c["type"] == "hidden"}
    mine.post(url, {**old, "version": kept["version"]})
    assert "Two teams dropped out" in mine.get(f"/steering/actions/{action}").words


def test_ones_own_other_tab_is_oneself(site: Site, browser: Browsers, action: int) -> None:
    tab, other_tab = browser("manager"), browser("manager")
    old = _data(site, action)
    other_tab.post(f"/steering/actions/{action}/update", {**old, "rag": "green", "note": "Back on time"})
    page = tab.post(f"/steering/actions/{action}/update", old, expect=409)
    for words in (
        "You changed 2.1 in another tab at 10am",
        "In your other tab",
        "Keep the other tab’s",
        "Back on time",
    ):
        assert words in page.words
    assert "omebody" not in page.words and "heirs" not in page.words


@pytest.mark.parametrize("version", ["", "0", "-1", "abc", "9" * 30])
def test_a_missing_or_forged_version_is_a_conflict(site: Site, browser: Browsers, action: int, version: str) -> None:
    browser("manager").post(f"/steering/actions/{action}/update", _data(site, action, version=version), expect=409)


def test_a_replay_is_answered_alike_and_saved_once(site: Site, browser: Browsers, action: int) -> None:
    b = browser("manager")
    data = _data(site, action)
    for _ in range(3):
        b.post(f"/steering/actions/{action}/update", data)
    page = b.get(f"/steering/actions/{action}/history")
    assert page.words.count("Two teams dropped out") == 2  # the present note, and one entry of the history


def test_stranger(browser: Browsers, action: int, foreign: int) -> None:
    for account in ("staff", "chair", "viewer", "data"):
        browser(account).get(f"/steering/actions/{action}/update", expect=403)
    b = browser("manager")
    b.get(f"/steering/actions/{foreign}/update", expect=404)
    b.post(f"/steering/actions/{foreign}/update", {"rag": "green", "version": 1}, expect=404)


@pytest.mark.parametrize("unknown", ["0", "-1", "2147483648", "99999999", "٣", "1%00", "9" * 60])
def test_unknown_id(browser: Browsers, unknown: str) -> None:
    b = browser("secretary")
    for path in ("", "/update", "/history"):
        b.get(f"/steering/actions/{unknown}{path}", expect=404)


def test_markup_stays_text(site: Site, browser: Browsers, action: int) -> None:
    b = browser("manager")
    note = "<script>alert(1)</script> {{7*7}} ' OR 1=1-- 陳"
    b.post(f"/steering/actions/{action}/update", _data(site, action, note=note))
    page = b.get("/steering/plan")
    assert note in page.one("tr", id=f"a{action}").text


def test_history_opens_in_the_row_and_on_a_page(browser: Browsers, action: int) -> None:
    b = browser("chair")
    page = b.get(f"/steering/actions/{action}/history", htmx=True)
    row = page.one("tr", id=f"a{action}")
    assert "Green → Amber" in row.text and "Martin Hale" in row.text and "Added to the plan" in row.text
    closed = b.get(f"/steering/actions/{action}", htmx=True)
    assert "Added to the plan" not in closed.one("tr").text
    page = b.get(f"/steering/actions/{action}/history")
    assert page.one("h2", id="history")
    page = b.get(f"/steering/actions/{action}/history?as_at=2025-04-02")
    assert "Green → Amber" not in page.words and "As at 2 April 2025." in page.words
    b.get(f"/steering/actions/{action}?as_at=2020-01-01", expect=404)
