"""Uploading a plan: what will happen, row by row; then confirm or discard. Nothing is saved before."""

import io
from importlib.resources import files
from typing import cast

import pytest
from sqlalchemy import select, update

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page
from wfsite.extensions import db
from wfsite.imports.models import Upload
from wfsite.imports.rules import Content
from wfsite.web.uploads import LARGEST_FILE

URL = "/steering/plan/import"
HEADER = b"Theme and action,Timescales,Leads,RAG,Progress,Route back to Green\n"
GOOD = HEADER + b"Ready to work,,,,,\nBrand new action,March 2026,Youth work,,,\n"


def _send(b: Browser, content: bytes, *, name: str = "plan.csv", year: str = "2025", expect: int = 303) -> Page:
    return b.post(URL, {"target": year, "file": (io.BytesIO(content), name)}, expect=expect)


def test_works(browser: Browsers) -> None:
    b = browser("secretary")
    b.get("/steering/plan")
    b.link("Import a plan")
    _send(b, GOOD)
    page = b.follow()
    assert "1 row will be added" in page.words
    assert "4.4 Brand new action" in page.words
    assert "Brand new action" not in b.get("/steering/plan").words
    _send(b, GOOD)
    b.follow()
    b.submit("Confirm and import")
    page = b.follow()
    assert "1 action added" in page.words
    page = b.link("Go to the action plan")
    assert "Brand new action" in page.words


def test_the_real_plan_again_changes_nothing(browser: Browsers) -> None:
    b = browser("secretary")
    content = files("wfsite.demo").joinpath("data", "action-plan-2014-15.xlsx").read_bytes()
    _send(b, content, name="action-plan-2014-15.xlsx", year="2014")
    assert "35 rows stay the same" in b.follow().words
    b.submit("Confirm: nothing changes")
    assert "nothing changed" in b.follow().words


def test_a_title_of_two_cells_above_the_headings(browser: Browsers) -> None:
    b = browser("secretary")
    _send(b, b"Workforce plan;Version 3;;;;\n" + GOOD.replace(b",", b";"))
    page = b.follow()
    assert "4.4 Brand new action" in page.words
    assert "Row 2 was read as the headings, and what stands above it (row 1) was not read" in page.words


def test_errors_name_row_and_column(browser: Browsers) -> None:
    b = browser("secretary")
    _send(b, HEADER + b"Ready to work,,,,,\nNew,31/02/2026,,Red,,\nFine,March 2026,X,,,\n")
    page = b.follow()
    assert page.one("title").text.startswith("Error:")
    assert "Row 3, column “Timescales”: “31/02/2026” is not a month" in page.words
    assert "Nothing has been saved" in page.words
    assert not [button for button in page.all("button") if "Confirm" in button.text]
    assert "Fine" not in page.words  # only what has errors is listed until asked for
    assert "Fine" in b.link("All rows").words
    assert "Fine" not in b.link("Only errors").words


def test_a_hundred_errors_are_listed_and_the_rest_counted(browser: Browsers) -> None:
    b = browser("secretary")
    lines = b"".join(b"New %d,Sometime,X,,,\n" % n for n in range(250))
    _send(b, HEADER + b"Theme,,,,,\n" + lines)
    page = b.follow()
    assert "And 150 more errors" in page.words
    assert "page 1 of 2" in page.words
    assert "page 2 of 2" in b.link("Rows after these").words


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"", "The file is empty"),
        ("x.csv", b"<html><table>", "web page"),
        ("x.xlsx", b"PK\x03\x04x", "damaged"),
        ("x.csv", b'a,b\n1,"open', "never closed"),
    ],
)
def test_unreadable_files_keep_the_year(browser: Browsers, name: str, content: bytes, message: str) -> None:
    b = browser("secretary")
    page = _send(b, content, name=name, expect=422)
    assert message in page.words
    assert page.one("title").text.startswith("Error:")
    assert [o["value"] for o in page.one("select").children if "selected" in o.attrs] == ["2025"]


def test_missing_file_and_year(browser: Browsers) -> None:
    b = browser("secretary")
    page = b.post(URL, {}, expect=422)
    assert "Choose a file" in page.words and "Choose the year of the plan" in page.words
    for year in ("", "1066", "abc"):
        assert "Choose the year" in _send(b, GOOD, year=year, expect=422).words


def _send_large(b: Browser, content: bytes, *, expect: int) -> str:
    return b.post_large(URL, {"target": "2025"}, "a.csv", content, expect=expect).words


