"""A form sent after its sign-in ended loses nothing, and is never applied by itself or for somebody else."""

import json
from datetime import timedelta
from random import Random

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import delete, select, update

from tests.pages.people.test_person_edit import person_id, stored
from tests.support.client import Browser, Browsers
from tests.support.engines import FrozenClock, Site
from tests.support.html import Page
from tests.support.plans import action_id
from wfsite.core.permissions import Role
from wfsite.demo.people import PASSWORD
from wfsite.extensions import db
from wfsite.people.models import Person, RoleGrant, SignIn


@pytest.fixture
def late(browser: Browsers, site: Site, clock: FrozenClock) -> Browser:
    """An administrator who filled in a form over night."""
    b = browser("admin")
    b.get(f"/admin/people/{person_id(site)}")
    clock.at += timedelta(hours=13)
    b.submit("Save", {"job_title": "Typed at midnight", "name": "<b>O'Brien</b>\n&"}, expect=401)
    return b


def _sign_in(b: Browser, account: str = "admin", expect: int = 200, password: str = PASSWORD) -> Page:
    return b.submit("Sign in", {"email": f"{account}@demo.example", "password": password}, expect=expect)


def _make_administrator(site: Site, account: str) -> None:
    """With the demo's password, so that they can sign in."""
    who, admin = person_id(site, account), person_id(site, "admin")
    with site.app.app_context():
        hashed = db.session.scalars(select(Person.password_hash).where(Person.id == admin)).one()
        db.session.execute(update(Person).where(Person.id == who).values(password_hash=hashed))
        db.session.add(RoleGrant(person_id=who, role=Role.ADMINISTRATOR))
        db.session.commit()
        db.session.remove()


def test_works(late: Browser, site: Site) -> None:
    who = person_id(site)
    assert "You were signed out" in late.page.words
    assert "it is shown to you to check and send" in late.page.words
    assert stored(site, who)[0].job_title != "Typed at midnight"
    _sign_in(late)
    assert "Check and send again" in late.page.words and "Typed at midnight" in late.page.words
    assert stored(site, who)[0].job_title != "Typed at midnight"
    late.submit("Send it now")
    person = stored(site, who)[0]
    assert (person.job_title, person.name) == ("Typed at midnight", "<b>O'Brien</b> &")


def test_a_wrong_password_loses_nothing_either(late: Browser) -> None:
    _sign_in(late, password="not this one", expect=422)
    _sign_in(late)
    assert "Typed at midnight" in late.page.words


def test_nothing_readable_is_on_the_page_or_in_the_database(late: Browser, site: Site) -> None:
    assert "midnight" not in late.response.text
    assert stored(site, person_id(site))[0].version == 1


def test_another_person_does_not_see_it(late: Browser) -> None:
    _sign_in(late, "secretary", expect=303)
    assert "midnight" not in late.response.text


def test_a_record_of_the_sign_in_is_not_needed(late: Browser, site: Site) -> None:
    with site.app.app_context():
        db.session.execute(delete(SignIn))
        db.session.commit()
        db.session.remove()
    _sign_in(late)
    assert "Typed at midnight" in late.page.words


def test_it_waits_an_hour(late: Browser, clock: FrozenClock) -> None:
    clock.at += timedelta(minutes=61)
    _sign_in(late, expect=303)


@pytest.mark.parametrize("sealed", ["", "x", "٣" * 50, "gAAAAA" + "x" * 300, "y" * 300_000])
def test_a_forged_envelope_is_nothing(browser: Browsers, sealed: str) -> None:
    b = browser(None)
    b.get("/sign-in")
    b.post("/sign-in", {"email": "admin@demo.example", "password": PASSWORD, "kept": sealed})


def test_a_changed_envelope_is_nothing(late: Browser) -> None:
    sealed = next(t["value"] for t in late.page.all("input") if t["name"] == "kept")
    late.post("/sign-in", {"email": "admin@demo.example", "password": PASSWORD, "kept": sealed[:-4] + "AAAA"})


def test_passwords_are_not_kept(browser: Browsers, clock: FrozenClock) -> None:
    b = browser("admin")
    b.get("/account")
    clock.at += timedelta(hours=13)
    new = "violet tram marmalade"
    b.submit("Change password", {"current_password": PASSWORD, "new_password": new}, expect=401)
    assert "it never keeps passwords, codes and files" in b.page.words and 'name="kept"' not in b.response.text
    _sign_in(b, expect=303)
    assert b.response.headers["Location"] == "/account"


