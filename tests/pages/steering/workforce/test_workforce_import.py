"""The steward's file: upload, what will happen, confirm, and the page shows it."""

from io import BytesIO

import pytest

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page
from wfsite.demo.workforce import DATA
from wfsite.extensions import db
from wfsite.people.models import Team

URL = "/steering/workforce/import"


@pytest.fixture
def team_id(site: Site) -> str:
    with site.app.app_context():
        return str(db.session.query(Team.id).filter_by(name="Assessment").scalar())


def _upload(b: Browser, content: bytes, name: str = "figures.csv", target: str = "file", expect: int = 303) -> Page:
    return b.post(URL, {"target": target, "file": (BytesIO(content), name)}, expect=expect)


@pytest.mark.parametrize("name", ["workforce-data-2020-21.csv", "workforce-data-2020-21.xlsx"])
def test_works(browser: Browsers, team_id: str, name: str) -> None:
    b = browser("data")
    b.get("/steering/workforce")
    b.link("Import workforce figures")
    _upload(b, (DATA / name).read_bytes(), name, team_id)
    page = b.follow()
    assert "3 rows will be added" in page.words
    assert "Difference −6" in page.words
    assert "was read as “Starters %”, because it stands under “Starters”" in page.words
    b.submit("Confirm and import")
    assert "3 months were added." in b.follow().words
    words = b.link("Go to workforce data").words
    assert "21.08%" in words
    assert "Only 12 of these posts" in words


def test_the_same_file_again_changes_nothing(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        target = str(db.session.query(Team.id).filter_by(name="Children and family social work").scalar())
    b = browser("data")
    name = "workforce-data-2020-21.csv"
    _upload(b, (DATA / name).read_bytes(), name, target)
    assert "3 rows stay the same" in b.follow().words
    b.submit("Confirm: nothing changes")
    assert "nothing changed" in b.follow().words


def test_invalid(browser: Browsers, team_id: str) -> None:
    b = browser("data")
    _upload(b, b"Month,Permanent,Agency,Total\nFeb-21,146,39,190\n", target=team_id)
    page = b.follow()
    assert page.one("title").text.startswith("Error:")
    sentence = "Row 2, column “Total”: Permanent (146) and agency (39) add up to 185, but the total says 190"
    assert sentence in page.words
    assert not [x for x in page.all("button") if "Confirm" in x.text]


def test_the_area_must_be_chosen(browser: Browsers) -> None:
    page = _upload(browser("data"), b"Month,Permanent\nFeb-21,1\n", target="", expect=422)
    assert "Choose the service area, or say that the file names it" in page.words


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_imports(browser: Browsers, kind: str) -> None:
    b = browser("data")
    b.get(f"{URL}/template.{kind}")
    _upload(b, b.response.get_data(), f"t.{kind}")
    assert "2 rows will be added" in b.follow().words


def test_stranger(browser: Browsers) -> None:
    for account in ("chair", "secretary", "manager", "staff"):
        browser(account).get(URL, expect=403)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Month,Permanent\nFeb-21,[x]\n", "February 2021 has no figure. Enter one, or delete the month"),
        (b"What,Feb-21\nShoe size,9\n", "No figure was read from the file"),
        (b"What,Jan-21,Feb-21\nPermanent,9,\n", "February 2021 has no figure"),
        (b"Month,Permanent\nFeb-21,9\nTotal,9\n", "\u201cTotal\u201d is not a month. Delete the row"),
        (
            b"Month,Permanent\n2010-11,9\n",
            "\u201c2010-11\u201d may be a financial year. Write it as the months it holds",
        ),
        (b"Team,What,Feb-21\nFostering,Permanent,9\n", "Fostering"),
        (b"All figures are FTE,\nMonth,Permanent\nFeb-21,9\n", "stands under \u201cFTE\u201d"),
    ],
)
def test_what_would_be_guessed_or_would_empty_the_board_is_refused(
    browser: Browsers, team_id: str, content: bytes, sentence: str
) -> None:
    b = browser("data")
    _upload(b, content, target=team_id)
    page = b.follow()
    assert sentence in page.words
    assert not [x for x in page.all("button") if "Confirm" in x.text]
