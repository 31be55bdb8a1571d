"""Adding a person: once, however often it is sent, and with a link to set the first password."""

from tests.pages.people.test_person_edit import NAMES, person_id, stored
from tests.support.client import Browsers
from tests.support.engines import Site

GOOD = {"name": "Ada New", "email": "Ada.New@example.gov.uk", "roles": ["staff"]}


def test_works(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    b.get("/admin/people/add")
    b.submit("Add this person", GOOD)
    b.follow()
    assert "Added." in b.page.words
    assert "No password yet" in b.page.words
    b.submit("Make a password link", expect=200)
    warning = "If this person has been asked to answer a survey that is open, their answers will count, but will not"
    assert f"{warning} decide what may be shown." in b.page.words
    link = b.page.one("textarea").text.strip()
    assert link.startswith("http://127.0.0.1:8000/set-password/")
    them = browser(None)
    them.get(link.removeprefix("http://127.0.0.1:8000"))
    assert "For Ada New, ada.new@example.gov.uk" in them.page.words
    them.submit("Set password and sign in", {"password": "violet tram marmalade"})
    assert "What needs you today" in them.follow().words
    browser(None).get(link.removeprefix("http://127.0.0.1:8000"), expect=404)


def test_sent_twice_is_one_person(browser: Browsers) -> None:
    b = browser("admin")
    b.post("/admin/people/add", GOOD)
    first = b.response.headers["Location"]
    b.post("/admin/people/add", GOOD)
    assert b.response.headers["Location"] == first


def test_a_taken_email_is_said(browser: Browsers) -> None:
    b = browser("admin")
    b.post("/admin/people/add", {**GOOD, "email": "STAFF@demo.example"}, expect=422)
    assert "That email already has an account" in b.page.words
    assert b.page.one("input", id="name")["value"] == "Ada New"


def test_names(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    for number, name in enumerate(NAMES):
        b.post("/admin/people/add", {**GOOD, "name": name, "email": f"n{number}@example.gov.uk"})


def test_empty(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/people/add")
    b.submit("Add this person", expect=422)
    assert "Enter the person’s name" in b.page.words
    assert "Enter an email address" in b.page.words


def test_unknown_roles_are_not_given(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    b.post("/admin/people/add", {**GOOD, "roles": ["king", "staff"]})
    who = int(b.response.headers["Location"].split("/")[-1].split("?")[0])
    assert {role.value for role in stored(site, who)[1]} == {"staff"}


def test_a_link_for_a_closed_account_is_refused(browser: Browsers, site: Site) -> None:
    who = person_id(site, "worker00002")
    b = browser("admin")
    b.post(f"/admin/people/{who}/password-link", {}, expect=200)
    link = b.page.one("textarea").text.strip().removeprefix("http://127.0.0.1:8000")
    b.get(f"/admin/people/{who}/disable")
    b.submit("Close the account")
    b.post(f"/admin/people/{who}/password-link", {}, expect=409)
    browser(None).get(link, expect=404)
    b.post(f"/admin/people/{who}/enable", {})
    browser(None).get(link)
