"""A walk along whatever a site offers somebody: every link, picture and form that reads."""

import re
from collections import deque
from collections.abc import Iterable

from tests.support.client import Browser
from tests.support.html import Page, check_page

_NOT_FOLLOWED = re.compile(r"^(#|mailto:|https?:|data:)")


def walk(
    browser: Browser, starts: Iterable[str] = ("/",), *, most: int = 400, of_a_kind: int = 3, but: str = "(?!)"
) -> tuple[set[str], list[tuple[str, int]]]:
    """The addresses that somebody comes to, a few of each kind and at `most`; and those that do not answer, with why.

    Addresses that `but` matches are left aside.
    """
    todo, shapes, wrong = deque(starts), dict[str, int](), list[tuple[str, int]]()
    seen = set(todo)
    while todo and len(seen) < most:
        url = todo.popleft()
        for target in _offered(browser, url, wrong):
            shape = _shape(target)
            if target not in seen and shapes.get(shape, 0) < of_a_kind and not re.search(but, target):
                seen.add(target)
                shapes[shape] = shapes.get(shape, 0) + 1
                todo.append(target)
    return seen, wrong


def _shape(url: str) -> str:
    """Addresses that differ only in their ids are one kind of page; a few of each are enough."""
    return re.sub(r"\d+|[0-9a-f]{32}", "N", url)


def _offered(browser: Browser, url: str, wrong: list[tuple[str, int]]) -> list[str]:
    """Where a page leads; nowhere, if it is no page."""
    answer = browser.client.get(url)
    if answer.status_code not in (200, 302, 303):
        wrong.append((url, answer.status_code))
    if answer.status_code != 200 or answer.mimetype != "text/html":
        answer.close()
        return []
    found = (target.split("#")[0] for target in _targets(check_page(answer.text, whole="<html" in answer.text)))
    return [
        url.split("?")[0] + target if target.startswith("?") else target
        for target in found
        if target and not _NOT_FOLLOWED.match(target)
    ]


def _targets(page: Page) -> list[str]:
    targets = [t["href"] for t in page.all("a")] + [t["src"] for t in page.all("img")]
    targets += [t["hx-get"] for t in page.tags if t["hx-get"]]
    return targets + [t["action"] for t in page.all("form") if t["method"].lower() != "post" and t["action"]]
