"""What a first visit costs on the wire: under 60 KB in at most six requests, everything cached after."""

import gzip
from pathlib import Path

import pytest

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page
from tests.support.routes import ROLES, routes, stamp_admits
from wfsite.web.statics import compress

_MOST_BYTES, _MOST_REQUESTS = 60_000, 6


def _assets(page: Page) -> list[str]:
    wanted = [t["href"] for t in page.all("link", rel="stylesheet")] + [t["src"] for t in page.all("script")]
    return [address for address in wanted if address.startswith("/")]


def test_every_first_load_is_light(browser: Browsers, site: Site) -> None:
    wrong, seen = [], set()
    for account, role in ROLES.items():
        b = browser(account)
        for route in routes(site.app):
            if route.method != "GET" or not stamp_admits(site.app, route.endpoint, role) or route.path in seen:
                continue
            answer = b.client.get(route.path, headers={"Accept-Encoding": "gzip"})
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            seen.add(route.path)
            page_bytes = len(answer.data)
            page = b.get(route.path)
            assets = _assets(page)
            total = page_bytes + sum(_packed(b, address) for address in assets)
            if total > _MOST_BYTES or len(assets) + 1 > _MOST_REQUESTS:
                wrong.append((route.path, total, len(assets) + 1))
    assert wrong == []
    assert len(seen) > 20


_sizes: dict[str, int] = {}


def _packed(b: Browser, address: str) -> int:
    if address not in _sizes:
        answer = b.client.get(address)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        _sizes[address] = len(gzip.compress(answer.data, 9, mtime=0)) + 300
        answer.close()
    return _sizes[address]


def test_pages_are_compressed_and_not_kept(browser: Browsers) -> None:
    b = browser("staff")
    answer = b.client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]
    assert b"What needs you today" in gzip.decompress(answer.data)


@pytest.mark.parametrize("path", ["/", "/no-such-page", "/static/site.css", "/static/none.css"])
def test_every_answer_carries_the_headers(browser: Browsers, path: str) -> None:
    with browser("staff").client.get(path) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_static_files_are_packed_before_they_are_served(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p { color: red }\n" * 50)
    (tmp_path / "b.png").write_bytes(b"x")
    assert compress(tmp_path) == 1
    assert gzip.decompress((tmp_path / "a.css.gz").read_bytes()).startswith(b"p {")
    assert compress(tmp_path) == 0
