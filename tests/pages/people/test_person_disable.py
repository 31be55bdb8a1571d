"""Closing an account: asked once, at once, and never the last administrator's or one's own."""

from tests.pages.people.test_person_edit import person_id, stored
from tests.support.client import Browsers
from tests.support.engines import Site


def test_works_and_signs_out_at_once(browser: Browsers, site: Site) -> None:
    who = person_id(site, "staff")
    them = browser("staff")
    them.get("/")
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    b.link("Close this account")
    assert "signed out at once" in b.page.words
    b.submit("Close the account")
    assert "The account is closed." in b.follow().words
    them.get("/", expect=303)
    browser(None).post("/sign-in", {"email": "staff@demo.example", "password": "copper lantern rain"}, expect=422)
    b.submit("Open this account")
    assert "The account is open." in b.follow().words
    them.get("/", expect=303)


def test_twice_is_once(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    b = browser("admin")
    b.post(f"/admin/people/{who}/disable", {})
    b.post(f"/admin/people/{who}/disable", {})
    assert stored(site, who)[0].version == 2
    b.post(f"/admin/people/{who}/enable", {})
    b.post(f"/admin/people/{who}/enable", {})
    assert stored(site, who)[0].version == 3


def test_not_oneself(browser: Browsers, site: Site) -> None:
    who = person_id(site, "admin")
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    assert "Close this account" not in b.page.words
    b.post(f"/admin/people/{who}/disable", {}, expect=409)
    assert "You cannot close your own account" in b.page.words


def test_unknown_and_stranger(browser: Browsers, site: Site) -> None:
    browser("admin").get("/admin/people/999999/disable", expect=404)
    browser("admin").post("/admin/people/999999/enable", {}, expect=404)
    browser("admin").post("/admin/people/999999/password-link", {}, expect=404)
    browser("chair").post(f"/admin/people/{person_id(site)}/disable", {}, expect=403)