def test_htmx_gets_the_sign_in_page_in_place_of_the_whole_body(
    browser: Browsers, site: Site, clock: FrozenClock
) -> None:
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    b.post(f"/admin/people/{person_id(site)}", {"name": "Typed"}, expect=401, htmx=True)
    assert b.response.headers["HX-Retarget"] == "body"
    assert json.loads(b.response.headers["HX-Trigger-After-Settle"]) == {"focus-on": "main"}
    assert 'name="kept"' in b.response.text


def test_a_sign_in_by_password_names_its_person_in_every_form(
    browser: Browsers, site: Site, clock: FrozenClock
) -> None:
    b = browser(None)
    b.get("/sign-in")
    _sign_in(b, expect=303)
    b.get(f"/admin/people/{person_id(site)}")
    clock.at += timedelta(hours=13)
    b.submit("Save", {"job_title": "Typed at midnight"}, expect=401)
    _sign_in(b)
    assert "Typed at midnight" in b.page.words


def _forged(site: Site) -> str:
    """A token that names the administrator, signed by somebody else."""
    named = f"{person_id(site, 'admin')}-{'a' * 40}"
    return URLSafeTimedSerializer("another key", salt="wtf-csrf-token").dumps(named)


@pytest.mark.parametrize("token", ["", "x", "gAAA.ZZZ.x", "a stranger's", "forged"])
def test_a_form_without_a_token_of_somebodys_page_is_not_kept(
    browser: Browsers, site: Site, clock: FrozenClock, token: str
) -> None:
    if token == "a stranger's":
        stranger = browser(None)
        token = stranger.get("/sign-in").one("input", name_="csrf_token")["value"]
    if token == "forged":
        token = _forged(site)
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    data = {"name": "Planted", "csrf_token": token}
    answer = b.client.post(f"/admin/people/{person_id(site)}", data=data)
    assert answer.status_code == 401
    assert 'name="kept"' not in answer.text and "Planted" not in answer.text
    assert "Please enter it again" in answer.text


@pytest.mark.parametrize("other", ["secretary", "admin2"])
def test_a_form_of_somebody_elses_page_is_kept_for_them_alone(browser: Browsers, site: Site, other: str) -> None:
    """Another person signed in in the same browser, in another tab."""
    b = browser("admin")
    address = f"/admin/people/{person_id(site)}"
    if other == "admin2":  # who may do what the form does
        other = "worker00002"
        _make_administrator(site, other)
    tab = b.get(address)
    b.post("/sign-out", {})
    b.get("/sign-in")
    _sign_in(b, other, expect=303)
    b.page = tab
    b.submit("Save", {"job_title": "Typed by the administrator"}, expect=401)
    assert "Typed by the administrator" not in b.response.text
    assert b.response.text.count("Sign out") == 1  # the other person still is signed in
    _sign_in(b, other, expect=303)
    assert "Typed by the administrator" not in b.response.text
    b.page = tab
    b.submit("Save", {"job_title": "Typed by the administrator"}, expect=401)
    _sign_in(b)
    assert "Job title Typed by the administrator" in b.page.words
    b.submit("Send it now")
    assert stored(site, person_id(site))[0].job_title == "Typed by the administrator"


@pytest.mark.parametrize("htmx", [False, True])
def test_signing_in_again_in_another_tab_loses_nothing(browser: Browsers, site: Site, htmx: bool) -> None:
    b = browser("admin")
    address = f"/admin/people/{person_id(site)}"
    token = b.get(address).all("input", name_="csrf_token")[0]["value"]
    b.post("/sign-out", {})
    b.get("/sign-in")
    _sign_in(b, expect=303)
    headers = {"Referer": f"http://localhost{address}"} | ({"HX-Request": "true"} if htmx else {})
    answer = b.client.post(address, data={"name": "Typed", "csrf_token": token}, headers=headers)
    assert answer.status_code == (409 if htmx else 400)
    assert answer.headers.get("HX-Retarget") == ("body" if htmx else None)
    assert "Check and send again" in answer.text and 'value="Typed"' in answer.text


@pytest.mark.parametrize(
    "referrer",
    [
        "http://evil.example/account",
        "http://[",
        "http://localhost/no-such-page",
        "x",
        "http://localhost//evil.example",
        "http://localhost/sign-in?next=/account",
        "",
    ],
)
def test_only_a_page_of_this_site_is_come_back_to(browser: Browsers, clock: FrozenClock, referrer: str) -> None:
    b = browser("training")
    b.get("/")
    clock.at += timedelta(hours=13)
    data = {"csrf_token": b.token(), "mark": "attended", "version": "1"}
    answer = b.client.post("/training/places/1/mark", data=data, headers={"Referer": referrer})
    assert Page(answer.text).one("input", name_="next")["value"] == "/"


