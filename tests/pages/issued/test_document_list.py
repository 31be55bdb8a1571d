"""The list of reports: what was issued for everybody, what is being made for who makes it."""

import pytest

from tests.support.client import Browser, Browsers
from tests.support.documents import Reports
from tests.support.engines import Site
from wfsite.extensions import db
from wfsite.issued.models import Edition, EditionStep, Link


def _titles(b: Browser) -> list[str]:
    return [th.children[0].text for th in b.page.all("th", scope="row")]


@pytest.mark.parametrize(("account", "number"), [("viewer", 2), ("staff", 2), ("training", 4)])
def test_works(browser: Browsers, account: str, number: int) -> None:
    b = browser(account)
    b.get("/reports")
    assert len(_titles(b)) == number and f"{number} reports" in b.page.words


def test_fragment(browser: Browsers) -> None:
    b = browser("viewer")
    b.get("/reports?q=quarter+2", htmx=True)
    assert "<html" not in b.response.text and len(_titles(b)) == 1
    assert '"said": "1 report"' in b.response.headers["HX-Trigger-After-Settle"]


def test_filters_and_what_it_does_not_know(browser: Browsers) -> None:
    b = browser("training")
    for query, number in (("show=being-made", 2), ("show=in-force", 2), ("show=earlier", 0), ("q=zzz", 0)):
        b.get(f"/reports?{query}")
        assert len(_titles(b)) == number, query
    assert "No report fits." in b.page.words
    b = browser("viewer")
    assert "was left out" in b.get("/reports?show=being-made").words and len(_titles(b)) == 2


def test_nothing_yet(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        for table in (Link, EditionStep, Edition):
            db.session.query(table).delete()
        db.session.commit()
        db.session.remove()
    assert "No report has been issued yet." in browser("viewer").get("/reports").words


def test_the_viewer_has_something_to_read(browser: Browsers, reports: Reports) -> None:
    b = browser("viewer")
    b.get("/")
    assert (
        b.link("Attendance at training, Quarter 2, July to September 2025").one("h1").text
        == "Attendance at training, Quarter 2, July to September 2025"
    )


def test_stranger(browser: Browsers) -> None:
    browser(None).get("/reports", expect=303)
    browser(None).get("/reports/export", expect=303)
