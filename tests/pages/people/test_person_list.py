"""The list of people: searched alike whatever the case or accent, filtered, sorted, paged, exported."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from tests.support.client import Browser, Browsers
from tests.support.workbooks import sheet_of


def _names(b: Browser) -> list[str]:
    return [" ".join(a.text.split()) for th in b.page.all("th", scope="row") for a in th.children if a.name == "a"]


def test_works(browser: Browsers) -> None:
    b = browser("admin")
    page = b.get("/admin/people")
    assert "1 to 50 of 410 people" in page.words
    assert len(_names(b)) == 50
    assert _names(b) == sorted(_names(b), key=str.casefold)
    b.link("Next page")
    assert "51 to 100 of 410 people" in b.page.words
    b.link("Previous page")
    assert "1 to 50 of 410 people" in b.page.words


def test_fragment_says_how_many(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/people?q=amara+bello", htmx=True)
    assert "<html" not in b.response.text
    assert "Amara Bello" in b.response.text
    assert '"said": "1 person"' in b.response.headers["HX-Trigger-After-Settle"]


@pytest.mark.parametrize("words", ["amara bello", "BELLO", "bello amara", "staff@demo", "Amára  Bèllo", " amara "])
def test_search(browser: Browsers, words: str) -> None:
    b = browser("admin")
    b.get("/admin/people", query_string={"q": words})
    assert "Amara Bello" in _names(b)


@pytest.mark.parametrize("words", ["%", "_", "\\", "!", "(a+)+$", "' OR 1=1--", "x" * 10_000, "\x00", "\U0001f600"])
def test_odd_words_find_nobody_or_everybody_and_never_fail(browser: Browsers, words: str) -> None:
    b = browser("admin")
    b.get("/admin/people", query_string={"q": words})
    assert ("Nobody fits" in b.page.words) is (words != "\x00")


def test_filters(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/people?role=administrator")
    assert _names(b) == ["Sam Whitlock"]
    b.get("/admin/people?account=closed")
    assert "Nobody fits" in b.page.words
    options = b.page.all("option")
    police = next(o["value"] for o in options if o.text == "Alder Valley Police")
    b.get(f"/admin/people?agency={police}&sort=-email")
    cells = {c.text for c in b.page.all("td", data_label="Agency")}
    assert cells == {"Alder Valley Police"}
    assert "Agency: Alder Valley Police." in b.page.words
    emails = [c.text for c in b.page.all("td", data_label="Email")]
    assert emails == sorted(emails, reverse=True)


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=0", "page=1000000000", "page=abc", "page=1&page=2", "sort=password_hash", "agency=9999999999",
     "agency=x", "role=king", "account=x", "per_page=100000"],
)  # fmt: skip
def test_odd_parameters_count_as_not_given(browser: Browsers, query: str) -> None:
    browser("admin").get(f"/admin/people?{query}")


def test_what_the_list_does_not_know_is_said_and_left_out(browser: Browsers) -> None:
    b = browser("admin")
    page = b.get("/admin/people?role=king&sort=password_hash&q=demo")
    assert "“king” is not one of the choices of “Role”, so that filter was left out." in page.words
    assert "The list cannot be sorted by “password_hash”, so it stands in its usual order." in page.words
    assert "king" not in " ".join(a["href"] for a in page.all("a"))
    b.link("Clear the filters")
    assert "410 people" in b.page.words


def test_sorting_keeps_the_filters_and_filtering_the_order(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/people?q=demo")
    b.get(_head(b, "Email"))
    assert b.page.one("th", aria_sort="ascending").text.startswith("Email")
    assert "Name or email: “demo”." in b.page.words
    b.get(_head(b, "Email"))
    assert b.page.one("th", aria_sort="descending").text.startswith("Email")
    b.submit("Show", {"q": "worker"}, expect=200)
    assert b.page.one("th", aria_sort="descending").text.startswith("Email")
    b.link("Next page")
    assert b.page.one("th", aria_sort="descending").text.startswith("Email") and "“worker”" in b.page.words


def _head(b: Browser, words: str) -> str:
    return next(a["href"] for th in b.page.all("th", scope="col") for a in th.children if th.text.startswith(words))


def test_a_page_says_nothing_of_anybody_in_its_address(browser: Browsers) -> None:
    b = browser("admin")
    addresses = [a["href"] for a in b.get("/admin/people?sort=email").all("a") if "page=" in a["href"]]
    assert len(addresses) == 1 and "@" not in addresses[0] and "demo" not in addresses[0]


def test_a_key_of_another_list_or_order_is_the_first_page(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/people?sort=email")
    (other,) = [a["href"] for a in b.page.all("a") if "page=" in a["href"]]
    assert "51 to 100 of" in b.get(other).words
    for query in (
        other.replace("sort=email", "sort=name"),
        other.replace("page=gAAAA", "page=gAAAB"),
        "/admin/people?page=2",
        "/admin/people?page=%F0",
    ):
        assert "1 to 50 of 410 people" in b.get(query).words


def test_export(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/people/export?kind=csv&q=demo.example&role=administrator")
    rows = list(csv.reader(StringIO(b.response.data.decode("utf-8-sig"))))
    assert rows[1][:3] == ["Sam Whitlock", "admin@demo.example", "Systems administrator"]
    assert len(rows) == 2
    b.get("/admin/people/export?kind=xlsx&account=all")
    sheet = sheet_of(load_workbook(BytesIO(b.response.data)))
    assert sheet.max_row == 411


def test_stranger(browser: Browsers) -> None:
    for url in ("/admin/people", "/admin/people/export", "/admin/people/add", "/admin/access"):
        browser("manager").get(url, expect=403)
        browser(None).get(url, expect=303)
