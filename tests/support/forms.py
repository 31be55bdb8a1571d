"""Every form of the site, found by looking at every page as every role, so that a new form is covered at once."""

from dataclasses import dataclass
from typing import Any

from tests.support.client import Browser, form_data
from tests.support.engines import Site
from tests.support.html import Page, Tag
from tests.support.routes import ROLES, routes, stamp_admits

# A form that ends the sign-in it is sent with.
_NOT_SENT = {"people.sign_out"}


@dataclass(frozen=True)
class Form:
    """A form of some page: who saw it where, where it goes, and what a browser would send."""

    account: str
    page: str
    action: str
    data: tuple[tuple[str, Any], ...]
    takes_a_file: bool


def every_form(site: Site) -> list[Form]:
    """Every POST form on every page, each endpoint once."""
    adapter = site.app.url_map.bind("127.0.0.1")
    seen: set[tuple[str, tuple[str, ...]]] = set()
    found = []
    for account in ROLES:
        browser = Browser(site, account)
        for route in routes(site.app):
            if route.method != "GET" or not stamp_admits(site.app, route.endpoint, ROLES[account]):
                continue
            answer = browser.client.get(route.path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in Page(answer.text).all("form"):
                action = form["action"] or route.path
                if form["method"].lower() != "post":
                    continue
                endpoint, _ = adapter.match(action.split("?")[0], method="POST")
                key = (endpoint, tuple(sorted({c["name"] for c in form.children if c["name"]})))
                if endpoint not in _NOT_SENT and key not in seen:
                    seen.add(key)
                    has_file = any(c["type"] == "file" for c in form.children)
                    found.append(Form(account, route.path, action, tuple(_all_fields(form).items()), has_file))
    return found


def _all_fields(form: Tag) -> dict[str, Any]:
    """What a browser would send, and the boxes that nobody has ticked yet."""
    fields = form_data(form)
    for child in form.children:
        if child["name"] and child["type"] not in ("file", "submit"):
            fields.setdefault(child["name"], [])
    return fields
