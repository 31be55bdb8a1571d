"""Every link and every form that the site offers a role works for that role: nothing shown leads to a wall."""

import re
from collections import deque

import pytest

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.html import check_page
from tests.support.routes import ROLES

_NOT_FOLLOWED = re.compile(r"^(#|mailto:|https?:|data:)")
_ENOUGH = 400


def _shape(url: str) -> str:
    """Addresses that differ only in their ids are one kind of page; a few of each are enough."""
    return re.sub(r"\d+|[0-9a-f]{32}", "N", url)


@pytest.mark.parametrize("account", ROLES)
def test_every_link_works(site: Site, account: str) -> None:
    browser = Browser(site, account)
    todo, seen, shapes, wrong = deque(["/"]), {"/"}, {}, []
    while todo and len(seen) < _ENOUGH:
        url = todo.popleft()
        answer = browser.client.get(url)
        if answer.status_code in (302, 303):
            continue
        if answer.status_code != 200:
            wrong.append((url, answer.status_code))
            continue
        if answer.mimetype != "text/html":
            answer.close()
            continue
        page = check_page(answer.text, whole="<html" in answer.text)
        targets = [t["href"] for t in page.all("a")] + [t["src"] for t in page.all("img")]
        targets += [t["hx-get"] for t in page.tags if t["hx-get"]]
        targets += [t["action"] for t in page.all("form") if t["method"].lower() != "post" and t["action"]]
        for target in targets:
            target = target.split("#")[0]
            if not target or _NOT_FOLLOWED.match(target):
                continue
            if target.startswith("?"):
                target = url.split("?")[0] + target
            shape = _shape(target)
            if target not in seen and shapes.get(shape, 0) < 3:
                seen.add(target)
                shapes[shape] = shapes.get(shape, 0) + 1
                todo.append(target)
    assert wrong == []
    assert len(seen) > 2
