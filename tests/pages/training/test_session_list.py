"""The list of sessions: filters, reach, pages."""

import pytest


def test_works(browser):
    b = browser("training")
    words = b.get("/training/sessions").words
    assert "5 sessions." in words
    assert "25 not recorded" in words
    b.submit("Show", {"when": "all", "open": "1"}, expect=200)
    assert "2 sessions." in b.page.words
    b.get("/training/sessions?when=all")
    b.link("Next page")
    assert "page 2 of 2" in b.page.words


def test_fragment(browser):
    page = browser("training").get("/training/sessions?when=past", htmx=True)
    assert page.one("div", id="sessions") and not page.all("h1")


def test_people_see_only_sessions_where_they_have_a_place(browser):
    b = browser("staff")
    words = b.get("/training/sessions").words
    assert "1 session." in words and "You are booked" in words
    assert "register" not in b.response.text.split("<main")[1]
    assert "1 session." in b.get("/training/sessions?when=all&open=1").words
    assert "You have no place" in b.get("/training/sessions?when=past").words


def test_officers_see_all_but_complete_none(browser):
    page = browser("chair").get("/training/sessions?when=all")
    assert "40 sessions" in page.words
    assert not [a for a in page.all("a") if a["href"].endswith("/register")]


@pytest.mark.parametrize("query", ["page=-1", "page=0", "page=1000000000", "page=abc", "when=x&open=maybe", "when=%00"])
def test_invalid(browser, query):
    browser("training").get(f"/training/sessions?{query}")


def test_stranger(browser):
    browser("viewer").get("/training/sessions", expect=403)
    browser(None).get("/training/sessions", expect=303)
