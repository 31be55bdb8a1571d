"""A change that a browser says comes from another site is refused, before anything else is looked at."""

import pytest

from tests.support.client import Browsers

GOOD = {"email": "staff@demo.example", "password": "copper lantern rain"}


def _post(browser: Browsers, **headers: str) -> int:
    b = browser(None)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return b.client.post("/sign-in", data={"csrf_token": b.token(), **GOOD}, headers=named).status_code


@pytest.mark.parametrize("site_", ["cross-site", "same-site", "nonsense"])
def test_other_sites_are_refused(browser: Browsers, site_: str) -> None:
    assert _post(browser, Sec_Fetch_Site=site_) == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://[",
        "http://localhost:1",
        "https://localhost",
    ],
)
def test_other_origins_are_refused(browser: Browsers, origin: str) -> None:
    assert _post(browser, Origin=origin) == 403


@pytest.mark.parametrize("site_", ["none", "same-origin"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_both_headers_must_agree(browser: Browsers, site_: str, origin: str) -> None:
    assert _post(browser, Sec_Fetch_Site=site_, Origin=origin) == 403
    assert _post(browser, Sec_Fetch_Site="cross-site", Origin="http://localhost") == 403


def test_own_pages_and_old_browsers_pass(browser: Browsers) -> None:
    assert _post(browser, Sec_Fetch_Site="same-origin", Origin="http://localhost") == 303
    assert _post(browser, Sec_Fetch_Site="none", Origin="http://LOCALHOST") == 303
    assert _post(browser, Sec_Fetch_Site="same-origin") == 303
    assert _post(browser, Sec_Fetch_Site="none") == 303
    assert _post(browser, Origin="http://localhost") == 303
    assert _post(browser) == 303


def test_reading_is_not_refused(browser: Browsers) -> None:
    assert browser("staff").client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
