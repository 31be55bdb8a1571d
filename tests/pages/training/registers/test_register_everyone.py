"""Everyone attended, and undo."""

from typing import Any

import pytest

from tests.support.client import Browser, Browsers
from tests.support.html import Page
from tests.support.registers import Registers, Standings


def press(b: Browser, known: Registers, act: str = "abcdefghij", **more: Any) -> Page:
    return b.post(f"{known.today}/everyone", {"act": act}, **more)


def test_works(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(known.today)
    b.submit("Everyone attended")
    assert "25 attended" in b.follow().words
    b.submit("Undo: 25 people, attended")
    words = b.follow().words
    assert "25 not recorded" in words and "Undo" not in words


def test_fragment(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    page = press(b, known, htmx=True, expect=200)
    assert page.one("div", id="register") and not page.all("h1")
    assert "25 people marked attended" in b.response.headers["HX-Trigger-After-Settle"]
    press(b, known, htmx=True, expect=200)
    assert "Everybody was recorded already" in b.response.headers["HX-Trigger-After-Settle"]


def test_undo_is_for_the_last_act_and_happens_once(browser: Browsers, known: Registers, standing: Standings) -> None:
    b = browser("training")
    press(b, known)
    b.post(f"/training/places/{known.places[0]}/mark", {"mark": "in-part", "version": 2})
    page = b.get(known.today)
    (act,) = [
        c["value"]
        for f in page.all("form")
        if f["action"].endswith("undo")
        for c in f.children
        if c["name"] == "undone"
    ]
    for _ in range(2):
        b.post(f"{known.today}/undo", {"undone": act})
        assert standing(known.places[0]) == ("attended", 4)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_undo_pressed_too_late_says_who_was_first(
    browser: Browsers, colleague: Browser, known: Registers, standing: Standings, htmx: bool
) -> None:
    b = browser("training")
    b.post(f"/training/places/{known.places[0]}/mark", {"mark": "attended", "version": 1})
    act = b.get(known.today).one("input", name_="undone")["value"]
    colleague.post(f"/training/places/{known.places[0]}/mark", {"mark": "in-part", "version": 2})
    page = b.post(f"{known.today}/undo", {"undone": act}, htmx=htmx, expect=409)
    assert "You cannot undo this any more. Nothing was changed." in page.words
    assert (
        "Nadia Rahman set " in page.words and "to Attended in part at 10am, after you opened this page." in page.words
    )
    assert "You chose Attended." in page.words and not page.all("button", id="undo")
    assert standing(known.places[0]) == ("in-part", 3)
    assert not b.get(known.today).all("button", id="undo")


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_undo_says_what_stays_because_it_was_changed_since(
    browser: Browsers, colleague: Browser, known: Registers, standing: Standings, htmx: bool
) -> None:
    b = browser("training")
    press(b, known)
    b.get(known.today)
    colleague.post(f"/training/places/{known.places[0]}/mark", {"mark": "in-part", "version": 2})
    page = b.post(f"{known.today}/undo", {"undone": "abcdefghij"}, htmx=htmx, expect=200 if htmx else 303)
    page = page if htmx else b.follow()
    assert "The rest is undone. What was changed since stays: Nadia Rahman set" in page.words
    assert "24 not recorded" in page.words
    assert standing(known.places[0]) == ("in-part", 3)
    assert "stays" not in b.get(known.today).words


def test_undo_counts_only_what_still_stands(browser: Browsers, colleague: Browser, known: Registers) -> None:
    b = browser("training")
    press(b, known)
    colleague.post(f"/training/places/{known.places[0]}/mark", {"mark": "in-part", "version": 2})
    b.get(known.today)
    b.submit("Undo: 24 people, attended")
    b.get(known.today)
    assert "24 not recorded" in b.page.words


def test_invalid(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    for act in ("", "x", "x" * 5000, "\x00\x00\x00\x00\x00\x00\x00\x00"):
        b.post(f"{known.today}/undo", {"undone": act})
        press(b, known, act)


def test_wrong_state(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.post(f"{known.closed}/everyone", {"act": "abcdefghij"}, expect=409)
    b.post(f"{known.closed}/undo", {"undone": "abcdefghij"}, expect=409)
    assert "This register is closed" in b.page.words


def test_stranger(browser: Browsers, known: Registers) -> None:
    press(browser("staff"), known, expect=403)
    browser("manager").post(f"{known.today}/undo", {"undone": "abcdefghij"}, expect=403)
