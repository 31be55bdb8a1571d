"""Pages are sent small, but not to whom another site sent here: sizes tell (BREACH)."""

import pytest

from tests.support.client import Browsers

_ACCEPTS = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("fetch_site", "small"),
    [(None, True), ("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)],
)
def test_a_page_that_another_site_asked_for_is_not_compressed(
    browser: Browsers, fetch_site: str | None, small: bool
) -> None:
    headers = _ACCEPTS | ({"Sec-Fetch-Site": fetch_site} if fetch_site else {})
    answer = browser("staff").client.get("/", headers=headers)
    assert (answer.headers.get("Content-Encoding") == "gzip") is small
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Accept-Encoding" in answer.headers["Vary"]
