"""Signing in: the same words for every wrong pair, slowed when guessed, and only to pages of this site."""

from datetime import timedelta

from itsdangerous import URLSafeSerializer

from tests.support.client import Browser, Browsers
from tests.support.engines import FrozenClock, Site
from tests.support.html import Page
from tests.support.present import the
from wfsite.demo.people import PASSWORD


def _try(
    b: Browser, email: str = "staff@demo.example", password: str = PASSWORD, expect: int = 303, **more: str
) -> Page:
    return b.post("/sign-in", {"email": email, "password": password, **more}, expect=expect)


def test_works(browser: Browsers) -> None:
    b = browser(None)
    b.get("/", expect=303)
    b.follow()
    b.submit("Sign in", {"email": " Staff@DEMO.example ", "password": PASSWORD})
    assert "What needs you today" in b.follow().words


def test_wrong_password_and_unknown_address_read_alike(browser: Browsers) -> None:
    b = browser(None)
    known = _try(b, password="not the password", expect=422).words
    unknown = _try(b, email="nobody@demo.example", expect=422).words
    assert "Email or password is wrong" in known
    assert known.replace("staff@", "nobody@") == unknown.replace("staff@", "nobody@")


def test_the_password_is_never_shown_again(browser: Browsers) -> None:
    b = browser(None)
    _try(b, password="a secret that was wrong", expect=422)
    assert "a secret that was wrong" not in b.response.text


def test_guessing_is_slowed_then_forgotten(browser: Browsers, clock: FrozenClock) -> None:
    b = browser(None)
    for _ in range(5):
        _try(b, password="guess", expect=422)
    _try(b, expect=429)
    assert int(b.response.headers["Retry-After"]) >= 1
    clock.at += timedelta(seconds=2)
    _try(b, expect=303)


def test_a_known_browser_is_not_slowed_by_a_stranger(browser: Browsers) -> None:
    mine, stranger = browser(None), browser(None)
    _try(mine)
    mine.post("/sign-out", {})
    for _ in range(5):
        _try(stranger, password="guess", expect=422)
    _try(stranger, expect=429)
    _try(mine, expect=303)


def test_goes_only_to_pages_of_this_site(browser: Browsers) -> None:
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


def test_signing_out_ends_the_cookie_at_once(browser: Browsers) -> None:
    b = browser("staff")
    b.get("/")
    stolen = the(b.client.get_cookie("wfsite")).value
    b.post("/sign-out", {})
    thief = browser(None)
    thief.client.set_cookie("wfsite", stolen)
    thief.get("/", expect=303)


def test_a_sign_in_ends_after_twelve_hours(browser: Browsers, clock: FrozenClock) -> None:
    b = browser("staff")
    b.get("/")
    clock.at += timedelta(hours=12, minutes=1)
    b.get("/", expect=303)


def test_htmx_is_sent_to_sign_in_as_a_whole_page(browser: Browsers) -> None:
    b = browser(None)
    b.get("/account", htmx=True)
    assert b.response.headers["HX-Redirect"].startswith("/sign-in")


def test_changing_the_password_ends_other_sign_ins(browser: Browsers) -> None:
    here, there = browser("staff"), browser("staff")
    there.get("/")
    here.get("/account")
    here.submit("Change password", {"current_password": PASSWORD, "new_password": "short"}, expect=422)
    here.submit("Change password", {"current_password": "wrong", "new_password": "violet tram marmalade"}, expect=422)
    here.submit("Change password", {"current_password": PASSWORD, "new_password": "violet tram marmalade"})
    assert "Your password has changed" in here.follow().words
    there.get("/", expect=303)


def test_a_cookie_from_before_signing_in_is_worth_nothing_after(browser: Browsers) -> None:
    b = browser(None)
    b.get("/sign-in")
    before = the(b.client.get_cookie("wfsite")).value
    b.submit("Sign in", {"email": "staff@demo.example", "password": PASSWORD})
    thief = browser(None)
    thief.client.set_cookie("wfsite", before)
    thief.get("/", expect=303)


def test_signing_in_again_ends_the_sign_in_before(browser: Browsers) -> None:
    b = browser(None)
    _try(b)
    b.get("/")
    first = the(b.client.get_cookie("wfsite")).value
    _try(b)
    other = browser(None)
    other.client.set_cookie("wfsite", first)
    other.get("/", expect=303)


def test_already_signed_in_goes_on(browser: Browsers) -> None:
    b = browser("staff")
    b.get("/sign-in?next=/account", expect=303)
    assert b.response.headers["Location"] == "/account"


def test_two_tabs(browser: Browsers) -> None:
    b = browser(None)
    first_tab = b.get("/sign-in?next=/account")
    _try(b)
    b.page = first_tab
    b.submit("Sign in", {"email": "staff@demo.example", "password": PASSWORD})
    b.follow(expect=303)
    assert b.response.headers["Location"] == "/account"


def test_blocked_cookies_are_said(browser: Browsers) -> None:
    b = browser(None)
    page = b.get("/sign-in")
    token = next(t["value"] for t in page.all("input") if t["name"] == "csrf_token")
    b.client.delete_cookie("wfsite")
    answer = b.client.post("/sign-in", data={"csrf_token": token, "email": "staff@demo.example", "password": PASSWORD})
    assert answer.status_code == 400
    assert "allow cookies for this site" in answer.text


