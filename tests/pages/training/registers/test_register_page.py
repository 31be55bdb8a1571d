"""The register: who is on it, what may be done to it, and what the address says of a walk-in."""

import pytest

from tests.support.client import Browsers
from tests.support.engines import FrozenClock, Site
from tests.support.registers import Registers
from tests.support.statements import Statements


def test_works(browser: Browsers, known: Registers, site: Site) -> None:
    b = browser("training")
    b.get(known.today)
    words = b.page.words
    assert "25 not recorded" in words and "Alder Valley village hall" in words
    assert len([f for f in b.page.all("form") if f["id"].startswith("m")]) == 25
    with Statements(site) as seen:
        b.get(known.today)
    assert len(seen) <= 4
    assert len(b.response.data) < 34_000


def test_the_mark_that_stands_is_pressed(browser: Browsers, known: Registers) -> None:
    page = browser("training").get(known.today)
    form = page.one("form", id=f"m{known.places[0]}")
    pressed = [c for c in form.children if c["aria-pressed"] == "true"]
    assert [c["value"] for c in pressed] == ["unrecorded"]
    (group,) = [c for c in form.children if c["role"] == "group"]
    assert page.one("span", id=group["aria-labelledby"])


def test_wrong_state(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    words = b.get(known.coming).words
    assert "from an hour before the session starts" in words
    assert not b.page.all("button", name_="mark")
    assert "Closed by Priya Nair on" in b.get(known.closed).words
    assert not b.page.all("button", name_="mark")
    assert "Close the register" not in b.page.words


def test_opens_an_hour_before_and_closes_only_after_the_start(
    browser: Browsers, known: Registers, clock: FrozenClock
) -> None:
    from datetime import timedelta

    b = browser("training")
    clock.at -= timedelta(minutes=50)
    assert "You can close the register once the session has started" in b.get(known.today).words
    assert b.page.all("button", name_="mark")
    b.post(f"{known.today}/close", {"version": 1}, expect=409)
    assert "cannot be closed yet" in b.page.words
    clock.at -= timedelta(hours=1)
    b.post(f"{known.today}/everyone", {"act": "abcdefghij"}, expect=409)
    assert "has not started" in b.page.words


@pytest.mark.parametrize("account", ["staff", "manager", "partner", "secretary", "viewer", "admin"])
def test_stranger(browser: Browsers, known: Registers, account: str) -> None:
    browser(account).get(known.today, expect=403)


@pytest.mark.parametrize("session_id", ["0", "99999", "2147483648", "٣", "abc", "-1"])
def test_unknown_id(browser: Browsers, session_id: str) -> None:
    b = browser("training")
    b.get(f"/training/sessions/{session_id}/register", expect=404)
    b.get(f"/training/sessions/{session_id}/register/sheet", expect=404)
    b.get(f"/training/sessions/{session_id}/walk-ins", expect=404)
    b.post(f"/training/sessions/{session_id}/register/close", expect=404)


@pytest.mark.parametrize("query", ["walk-in=added", "walk-in=nonsense&place=1", "walk-in=added&place=99999", "place=x"])
def test_the_address_says_nothing_untrue(browser: Browsers, known: Registers, query: str) -> None:
    assert "was added as a walk-in" not in browser("training").get(f"{known.today}?{query}").words
