"""Every page that a role may open: axe finds nothing, nothing scrolls sideways at 320 px, the console is silent."""

import pytest

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.routes import ROLES, routes, stamp_admits
from tests.support.visitor import Visit

# Whoever sees most of the site first, so that each page is looked at once.
_ORDER = (
    "secretary",
    "training",
    "survey",
    "data",
    "manager",
    "admin",
    "staff",
    "chair",
    "viewer",
    "partner",
)


def _pages_by_account(site: Site) -> dict[str, list[str]]:
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for account in _ORDER:
        browser = Browser(site, account)
        for route in routes(site.app):
            if (
                route.method != "GET"
                or route.path in seen
                or not stamp_admits(site.app, route.endpoint, ROLES[account])
            ):
                continue
            answer = browser.client.get(route.path)
            if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
                seen.add(route.path)
                found.setdefault(account, []).append(route.path)
    return found


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page(site: Site, visit: Visit, width: int) -> None:
    wrong = []
    for account, paths in _pages_by_account(site).items():
        visitor = visit(account, width=width)
        for path in paths:
            visitor.open(path)
            try:
                visitor.check(path)
            except AssertionError as error:
                wrong.append(str(error))
    assert wrong == [], "\n".join(wrong)


def test_error_pages(visit: Visit) -> None:
    for path in ("/no-such-page", "/admin/people"):
        visitor = visit("staff", width=320)
        visitor.open(path)
        visitor.check()
