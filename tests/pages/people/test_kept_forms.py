"""A form sent after its sign-in ended loses nothing, and is never applied by itself or for somebody else."""

from datetime import timedelta

import pytest

from tests.pages.people.test_person_edit import person_id, stored
from wfsite.demo.people import PASSWORD


@pytest.fixture
def late(browser, site, clock):
    """An administrator who filled in a form over night."""
    b = browser("admin")
    b.get(f"/admin/people/{person_id(site)}")
    clock.at += timedelta(hours=13)
    b.submit("Save", {"job_title": "Typed at midnight", "name": "<b>O'Brien</b>\n&"}, expect=401)
    return b


def _sign_in(b, account="admin", expect=200, password=PASSWORD):
    return b.submit("Sign in", {"email": f"{account}@demo.example", "password": password}, expect=expect)


def test_works(late, site):
    who = person_id(site)
    assert "what you entered is shown to you to check and send" in late.page.words
    assert stored(site, who)[0].job_title != "Typed at midnight"
    _sign_in(late)
    assert "Check and send again" in late.page.words and "Typed at midnight" in late.page.words
    assert stored(site, who)[0].job_title != "Typed at midnight"
    late.submit("Send it now")
    person = stored(site, who)[0]
    assert (person.job_title, person.name) == ("Typed at midnight", "<b>O'Brien</b> &")


def test_a_wrong_password_loses_nothing_either(late):
    _sign_in(late, password="not this one", expect=422)
    _sign_in(late)
    assert "Typed at midnight" in late.page.words


def test_nothing_readable_is_on_the_page_or_in_the_database(late, site):
    assert "midnight" not in late.response.text
    assert stored(site, person_id(site))[0].version == 1


def test_another_person_does_not_see_it(late):
    _sign_in(late, "secretary", expect=303)
    assert late.response.headers["Location"] == "/"


def test_it_waits_an_hour(late, clock):
    clock.at += timedelta(minutes=61)
    _sign_in(late, expect=303)


@pytest.mark.parametrize("sealed", ["", "x", "٣" * 50, "gAAAAA" + "x" * 300, "y" * 300_000])
def test_a_forged_envelope_is_nothing(browser, sealed):
    b = browser(None)
    b.get("/sign-in")
    b.post("/sign-in", {"email": "admin@demo.example", "password": PASSWORD, "kept": sealed})


def test_a_changed_envelope_is_nothing(late):
    sealed = next(t["value"] for t in late.page.all("input") if t["name"] == "kept")
    late.post("/sign-in", {"email": "admin@demo.example", "password": PASSWORD, "kept": sealed[:-4] + "AAAA"})


def test_passwords_are_not_kept(browser, clock):
    b = browser("admin")
    b.get("/account")
    clock.at += timedelta(hours=13)
    b.submit("Change password", {"current_password": PASSWORD, "new_password": "violet tram marmalade"})
    assert b.response.headers["Location"].startswith("/sign-in")


def test_htmx_gets_the_sign_in_page_in_place_of_the_whole_body(browser, site, clock):
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    b.post(f"/admin/people/{person_id(site)}", {"name": "Typed"}, expect=200, htmx=True)
    assert b.response.headers["HX-Retarget"] == "body"
    assert 'name="kept"' in b.response.text


def test_a_form_without_this_browsers_token_is_not_kept(browser, site, clock):
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    b.client.post(f"/admin/people/{person_id(site)}", data={"name": "Planted", "csrf_token": "x"})
    b.get("/sign-in")
    assert 'name="kept"' not in b.response.text


def test_more_than_a_quarter_of_a_megabyte_is_not_kept(browser, site, clock):
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    b.post(f"/admin/people/{person_id(site)}", {"name": "x" * 250_000})
    assert b.response.headers["Location"].startswith("/sign-in")
