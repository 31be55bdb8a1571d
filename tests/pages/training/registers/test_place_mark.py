"""One mark: in place and without scripts, twice, stale, refused."""

import json
from typing import Any

import pytest

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page
from tests.support.registers import Registers, Standings
from tests.support.statements import Statements


def post(b: Browser, place: int, mark: str, version: int | str, **more: Any) -> Page:
    return b.post(f"/training/places/{place}/mark", {"mark": mark, "version": version}, **more)


def test_works(browser: Browsers, known: Registers, standing: Standings) -> None:
    b = browser("training")
    post(b, known.places[0], "attended", 1)
    assert b.response.headers["Location"] == f"{known.today}#p{known.places[0]}"
    assert standing(known.places[0]) == ("attended", 2)
    assert "1 attended" in b.get(known.today).words


def test_fragment(browser: Browsers, known: Registers, site: Site) -> None:
    b = browser("training")
    with Statements(site) as seen:
        page = post(b, known.places[0], "did-not-attend", 1, htmx=True, expect=200)
    assert len(seen) <= 4
    assert len(b.response.data) < 2_000
    assert page.one("div", id="register-counts")["hx-swap-oob"] == "true"
    assert "1 did not attend" in page.one("div", id="register-counts").text.replace("\n", " ")
    event = json.loads(b.response.headers["HX-Trigger-After-Settle"])
    assert event["said"].endswith("Did not attend. Saved.")
    assert page.one("button", id=f"on{known.places[0]}")["aria-pressed"] == "true"
    assert "focus-on" not in event, "the page keeps the focus, which may have moved on by now"


def test_twice_is_once(browser: Browsers, known: Registers, standing: Standings) -> None:
    b = browser("training")
    for _ in range(3):
        post(b, known.places[0], "attended", 1)
    assert standing(known.places[0]) == ("attended", 2)


def test_two_people_see_both_versions_and_choose(
    browser: Browsers, colleague: Browser, known: Registers, standing: Standings
) -> None:
    mine, theirs = browser("training"), colleague
    post(theirs, known.places[0], "apology", 1)
    page = post(mine, known.places[0], "attended", 1, expect=409)
    assert "Nadia Rahman set" in page.words and "to Sent apologies at 10am, after you opened this page" in page.words
    assert "You chose Attended" in page.words
    assert standing(known.places[0]) == ("apology", 2)
    mine.submit("Use mine: Attended")
    assert standing(known.places[0]) == ("attended", 3)
    post(theirs, known.places[0], "in-part", 2, expect=409)
    theirs.submit("Keep theirs: Attended")
    assert standing(known.places[0]) == ("attended", 3)


def test_ones_own_other_tab_is_oneself(browser: Browsers, known: Registers, standing: Standings) -> None:
    tab, other_tab = browser("training"), browser("training")
    post(other_tab, known.places[0], "apology", 1)
    page = post(tab, known.places[0], "attended", 1, expect=409)
    assert "You set" in page.words
    assert "to Sent apologies in another tab at 10am, after you opened this page" in page.words
    assert page.one("h1").text == "You changed this mark in another tab at 10am"
    assert "Priya" not in page.one("main").text and "omebody" not in page.words and "theirs" not in page.words
    tab.submit("Keep the other tab’s: Sent apologies")
    assert standing(known.places[0]) == ("apology", 2)


def test_a_stale_mark_in_place(browser: Browsers, colleague: Browser, known: Registers, site: Site) -> None:
    b = browser("training")
    for place in known.places[:2]:
        post(colleague, place, "apology", 1)
    post(b, known.places[2], "attended", 1)
    with Statements(site) as seen:
        page = post(b, known.places[0], "attended", 1, htmx=True, expect=409)
    assert len(seen) <= 8
    assert page.one("div", id=f"m{known.places[0]}")
    assert [button["value"] for button in page.all("button", name_="mark")] == ["attended", "apology"]
    counts = page.one("div", id="register-counts")
    assert counts["hx-swap-oob"] == "true", "what the colleague recorded shows above too"
    assert "2 sent apologies" in " ".join(counts.text.split()) and "1 attended" in " ".join(counts.text.split())
    assert page.one("button", id="undo").text.endswith(", attended")
    whole = post(b, known.places[1], "attended", 1, expect=409)
    assert not whole.all("div", id="register-counts")


@pytest.mark.parametrize("mark", ["", "absent", "ATTENDED", "attended ", "' OR 1=1--", "\x00", "x" * 10_000])
def test_invalid(browser: Browsers, known: Registers, standing: Standings, mark: str) -> None:
    post(browser("training"), known.places[0], mark, 1, expect=422)
    assert standing(known.places[0]) == ("unrecorded", 1)


@pytest.mark.parametrize("version", ["", "0", "-1", "abc", "9" * 400, "٣"])
def test_a_version_that_no_row_has_is_a_conflict(browser: Browsers, known: Registers, version: str) -> None:
    post(browser("training"), known.places[0], "attended", version, expect=409)


def test_wrong_state(browser: Browsers, known: Registers, standing: Standings) -> None:
    b = browser("training")
    before = standing(known.closed_place)
    page = post(b, known.closed_place, "in-part" if before[0] != "in-part" else "attended", before[1], expect=409)
    assert "This register is closed" in page.words
    post(b, known.coming_place, "attended", 1, htmx=True, expect=409)
    assert b.response.headers["HX-Retarget"] == "#register"
    assert standing(known.closed_place) == before


def test_stranger(browser: Browsers, known: Registers, standing: Standings) -> None:
    for account in ("staff", "secretary"):
        post(browser(account), known.places[0], "attended", 1, expect=403)
    assert standing(known.places[0]) == ("unrecorded", 1)


def test_unknown_id(browser: Browsers) -> None:
    post(browser("training"), 999_999, "attended", 1, expect=404)
