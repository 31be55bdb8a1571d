"""Somebody came who is not on the list."""

import pytest

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.registers import Registers
from wfsite.extensions import db
from wfsite.training.bookings.models import Place


def test_works(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(known.today)
    b.submit("Find", {"q": "okafor"}, expect=200)
    assert "Grace Okafor" in b.page.words
    form = next(f for f in b.page.all("form") if f["method"] == "post" and f["action"].endswith("walk-ins"))
    data = {c["name"]: c["value"] for c in form.children if c["name"]}
    b.post(form["action"], data)
    words = b.follow().words
    assert "Grace Okafor was added as a walk-in." in words and "1 walk-in" in words
    b.post(form["action"], data)
    assert "1 walk-in" in b.follow().words


def test_fragment(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    page = b.get(f"/training/sessions/{known.today_id}/walk-ins?q=grace+okafor", htmx=True)
    assert not page.all("h1") and page.one("button")["aria-describedby"]
    (person,) = [t["value"] for t in page.all("input", name_="person")]
    page = b.post(f"/training/sessions/{known.today_id}/walk-ins", {"person": person}, htmx=True, expect=200)
    assert page.one("div", id="register") and "Walk-in" in b.response.text


def test_who_has_a_place_is_marked_there(browser: Browsers, known: Registers, site: Site) -> None:
    b = browser("training")
    with site.app.app_context():
        person = db.session.get_one(Place, known.places[0]).person_id
        db.session.remove()
    b.post(f"/training/sessions/{known.today_id}/walk-ins", {"person": person})
    words = b.follow().words
    assert "already has a place, so they are marked attended there" in words and "0 walk-ins" in words


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("who", ["colleague", "myself"])
def test_who_was_marked_otherwise_is_told_by_whom(
    browser: Browsers, colleague: Browser, known: Registers, site: Site, who: str, htmx: bool
) -> None:
    b = browser("training")
    other = colleague if who == "colleague" else b
    other.post(f"/training/places/{known.places[0]}/mark", {"mark": "did-not-attend", "version": 1})
    with site.app.app_context():
        person = db.session.get_one(Place, known.places[0]).person_id
        db.session.remove()
    b.post(f"/training/sessions/{known.today_id}/walk-ins", {"person": person}, htmx=htmx, expect=200 if htmx else 303)
    said = b.response.headers["HX-Trigger-After-Settle"] if htmx else b.follow().words
    by = "Nadia Rahman" if who == "colleague" else "You"
    assert f"{by} recorded them at 10am as: did not attend. Nothing was changed" in said


@pytest.mark.parametrize("words", ["", "a", "%", "_" * 2, "\\", "zzzz", "x" * 10_000, "<script>", "' OR 1=1--", "%00"])
def test_search_takes_anything(browser: Browsers, known: Registers, words: str) -> None:
    b = browser("training")
    b.get(f"/training/sessions/{known.today_id}/walk-ins", query_string={"q": words})
    assert "They came" not in b.page.words


NEW = {"name": "Nguyễn Thị O'Brien", "email": "New.Person@Example.org", "agency": "3", "profession": ""}


def test_somebody_new(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(f"/training/sessions/{known.today_id}/walk-ins?q=nobody")
    b.link("Add somebody who is not in the directory")
    b.submit("Add to the register", NEW)
    assert "Nguyễn Thị O'Brien was added as a walk-in." in b.follow().words.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": " \u00a0 "}, "Enter their name"),
        ({"name": "x" * 121}, "Their name must be 120 characters or fewer (you used 121)"),
        ({"name": "a\x00b"}, "contains characters that can't be saved"),
        ({"email": "no at"}, "Enter an email address in the correct format"),
        ({"email": "staff@demo.example"}, "Amara Bello already has this email address"),
        ({"agency": ""}, "Select their agency"),
        ({"agency": "999"}, "Select their agency"),
        ({"profession": "999"}, "Select their profession, or Not known"),
    ],
)
def test_invalid(browser: Browsers, known: Registers, wrong: dict[str, str], message: str) -> None:
    b = browser("training")
    page = b.post(f"/training/sessions/{known.today_id}/walk-ins/new", NEW | wrong, expect=422)
    text = page.words.replace("&#39;", "'")
    assert message in text
    assert b.response.text.find("<title>Error: ") > 0
    if "name" not in wrong:
        assert page.one("input", name_="name")["value"] == NEW["name"], "what was typed is kept"
    assert "0 walk-ins" in b.get(known.today).words


def test_wrong_state_and_unknown(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.post(f"/training/sessions/{known.closed_id}/walk-ins", {"person": 1}, expect=409)
    b.post(f"/training/sessions/{known.closed_id}/walk-ins/new", NEW, expect=409)
    for person in ("", "x", "999999", "٣"):
        b.post(f"/training/sessions/{known.today_id}/walk-ins", {"person": person}, expect=404)


def test_stranger(browser: Browsers, known: Registers) -> None:
    for path in ("walk-ins", "walk-ins/new"):
        browser("staff").get(f"/training/sessions/{known.today_id}/{path}", expect=403)
        browser("partner").post(f"/training/sessions/{known.today_id}/{path}", {"person": 1}, expect=403)