def test_odd_emails_and_passwords_read_like_wrong_ones(browser: Browsers) -> None:
    for email in ("", "no-at", "a@b@c.org", "x" * 300 + "@b.org", "a@b.org\r\nX: y", "\x00@b.org", "é@exämple.org"):
        b = browser(None)
        assert "Email or password is wrong" in _try(b, email=email, expect=422).words
    for number, password in enumerate(("", "\x00", "x" * 1025, "x" * 100_000, "\ud7ff", "🙂" * 300)):
        b = browser(None)
        page = _try(b, email=f"{('staff', 'chair')[number % 2]}@demo.example", password=password, expect=422)
        assert "Email or password is wrong" in page.words


def test_a_new_password_is_checked_in_words(browser: Browsers) -> None:
    for password, says in (
        ("elevenchars", "must be 12 characters or more"),
        ("password1234", "most used passwords"),
        ("aaaaaaaaaaaaaaaa", "most used passwords"),
        ("my alderbrook secret", "must not contain the council's name"),
        ("x1y2z3" * 200, "must be 1,024 characters or fewer"),
        ("🙂🙃😀😁" * 100, "must be 1,024 characters or fewer"),
        ("violet tram\x00marmalade", "can't be saved"),
    ):
        b = browser("staff")
        b.post("/account", {"current_password": PASSWORD, "new_password": password}, expect=422)
        assert says in b.page.words, password
        assert password not in b.response.text
    b = browser("staff")
    b.post("/account", {"current_password": PASSWORD, "new_password": " vïolet tram  marmalade "})
    # The same letters from a keyboard that sends them in two parts.
    _try(browser(None), password=" vi\u0308olet tram  marmalade ")


def test_guessing_the_present_password_is_slowed_too(browser: Browsers) -> None:
    b = browser("staff")
    for _ in range(5):
        b.post("/account", {"current_password": "guess", "new_password": "violet tram marmalade"}, expect=422)
    b.post("/account", {"current_password": PASSWORD, "new_password": "violet tram marmalade"}, expect=429)


def test_the_page_says_how_long_to_wait_and_keeps_the_address(browser: Browsers) -> None:
    b = browser(None)
    for _ in range(7):
        b.client.post("/sign-in", data={"csrf_token": b.token(), "email": "staff@demo.example", "password": "guess"})
    page = _try(b, expect=429)
    assert "Too many tries. Wait 2 second" in page.words or "Wait 1 second" in page.words
    assert page.one("input", id="email")["value"] == "staff@demo.example"


def test_a_browser_known_for_one_person_is_a_stranger_for_another(browser: Browsers) -> None:
    mine = browser(None)
    _try(mine, email="manager@demo.example")
    mine.post("/sign-out", {})
    for _ in range(5):
        _try(browser(None), password="guess", expect=422)
    _try(mine, expect=429)


def test_old_and_forged_links_set_nothing(browser: Browsers, site: Site, clock: FrozenClock) -> None:
    from tests.pages.people.test_person_edit import person_id

    b = browser("admin")
    b.post(f"/admin/people/{person_id(site)}/password-link", {}, expect=200)
    link = b.page.one("textarea").text.strip().removeprefix("http://127.0.0.1:8000")
    stranger = browser(None)
    stranger.get(link)
    stranger.submit("Set password and sign in", {"password": "short"}, expect=422)
    for bad in ("x", link[14:-3] + "AAA", "%00", "٣", "a" * 5000):
        browser(None).get(f"/set-password/{bad}", expect=404)
    clock.at += timedelta(days=7, minutes=1)
    browser(None).get(link, expect=404)


def _device_name(b: Browser) -> str:
    sealed = the(b.client.get_cookie("wfsite-device")).value
    return str(URLSafeSerializer(b.site.app.config["SECRET_KEY"], "device").loads(sealed)[1])


def test_the_browsers_name_holds_nothing_of_a_sign_in(browser: Browsers) -> None:
    b = browser(None)
    _try(b)
    name = _device_name(b)
    with b.client.session_transaction() as session:
        assert name[:6] not in str(dict(session))
    b.post("/sign-out", {})
    _try(b)
    assert _device_name(b) == name
    other = browser(None)
    _try(other)
    assert _device_name(other) != name


def test_a_browsers_name_from_before_is_known_once_more_and_replaced(browser: Browsers, site: Site) -> None:
    from tests.pages.people.test_person_edit import person_id

    b = browser(None)
    old = [person_id(site, "staff"), "ABCDEFGHIJKLMNOP"]
    b.client.set_cookie("wfsite-device", URLSafeSerializer(site.app.config["SECRET_KEY"], "device").dumps(old))
    for _ in range(5):
        _try(browser(None), password="guess", expect=422)
    _try(browser(None), expect=429)
    _try(b)
    assert len(_device_name(b)) == 32


def test_the_page_says_whom_to_ask(browser: Browsers, site: Site) -> None:
    assert "Ask the workforce team, on 01632 960123." in browser(None).get("/sign-in").words
    assert "Ask the workforce team, on 01632 960123." in browser("staff").get("/admin/people", expect=403).words
