"""The quarter's attendance: figures with what they rest on, other days, other readers, spreadsheets, pictures."""

import csv
from datetime import date, time
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.html import Page
from tests.support.present import the
from tests.support.statements import Statements
from wfsite.core.clock import at_london
from wfsite.extensions import db
from wfsite.training.programme.models import SessionStanding, TrainingSession

URL = "/training/attendance"


def rows_of(page: Page, caption: str) -> list[list[str]]:
    table = next(t for t in page.all("table") if caption in t.text)
    lines = [c for c in table.children if c.name == "tr"]
    return [[" ".join(c.text.split()) for c in line.children if c.name in ("th", "td")] for line in lines]


def test_works(browser: Browsers, site: Site) -> None:
    b = browser("training")
    with Statements(site) as seen:
        page = b.get(URL)
    assert len(seen) <= 4
    assert "Quarter 4, January to March 2026" in page.words
    assert "2 registers are still open" in page.words
    assert "Apologies sent on the day count here" in page.words
    b.link("Previous quarter")
    assert "All registers are closed" in b.page.words
    b.link("Next quarter")


def test_rates_wait_for_the_register_to_be_closed(browser: Browsers) -> None:
    rows = rows_of(browser("training").get(URL), "Sessions and their registers")
    by_state = {row[2]: row for row in rows[1:]}
    assert by_state["Open"][-3:] == ["[z]", "[z]", "[z]"]
    assert " of " in by_state["Closed"][-3]


@pytest.mark.parametrize("query", ["", "&as_at=2025-11-20"])
def test_spreadsheets_equal_the_page(browser: Browsers, query: str) -> None:
    b = browser("training")
    page = b.get(f"{URL}?quarter=2025-q3{query}")
    shown = {row[0]: row for row in rows_of(page, "by profession or role, closed")[1:]}
    b.get(f"{URL}/download/csv?quarter=2025-q3{query}")
    text = b.response.data.decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(text)))
    written = {line["Profession or role"]: line for line in lines if line["Grouped by"] == "Profession or role"}
    assert shown.keys() - {"Total"} == written.keys()
    total = next(line for line in lines if line["Grouped by"] == "All")
    for name, line in [*written.items(), ("Total", total)]:
        cells = shown[name]
        assert cells[1] == line["Registrations (R)"] and cells[6] == line["Did not attend (D)"]
        assert cells[9].split()[0] == line["Attendance rate"]
        assert cells[10].split()[0] == line["Non-attendance rate"]
        assert cells[11] == line["People"]
    b.get(f"{URL}/download/xlsx?quarter=2025-q3{query}")
    book = load_workbook(BytesIO(b.response.data))
    values = [["" if v is None else str(v) for v in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert values == [list(row) for row in csv.reader(StringIO(text))]
    assert "Cancelled late (L)" in str(list(book["Notes"].iter_rows(values_only=True)))


def test_sessions_as_a_spreadsheet(browser: Browsers) -> None:
    b = browser("training")
    shown = rows_of(b.get(f"{URL}?quarter=2025-q3"), "Sessions and their registers")[1:]
    b.get(f"{URL}/download/csv?quarter=2025-q3&table=sessions")
    lines = list(csv.DictReader(StringIO(b.response.data.decode("utf-8-sig"))))
    assert [row[4] for row in shown] == [line["Registrations (R)"] for line in lines]


def test_another_day_says_so_and_leads_back(browser: Browsers) -> None:
    b = browser("training")
    page = b.get(f"{URL}?quarter=2025-q3&as_at=2025-11-20")
    assert "20 November 2025" in page.words
    pictures = [img["src"] for img in page.all("img")]
    assert pictures and all("as_at=2025-11-20" in src for src in pictures)
    today = b.get(f"{URL}?quarter=2025-q3").words
    assert page.words != today
    assert "No session of this quarter has begun" in b.get(f"{URL}?quarter=2025-q3&as_at=2025-09-01").words


def test_pictures(browser: Browsers) -> None:
    b = browser("training")
    for img in b.get(URL).all("img"):
        assert img["alt"]
        b.get(img["src"])
        assert b.response.mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    ("account", "words"),
    [("partner", "Only people of your agency"), ("manager", "Only people who are in your team")],
)
def test_narrower_reach(browser: Browsers, account: str, words: str) -> None:
    b = browser(account)
    page = b.get(f"{URL}?quarter=2025-q3")
    assert words in page.words
    assert "Take-up" not in " ".join(t.text for t in page.all("table"))
    b.get(f"{URL}/download/csv?quarter=2025-q3")
    agencies = {line["Agency"] for line in csv.DictReader(StringIO(b.response.data.decode("utf-8-sig")))} - {""}
    assert agencies == {"Alderbrook NHS Foundation Trust" if account == "partner" else "Alderbrook Council"}


@pytest.mark.parametrize("query", ["quarter=2025-q9", "quarter=x", "quarter=1999-q4", "page=0", "page=999999", "by=x"])
def test_unreadable_choices_show_the_latest_quarter(browser: Browsers, query: str) -> None:
    b = browser("training")
    assert "Quarter 4, January to March 2026" in b.get(f"{URL}?{query}").words
    b.get(f"{URL}/picture?{query}")


def test_an_empty_quarter(browser: Browsers) -> None:
    b = browser("training")
    assert "No session of this quarter has begun" in b.get(f"{URL}?quarter=2000-q1").words
    b.get(f"{URL}/picture?quarter=2000-q1")
    b.get(f"{URL}/download/xlsx?quarter=2000-q1")


def test_a_session_over_the_turn_of_a_quarter_is_said_to_be_of_the_one_in_which_it_ended(
    site: Site, browser: Browsers
) -> None:
    b = browser("training")
    b.get(f"{URL}?quarter=2025-q3")
    before = int(b.page.words.partition(" sessions of this quarter have begun.")[0].rpartition(" ")[2])
    first, last = at_london(date(2025, 9, 30), time(9, 30)), at_london(date(2025, 10, 1), time(16, 30))
    with site.app.app_context():
        course = the(db.session.query(TrainingSession).first()).course_id
        values = {"starts_at": first, "ends_at": last, "venue": "Over the turn", "capacity": 9}
        session = TrainingSession(course_id=course, **values)
        db.session.add(session)
        db.session.flush()
        db.session.add(SessionStanding(session_id=session.id, state=session.state, recorded_at=first))
        db.session.commit()
        db.session.remove()
    assert f" {before + 1} sessions of this quarter have begun." in b.get(f"{URL}?quarter=2025-q3").words
    assert "30 September 2025 at 9:30am to 1 October 2025 at 4:30pm Over the turn" in b.page.words
    assert "Over the turn" not in b.get(f"{URL}?quarter=2025-q2").words
    assert "Over the turn" in b.get(f"{URL}?quarter=2025-q3&as_at=2025-10-02").words
    assert "Over the turn" not in b.get(f"{URL}?quarter=2025-q3&as_at=2025-09-29").words


@pytest.mark.parametrize("day", ["2025-02-31", "20250101", "x", "31/12/2025"])
def test_invalid(browser: Browsers, day: str) -> None:
    page = browser("training").get(f"{URL}?as_at={day}", expect=422)
    assert "The date must be a real date" in page.words


def test_stranger(browser: Browsers) -> None:
    for path in ("", "/picture", "/download/csv"):
        browser("staff").get(URL + path, expect=403)
    browser("training").get(f"{URL}/download/pdf", expect=404)
