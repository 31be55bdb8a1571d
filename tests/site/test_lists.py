"""Every list that has a file beside it: no address breaks it, its files say what its pages say, to each what is theirs.

A list is found by its name: the view `room.things_list` beside `room.things_export`.
"""

from io import BytesIO
from itertools import product
from urllib.parse import urlencode

import pytest
from docx import Document

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.html import Page
from tests.support.lists import LISTS
from tests.support.routes import ROLES, stamp_admits
from tests.support.statements import Statements
from wfsite.extensions import db
from wfsite.sheets.reading import read_table
from wfsite.web import lists

NASTY = (
    "",
    "x",
    "-1",
    "0",
    "\x00",
    "٣",
    "9" * 400,
    "'; DROP--",
    "=1",
    "%",
    "é" * 300,
    "-",
    "--when",
    "gAAAAA==",
    "1e3",
)


def lists_of(site: Site) -> list[tuple[str, str, str]]:
    """(address of a list, address of its file, its endpoint)."""
    rules = {rule.endpoint: rule.rule for rule in site.app.url_map.iter_rules() if not rule.arguments}
    beside = {endpoint: f"{endpoint.removesuffix('list')}export" for endpoint in rules if endpoint.endswith("_list")}
    return [(rules[one], rules[other], one) for one, other in beside.items() if other in rules]


def account_for(site: Site, endpoint: str) -> str:
    return next(account for account, role in ROLES.items() if stamp_admits(site.app, endpoint, role))


def form_of(page: Page, address: str) -> set[str]:
    (form,) = [form for form in page.all("form") if form["action"] == address]
    return {c["name"] for c in form.children if c["name"]}


def walked(browser: Browser, address: str) -> list[str]:
    """Every page's rows as their text, by following its links."""
    rows, page = [], browser.get(address)
    while True:
        rows += [" ".join(tr.text.split()) for tr in page.all("tr") if tr.children[0]["scope"] == "row"]
        rows += [" ".join(li.text.split()) for ul in page.all("ul", class_="app-timeline") for li in ul.children
                 if li["class"] == "govuk-body app-break"]  # fmt: skip
        following = page.all("a", rel="next")
        if not following:
            return rows
        page = browser.get(following[0]["href"])


def test_the_lists_are_found(site: Site) -> None:
    assert {endpoint for *_, endpoint in lists_of(site)} == {
        "people.person_list",
        "audit.event_list",
        "training.session_list",
        "surveys.survey_list",
        "issued.document_list",
    }


def test_no_address_breaks_a_list_or_its_file(site: Site) -> None:
    wrong = []
    for address, file, endpoint in lists_of(site):
        browser = Browser(site, account_for(site, endpoint))
        names = {*form_of(browser.get(address), address), "sort", "page", "kind", "person"}
        for name, value, path in product(names, NASTY, (address, file)):
            query = urlencode({name: value}) + ("&kind=csv" if path == file and name != "kind" else "")
            status = browser.client.get(f"{path}?{query}").status_code
            if status not in (200, 422):
                wrong.append((path, query[:60], status))
        for query in ("&".join(f"{name}=x" for name in names), "&".join(f"{name}=%ff" for name in names)):
            if browser.client.get(f"{address}?{query}", headers={"HX-Request": "true"}).status_code >= 500:
                wrong.append((address, query, 500))
    assert wrong == []


@pytest.mark.parametrize("account", ROLES)
def test_a_file_holds_what_its_reader_may_see_and_no_row_more(site: Site, account: str) -> None:
    browser = Browser(site, account)
    for address, file, endpoint in lists_of(site):
        if not stamp_admits(site.app, endpoint, ROLES[account]):
            browser.get(address, expect=403)
            browser.get(file, expect=403)
            continue
        for query in ("", "?when=all"):
            rows = walked(browser, address + query)
            browser.get(file + query)
            lines = read_table("x.csv", browser.response.data).rows if rows else ()
            own = [row.cells for row in lines]
            if endpoint == "surveys.survey_list":  # its page shows more than the list of what is counted
                rows = rows[-len(own) :] if own else []
            assert len(own) == len(rows), (account, address)
            first = [cells[3] or cells[2] if endpoint == "audit.event_list" else cells[0] for cells in own]
            assert all(words in row for words, row in zip(first, rows, strict=True))


def test_all_three_files_say_the_same(site: Site) -> None:
    for _, file, endpoint in lists_of(site):
        browser = Browser(site, account_for(site, endpoint))
        found = {}
        for kind in ("csv", "xlsx"):
            browser.get(f"{file}?when=all&kind={kind}")
            table = read_table(f"x.{kind}", browser.response.data)
            found[kind] = [table.header, *(row.cells for row in table.rows)]
        browser.get(f"{file}?when=all&kind=docx")
        assert "wordprocessingml" in browser.response.headers["Content-Type"]
        (shown,) = Document(BytesIO(browser.response.data)).tables
        in_word = [tuple(cell.text for cell in row.cells) for row in shown.rows]
        assert found["csv"] == found["xlsx"] and len(in_word) == len(found["csv"])
        names = [(row[0], row[-1]) for row in found["csv"]]
        assert [(row[0], row[-1]) for row in in_word] == names, endpoint


def test_a_file_that_would_not_hold_the_list_says_what_to_do(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", {"csv": 100, "xlsx": 20, "docx": 10})
    browser = Browser(site, "admin")
    said = browser.get("/admin/people/export?kind=docx", expect=422).words
    assert "A Word file of a list holds 10 rows at most. Choose fewer with the filters, or download it as CSV." in said
    assert "Choose fewer with the filters." in browser.get("/admin/people/export", expect=422).words
    browser.get("/admin/people/export?role=administrator&kind=docx")


def test_a_file_never_leaves_out_a_filter_that_must_be_put_right(site: Site) -> None:
    browser = Browser(site, "admin")
    words = browser.get("/admin/history/export?from-day=31&from-month=2&from-year=2026", expect=422).words
    assert "From must be a real date" in words


def test_statements_are_as_many_on_every_page_and_in_a_longer_list(site: Site) -> None:
    counts: dict[str, set[int]] = {}
    for longer in (False, True):
        if longer:
            with site.app.app_context():
                for case in {case.grow: case for case in LISTS}.values():
                    case.grow(0, 700)
                db.session.commit()
                db.session.remove()
        for address, file, endpoint in lists_of(site):
            browser = Browser(site, account_for(site, endpoint))
            browser.client.get("/")
            for path in (f"{address}?when=all", f"{file}?when=all&kind=csv"):
                with Statements(site) as statements:
                    browser.client.get(path)
                counts.setdefault(path, set()).add(len(statements))
            for following in browser.get(f"{address}?when=all").all("a", rel="next"):
                with Statements(site) as statements:
                    browser.client.get(following["href"])
                counts[f"{address}?when=all"].add(len(statements))
    assert all(len(found) == 1 for found in counts.values()), counts
    assert all(max(found) <= 5 for found in counts.values()), counts
