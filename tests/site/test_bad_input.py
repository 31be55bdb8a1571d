"""Nothing that anybody can send makes the site fall over: every form, every field, every odd value; and odd HTTP.

The forms are found by looking at every page as every role, so that a new form is covered the moment it exists.
"""

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.forms import every_form
from tests.support.routes import routes

NASTY = (
    "",
    " \u00a0\u200b\ufeff ",
    "a\x00b",
    "abc\u202edef",
    "Z" + "\u0300" * 2000,
    "👩‍👩‍👧‍👦",
    "<script>alert(1)</script>{{7*7}}",
    "' OR 1=1--",
    "=cmd|'/c calc'!A0",
    "x" * 20_000,
    "٣",
    "-1",
    "1e3",
    str(2**63),
    "9" * 5000,
    "NaN",
)


def test_no_field_of_any_form_breaks_the_site(site: Site) -> None:
    wrong = []
    forms = every_form(site)
    assert len(forms) > 10
    for form in forms:
        names = [name for name, _ in form.data if name != "csrf_token"]
        # Hashing a password takes its time; two fields of that kind are enough.
        slow = any("password" in name for name in names)
        browser = Browser(site, form.account)
        token = browser.token()
        for name in names:
            for value in NASTY[:: 5 if slow else 1]:
                data = {**dict(form.data), name: value, "csrf_token": token}
                status = browser.client.post(form.action, data=data).status_code
                if status >= 500 or status == 401:
                    wrong.append((form.action, name, value[:30], status))
    assert wrong == []


@pytest.mark.parametrize("how", ["nothing", "twice", "unknown", "as a file"])
def test_no_form_breaks_when_its_fields_are_not_the_ones_it_has(site: Site, how: str) -> None:
    from io import BytesIO

    wrong = []
    for form in every_form(site):
        browser = Browser(site, form.account)
        data: dict[str, Any] = {}
        if how == "twice":
            data = {name: [*(value if isinstance(value, list) else [value]), "x", "y"] for name, value in form.data}
        elif how == "unknown":
            data = {f"field-{number}": "x" for number in range(900)}
        elif how == "as a file":
            data = {name: (BytesIO(b"\x00\xff"), "x.exe") for name, _ in form.data}
        status = browser.client.post(form.action, data={**data, "csrf_token": browser.token()}).status_code
        if status >= 500:
            wrong.append((form.action, status))
    assert wrong == []


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ff%fe", "page=-1&sort=;&role=x", "page=99999999999999999999", "as_at=9999-12-31", "as_at=0000-00-00",
     "as_at-day=٣", "before=9223372036854775808", "kind=%F0%9F%92%A9", "a=" + "x" * 8000, "&".join(["q=1"] * 500)],
)  # fmt: skip
def test_no_address_breaks_a_page(site: Site, query: str) -> None:
    wrong = []
    for account in ("admin", "secretary"):
        browser = Browser(site, account)
        for route in routes(site.app):
            if route.method == "GET":
                status = browser.client.get(f"{route.path}?{query}").status_code
                if status >= 500:
                    wrong.append((route.path, status))
    assert wrong == []


@pytest.mark.parametrize(
    "bad", ["0", "-1", "2147483648", "9223372036854775808", "%D9%A3", "9" * 5000, "999999999", "%00", "..%2f", "1%0a"]
)
def test_no_id_breaks_a_page(site: Site, bad: str) -> None:
    browser = Browser(site, "admin")
    wrong = []
    for rule in site.app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint == "static":
            continue
        path = rule.rule
        for name in rule.arguments:
            for converter in ("id", "int", "string", "path"):
                path = path.replace(f"<{converter}:{name}>", bad)
            path = path.replace(f"<{name}>", bad)
        status = browser.client.get(path).status_code
        if status not in (308, 400, 403, 404, 405):
            wrong.append((path[:80], status))
    assert wrong == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW", "OPTIONS", "HEAD"])
def test_other_methods(site: Site, method: str) -> None:
    browser = Browser(site, "admin")
    wrong = []
    for route in routes(site.app):
        status = browser.client.open(route.path, method=method).status_code
        if status >= 500 or (method not in ("OPTIONS", "HEAD") and status not in (403, 404, 405)):
            wrong.append((route.path, status))
    assert wrong == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b'{"email": 1'),
        ({"Content-Type": "text/xml"}, b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"),
        ({"Content-Type": "multipart/form-data"}, b"no boundary"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nbroken"),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"}, b"email=%ff%fe&%00=%00"),
        ({"Content-Type": "\u00e9".encode("latin-1").decode("latin-1")}, b"x"),
        ({}, b""),
    ],
)
def test_odd_bodies(site: Site, headers: dict[str, str], body: bytes) -> None:
    for url in ("/sign-in", "/admin/people/add", "/sign-out"):
        browser = Browser(site, "admin")
        answer = browser.client.post(url, data=body, headers={"X-CSRFToken": browser.token(), **headers})
        assert answer.status_code < 500, url


def test_too_large_is_said(site: Site) -> None:
    browser = Browser(site, "admin")
    answer = browser.client.post("/admin/people/add", data={"csrf_token": browser.token(), "name": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "too big to send" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "a" * 3000, "127.0.0.1:99999"])
def test_other_hosts(site: Site, host: str) -> None:
    builder = EnvironBuilder(path="/sign-in", headers=[("Host", host)])
    status = site.app.test_client().open(builder).status_code
    assert status in (200, 400), host


@pytest.mark.parametrize(
    "cookie", ["wfsite=%ff", "wfsite=" + "x" * 4000, "wfsite=eyJ.x.y", "wfsite-device=[]", "=;=;", "\xff"]
)
def test_odd_cookies(site: Site, cookie: str) -> None:
    client = site.app.test_client(use_cookies=False)
    assert client.get("/sign-in", headers={"Cookie": cookie}).status_code == 200
    assert client.get("/", headers={"Cookie": cookie}).status_code == 303
    assert client.post("/sign-in", data={}, headers={"Cookie": cookie}).status_code == 400


def test_headers_that_htmx_sends_decide_nothing_else(browser: Browsers) -> None:
    b = browser("admin")
    whole = b.client.get(
        "/admin/people", headers={"HX-Target": "x' onload=", "HX-Current-URL": "//evil", "HX-Prompt": "\xff"}
    )
    assert "<html" in whole.text
    back = b.client.get("/admin/people", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.text


def test_range_is_ignored(browser: Browsers) -> None:
    answer = browser("admin").client.get("/admin/people", headers={"Range": "bytes=0-10,20-30"})
    assert answer.status_code == 200
