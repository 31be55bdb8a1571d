"""Real Chromium against the real app under its real content security policy; any console error fails the test."""

import os
import re
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler, make_server

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.present import the
from tests.support.visitor import Visit, Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The browser itself reports answers that are errors; these are the ones that the site means to give.
# A filter that is changed while its answer is on the way gives that up (hx-sync), which htmx reports too.
_EXPECTED = re.compile(r"status of (401|403|404|409|422|429)|^htmx:(afterRequest|sendAbort),")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test; all of them share one worker's browser and site."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


class _Quiet(WSGIRequestHandler):
    timeout = 2  # a browser opens connections that it never uses; closing the server waits for them

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A headless Chromium; its absence is a visible skip, and a failure in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium, and it is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        args = [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        yield found
        found.close()


@pytest.fixture
def served(site: Site) -> Iterator[str]:
    """The site's address while a test runs."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=_Quiet)
    assert isinstance(server, ThreadedWSGIServer)
    server.daemon_threads = False  # so that closing waits for the answers still being sent
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: Chromium, site: Site, served: str) -> Iterator[Visit]:
    """`visit("staff", width=320, js=False)` is that account's browser, signed in."""
    contexts: list[tuple[BrowserContext, Visitor]] = []

    def start(account: str | None, *, width: int = 1280, js: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=js, reduced_motion="reduce"
        )
        context.set_default_timeout(8000)
        if account:
            signed_in = Browser(site, account)
            signed_in.get("/")
            cookie = the(signed_in.client.get_cookie("wfsite"))
            context.add_cookies([{"name": "wfsite", "value": cookie.value, "url": served}])
        visitor = Visitor(context.new_page(), served)
        visitor.page.on("console", lambda message: _hear(visitor, message))
        visitor.page.on("pageerror", lambda error: visitor.problems.append(f"pageerror: {error}"))
        contexts.append((context, visitor))
        return visitor

    yield start
    problems = [problem for _, visitor in contexts for problem in visitor.problems]
    for context, _ in contexts:
        context.close()
    assert problems == []


def _hear(visitor: Visitor, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning") and not _EXPECTED.search(message.text):
        visitor.problems.append(f"{message.type}: {message.text}")