@pytest.mark.parametrize("htmx", [False, True])
def test_whoever_comes_for_a_page_is_told_that_they_were_signed_out(
    browser: Browsers, clock: FrozenClock, htmx: bool
) -> None:
    b = browser("training")
    b.get("/")
    assert "You were signed out" not in browser(None).get("/sign-in").words
    clock.at += timedelta(hours=13)
    register = "http://localhost/training/sessions/1/register"
    answer = b.client.get(
        "/training/places/1/history", headers={"HX-Request": "true", "Referer": register} if htmx else {}
    )
    b.get(answer.headers["HX-Redirect" if htmx else "Location"])
    assert "You were signed out" in b.page.words
    back = "/training/sessions/1/register" if htmx else "/training/places/1/history"
    assert b.page.one("input", name_="next")["value"] == back


@pytest.mark.parametrize("typed", ["é" * 100_000, "🙂" * 60_000, "Plain words, said again. " * 16_000, '"\n' * 150_000])
def test_long_words_in_any_language_are_kept(browser: Browsers, site: Site, clock: FrozenClock, typed: str) -> None:
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    b.post(f"/admin/people/{person_id(site)}", {"name": typed}, expect=401)
    _sign_in(b)
    kept = b.page.one("input", name_="name")["value"]
    assert kept.replace("\r", "") == typed


def test_what_is_too_long_to_keep_is_told_so(browser: Browsers, site: Site, clock: FrozenClock) -> None:
    b = browser("admin")
    b.get("/")
    clock.at += timedelta(hours=13)
    noise = Random(1).randbytes(200_000).hex()  # half of it stays when it is packed
    b.post(f"/admin/people/{person_id(site)}", {"name": noise}, expect=401)
    assert 'name="kept"' not in b.response.text
    assert "it was too long to keep. Please enter it again" in b.page.words
    assert "never keeps passwords" not in b.page.words


def test_a_file_too_large_to_read_is_no_reason_not_to_say_it(browser: Browsers, clock: FrozenClock) -> None:
    b = browser("secretary")
    b.get("/steering/plan/import")
    clock.at += timedelta(hours=13)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"x" * 2_000_000
    answer = b.client.post("/steering/plan/import", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 401
    assert "it never keeps passwords, codes and files" in answer.text


@pytest.mark.parametrize("then", ["still signed in", "signed out again"])
def test_signing_in_in_another_tab_does_not_lose_what_waits_in_this_one(
    browser: Browsers, site: Site, clock: FrozenClock, then: str
) -> None:
    b = browser("admin")
    address = f"/admin/people/{person_id(site)}"
    b.get(address)
    clock.at += timedelta(hours=13)
    tab = b.submit("Save", {"job_title": "Typed at midnight"}, expect=401)
    other_tab = b.get("/sign-in")
    b.page = other_tab
    _sign_in(b, expect=303)
    if then == "signed out again":
        b.post("/sign-out", {})
        b.get("/sign-in")
    b.page = tab
    _sign_in(b, expect=400 if then == "still signed in" else 401)
    if then == "signed out again":
        _sign_in(b)
    assert "Job title Typed at midnight" in b.page.words
    b.submit("Send it now")
    assert stored(site, person_id(site))[0].job_title == "Typed at midnight"


def test_what_waits_is_not_told_to_whoever_signed_in_in_another_tab(
    browser: Browsers, site: Site, clock: FrozenClock
) -> None:
    b = browser("admin")
    b.get(f"/admin/people/{person_id(site)}")
    clock.at += timedelta(hours=13)
    tab = b.submit("Save", {"job_title": "Typed at midnight"}, expect=401)
    b.get("/sign-in")
    _sign_in(b, "secretary", expect=303)
    b.page = tab
    _sign_in(b, "secretary", expect=401)
    assert "midnight" not in b.response.text and "is signed in in this browser now" in b.page.words
    b.post("/sign-in", {"csrf_token": "stale", "kept": "x", "next": "javascript:alert(1)"}, expect=401)
    assert not [a for a in b.page.all("a") if a["href"].startswith("javascript")]


def test_what_a_form_carries_for_the_site_is_sent_again_and_not_shown(
    browser: Browsers, site: Site, clock: FrozenClock
) -> None:
    with site.app.app_context():
        action = action_id("2.1e")
        db.session.rollback()
    b = browser("manager")
    b.get(f"/steering/actions/{action}/propose-date")
    clock.at += timedelta(hours=13)
    typed = {"last-month": "6", "last-year": "2026", "reason": "Two teams start in May"}
    b.submit("Propose the date", typed, expect=401)
    _sign_in(b, "manager")
    assert "Two teams start in May" in b.page.words and "Seen" not in b.page.words
    b.submit("Send it now")
    assert "June 2026 is proposed" in b.follow().words