def test_too_large(browser: Browsers) -> None:
    b = browser("secretary")
    assert "5,000 rows" in _send_large(b, b"a,b\n" + b"1,2\n" * 400_000, expect=422)
    assert "smaller than 5 MB" in _send_large(b, b"x" * (LARGEST_FILE + 1), expect=422)
    assert "too big" in _send_large(b, b"x" * (LARGEST_FILE + 100_000), expect=413)


def test_a_missing_column_is_said(browser: Browsers) -> None:
    b = browser("secretary")
    _send(b, b"Action,Timescale\nNew,March 2026\n")
    assert "The column “Leads” is missing" in b.follow().words


def test_confirming_what_has_moved_on_shows_it_again(browser: Browsers, site: Site) -> None:
    one, two = browser("secretary"), browser("secretary")
    _send(one, GOOD)
    one.follow()
    _send(two, GOOD)
    two.follow()
    two.submit("Confirm and import")
    page = one.submit("Confirm and import", expect=409)
    assert "The data have changed since this page was shown" in page.words
    assert not [button for button in page.all("button") if "Confirm" in button.text]
    one.submit("Check it again")
    one.follow()
    one.submit("Confirm: nothing changes")


def test_confirming_what_has_errors_since_it_was_shown_offers_the_check_again(browser: Browsers, site: Site) -> None:
    b = browser("secretary")
    _send(b, HEADER + b"Theme,,,,,\nNew,March 2026,HR,Amber,Late,Soon\n")
    b.follow()
    with site.app.app_context():
        upload = db.session.scalars(select(Upload).where(Upload.file_name == "plan.csv")).one()
        rows = [[*rows[:-1], [*rows[-1][:1], "31/02/2026", *rows[-1][2:]]] for rows in upload.content["rows"]]
        upload.content = cast(Content, {**upload.content, "rows": rows})
        db.session.commit()
        db.session.remove()
    page = b.submit("Confirm and import", expect=409)
    assert "The data have changed since this page was shown" in page.words
    b.submit("Check it again")
    page = b.follow()
    assert "The file has 5 errors. Nothing has been saved." in page.words
    assert "plan.csv has errors to look at" in b.get("/").words


def test_discarded_is_discarded_and_confirmed_is_once(browser: Browsers) -> None:
    b = browser("secretary")
    _send(b, GOOD)
    place = b.response.headers["Location"]
    b.follow()
    b.submit("Discard the file")
    assert "Nothing was changed" in b.follow().words
    b.post(f"{place}/confirm", {"fingerprint": "x"}, expect=409)
    _send(b, GOOD)
    place = b.response.headers["Location"]
    b.follow()
    b.submit("Confirm and import")
    b.post(f"{place}/confirm", {"fingerprint": "x"})
    b.post(f"{place}/discard", expect=409)


def test_a_file_whose_check_fails_can_be_discarded(browser: Browsers, site: Site) -> None:
    b = browser("secretary")
    _send(b, GOOD)
    with site.app.app_context():
        db.session.execute(update(Upload).values(content={"rows": []}))
        db.session.commit()
        db.session.remove()
    place = b.response.headers["Location"]
    b.post(f"{place}/check")
    page = b.get(place)
    assert "could not work out what this file would do" in page.words
    assert not [button for button in page.all("button") if "Confirm" in button.text]
    b.submit("Check it again")
    b.follow()
    b.submit("Discard the file")
    assert "The file was discarded" in b.follow().words
    b.post(f"{place}/check")
    assert "The file was discarded" in b.follow().words


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_imports(browser: Browsers, kind: str) -> None:
    b = browser("secretary")
    b.get(f"{URL}/template.{kind}")
    _send(b, b.response.data, name=f"t.{kind}", year="2026")
    assert "2 rows will be added" in b.follow().words


@pytest.mark.parametrize("account", ["staff", "manager", "chair", "admin", "data"])
def test_stranger(browser: Browsers, account: str) -> None:
    b = browser(account)
    b.get(URL, expect=403)
    _send(b, GOOD, expect=403)
    b.get(f"{URL}/1", expect=403)


def test_unknown_id(browser: Browsers) -> None:
    b = browser("secretary")
    for path in ("/999999", "/999999/confirm", "/999999/discard"):
        if path.endswith("9"):
            b.get(URL + path, expect=404)
        else:
            b.post(URL + path, {}, expect=404)


def test_a_file_name_cannot_do_harm(browser: Browsers) -> None:
    b = browser("secretary")
    _send(b, GOOD, name="../../<b>plan\u202e.csv")
    page = b.follow()
    assert "<b>plan.csv for the plan of 2025/26" in page.words
