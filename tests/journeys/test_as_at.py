"""Another day is never lost on the way: the pages, files and pictures of an area keep it, or say that they cannot."""

from collections import deque
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.html import Page, Tag, check_page
from tests.support.routes import ROLES, routes, stamp_admits

_DAY, _WORDS = "2026-01-31", "31 January 2026"
_BANNER, _NOT_THIS_PAGE = f"As at {_WORDS}.", "This page cannot show another day"
_AREAS = ("steering", "training", "improvement")
_DATED = {
    "steering.group_home",
    "training.group_home",
    "improvement.group_home",
    "steering.plan_page",
    "steering.action_page",
    "steering.action_history",
    "steering.workforce_page",
    "training.attendance_page",
    "improvement.pillar_page",
}
_FILES = {
    "steering.plan_export",
    "steering.workforce_export",
    "training.attendance_download",
}
_PICTURES = {
    "steering.agency_picture",
    "steering.in_post_picture",
    "steering.leavers_picture",
    "training.attendance_picture",
    "improvement.agency_picture",
}


def _endpoint(site: Site, url: str) -> str:
    """The endpoint that an address of the site leads to, or ""."""
    try:
        return str(site.app.url_map.bind("127.0.0.1").match(urlsplit(url).path)[0])
    except HTTPException:
        return ""


