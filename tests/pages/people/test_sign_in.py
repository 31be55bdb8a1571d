"""Signing in: the same words for every wrong pair, slowed when guessed, and only to pages of this site."""

from datetime import timedelta

from wfsite.demo.people import PASSWORD


def _try(b, email="staff@demo.example", password=PASSWORD, expect=303, **more):
    return b.post("/sign-in", {"email": email, "password": password, **more}, expect=expect)


def test_works(browser):
    b = browser(None)
    b.get("/", expect=303)
    b.follow()
    b.submit("Sign in", {"email": " Staff@DEMO.example ", "password": PASSWORD})
    assert "What needs you today" in b.follow().words


def test_wrong_password_and_unknown_address_read_alike(browser):
    b = browser(None)
    known = _try(b, password="not the password", expect=422).words
    unknown = _try(b, email="nobody@demo.example", expect=422).words
    assert "Email or password is wrong" in known
    assert known.replace("staff@", "nobody@") == unknown.replace("staff@", "nobody@")


def test_the_password_is_never_shown_again(browser):
    b = browser(None)
    _try(b, password="a secret that was wrong", expect=422)
    assert "a secret that was wrong" not in b.response.text


def test_guessing_is_slowed_then_forgotten(browser, clock):
    b = browser(None)
    for _ in range(5):
        _try(b, password="guess", expect=422)
    _try(b, expect=429)
    assert int(b.response.headers["Retry-After"]) >= 1
    clock.at += timedelta(seconds=2)
    _try(b, expect=303)


def test_a_known_browser_is_not_slowed_by_a_stranger(browser):
    mine, stranger = browser(None), browser(None)
    _try(mine)
    mine.post("/sign-out", {})
    for _ in range(5):
        _try(stranger, password="guess", expect=422)
    _try(stranger, expect=429)
    _try(mine, expect=303)


def test_goes_only_to_pages_of_this_site(browser):
    for target, lands in (
        ("/account", "/account"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/no-such-page", "/"),
        ("/account\r\nX: y", "/"),
    ):
        b = browser(None)
        _try(b, next=target)
        assert b.response.headers["Location"] == lands, target


def test_signing_out_ends_the_cookie_at_once(browser):
    b = browser("staff")
    b.get("/")
    stolen = b.client.get_cookie("wfsite").value
    b.post("/sign-out", {})
    thief = browser(None)
    thief.client.set_cookie("wfsite", stolen)
    thief.get("/", expect=303)


def test_a_sign_in_ends_after_twelve_hours(browser, clock):
    b = browser("staff")
    b.get("/")
    clock.at += timedelta(hours=12, minutes=1)
    b.get("/", expect=303)


def test_htmx_is_sent_to_sign_in_as_a_whole_page(browser):
    b = browser(None)
    b.get("/account", htmx=True)
    assert b.response.headers["HX-Redirect"].startswith("/sign-in")


def test_changing_the_password_ends_other_sign_ins(browser):
    here, there = browser("staff"), browser("staff")
    there.get("/")
    here.get("/account")
    here.submit("Change password", {"current_password": PASSWORD, "new_password": "short"}, expect=422)
    here.submit("Change password", {"current_password": "wrong", "new_password": "violet tram marmalade"}, expect=422)
    here.submit("Change password", {"current_password": PASSWORD, "new_password": "violet tram marmalade"})
    assert "Your password has changed" in here.follow().words
    there.get("/", expect=303)