def _day_of(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("as_at", [""])[0]


def _addresses(parts: list[Tag]) -> list[str]:
    """Where parts of a page lead: links, pictures, what htmx fetches, and filters as a browser would send them."""
    tags = [tag for part in parts for tag in part.children]
    found = [t["href"] for t in tags if t.name == "a" and " ".join(t.text.split()) != "Go back to today"]
    found += [t["src"] for t in tags if t.name == "img"]
    found += [address.split()[0] for t in tags if t.name == "source" for address in t["srcset"].split(",")]
    found += [t["hx-get"] for t in tags if t["hx-get"] and t.name != "form"]
    filters = [t for t in tags if t.name == "form" and t["method"] == "get" and not _asks_for_a_day(t)]
    return found + [_sent(form) for form in filters]


def _asks_for_a_day(form: Tag) -> bool:
    return any(child["name"] == "as_at-day" for child in form.children)


def _sent(form: Tag) -> str:
    hidden = [f"{child['name']}={child['value']}" for child in form.children if child["type"] == "hidden"]
    return f"{form['action']}?{'&'.join(hidden)}"


def _row(page: Page) -> list[Tag]:
    """The row of the area's pages."""
    return page.all("nav", aria_label="Pages in this area")


def _all_but_the_header(page: Page) -> list[Tag]:
    return _row(page) + page.all("nav", aria_label="Back") + page.all("main")


def _starts(site: Site, account: str) -> list[str]:
    return [
        f"{route.path}?as_at={_DAY}"
        for route in routes(site.app)
        if route.method == "GET"
        and route.endpoint.split(".")[0] in _AREAS
        and stamp_admits(site.app, route.endpoint, ROLES[account])
    ]


@pytest.mark.parametrize("account", ROLES)
def test_no_link_of_an_area_loses_the_day(site: Site, account: str) -> None:
    browser = Browser(site, account)
    starts = _starts(site, account)
    todo, seen, wrong, dated = deque(starts), set(starts), [], set()
    while todo:
        url = todo.popleft()
        endpoint = _endpoint(site, url)
        answer = browser.client.get(url)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            wrong += _lost_in_a_file(site, url, answer)
            answer.close()
            continue
        page = check_page(answer.text, whole=True)
        shows_the_day = _BANNER in page.words
        dated |= {endpoint} if shows_the_day else set()
        assert shows_the_day or _NOT_THIS_PAGE in page.words, url
        for address in _addresses(_all_but_the_header(page) if shows_the_day else _row(page)):
            target = _endpoint(site, address)
            if address.startswith("#") or target.split(".")[0] != endpoint.split(".")[0]:
                continue
            if _day_of(address) != _DAY:
                wrong.append((url, address))
            elif _shape(site, address) not in {_shape(site, a) for a in seen if _endpoint(site, a) == target}:
                seen.add(address)
                todo.append(address)
    assert wrong == []
    admitted = {endpoint for endpoint in _DATED if stamp_admits(site.app, endpoint, ROLES[account])}
    assert dated == admitted


def _shape(site: Site, url: str) -> tuple[str, ...]:
    """Two addresses of one page that differ in their values only are looked at once."""
    return (_endpoint(site, url), *sorted(parse_qs(urlsplit(url).query)))


def _lost_in_a_file(site: Site, url: str, answer: TestResponse) -> list[tuple[str, str]]:
    """A file says in its name which day it shows."""
    name = answer.headers.get("Content-Disposition", "")
    if _endpoint(site, url) in _FILES and f"-as-at-{_DAY}." not in name:
        return [(url, name or str(answer.status_code))]
    return []


@pytest.mark.parametrize("day", ["2026-03-11", "2099-01-01", "2026-02-30", "yesterday", "9999-12-31", "0000-00-00"])
def test_a_day_that_cannot_be_shown_is_refused_everywhere(site: Site, day: str) -> None:
    wrong, refused = [], set()
    for account in ("secretary", "training", "data", "chair"):
        browser = Browser(site, account)
        for start in _starts(site, account):
            url, endpoint = start.replace(_DAY, day), _endpoint(site, start)
            if endpoint not in _DATED | _FILES | _PICTURES:
                continue
            answer = browser.client.get(url)
            words = check_page(answer.text, whole=True).words if answer.mimetype == "text/html" else ""
            said = "Choose a day up to today, 10 March 2026" in words or "The date must be" in words
            refused.add(endpoint)
            if answer.status_code != 422 or not said:
                wrong.append((url, answer.status_code, words[:200]))
    assert wrong == []
    assert refused == _DATED | _FILES | _PICTURES


def _figures(page: Page) -> list[str]:
    found = [tag.text for tag in page.tags if tag.name in ("table", "dl", "ol")]
    assert found
    return found


@pytest.mark.parametrize(("account", "path"), [
    ("chair", "/steering/plan"), ("chair", "/steering/actions/{action}"), ("chair", "/steering/workforce"),
    ("training", "/training/attendance"), ("chair", "/improvement/workforce"),
])  # fmt: skip
def test_a_future_day_is_said_kept_and_today_is_shown(site: Site, account: str, path: str) -> None:
    action = next(r.path for r in routes(site.app) if r.endpoint == "steering.action_page").rsplit("/", 1)[1]
    b = Browser(site, account)
    url = path.format(action=action)
    today = _figures(b.get(url))
    typed = {"as_at-day": "1", "as_at-month": "4", "as_at-year": "2026"}
    page = b.submit("Show that day", typed, expect=422)
    assert page.one("title").text.startswith("Error: ")
    assert page.words.count("Choose a day up to today, 10 March 2026") == 2  # in the summary and beside the boxes
    assert [page.one("input", id=name)["value"] for name in typed] == ["1", "4", "2026"]
    assert "As at" not in page.words
    assert _figures(page) == today
    typed_in_the_address = b.get(f"{url}?as_at=2026-04-01", expect=422)
    assert [typed_in_the_address.one("input", id=name)["value"] for name in typed] == ["01", "04", "2026"]


@pytest.mark.parametrize("query", ["as_at=2026-03-10", "as_at-day=10&as_at-month=3&as_at-year=2026", "as_at="])
def test_today_is_no_other_day(site: Site, query: str) -> None:
    page = Browser(site, "chair").get(f"/steering/plan?{query}")
    assert "As at" not in page.words
    assert not [a for a in page.all("a") if "as_at" in a["href"]]


def test_the_way_back_keeps_what_was_chosen(site: Site) -> None:
    b = Browser(site, "chair")
    b.get(f"/steering/plan?year=2025&rag=amber&as_at={_DAY}")
    b.link("Go back to today")
    assert parse_qs(urlsplit(b.response.request.url).query) == {"year": ["2025"], "rag": ["amber"]}


def test_choosing_a_day_keeps_what_was_chosen(site: Site) -> None:
    b = Browser(site, "chair")
    b.get("/steering/plan?year=2025&rag=amber&overdue=1")
    page = b.submit("Show that day", {"as_at-day": "31", "as_at-month": "1", "as_at-year": "2026"}, expect=200)
    assert page.one("select", id="rag").children
    assert [o["value"] for o in page.one("select", id="rag").children if "selected" in o.attrs] == ["amber"]
    assert "checked" in page.one("input", id="overdue").attrs


def test_another_area_by_htmx_keeps_the_day_and_the_way_back(site: Site) -> None:
    b = Browser(site, "chair")
    area = [o["value"] for o in b.get("/steering/workforce").one("select", id="area").children][-1]
    part = b.get(f"/steering/workforce?area={area}&as_at={_DAY}", htmx=True)
    assert _BANNER in b.response.get_data(as_text=True)
    assert [a["href"] for a in part.all("a") if a.text == "Go back to today"] == [f"/steering/workforce?area={area}"]
