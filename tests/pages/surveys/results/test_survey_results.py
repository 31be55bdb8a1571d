"""Results: the same figures and the same gaps in page, picture, alternative text, table, CSV and XLSX."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.client import Browser, Browsers
from tests.support.engines import NOW, Site
from tests.support.statements import Statements
from tests.support.surveys import actor, answer_all, boxes, form_for, opened_survey, questions_of, workers
from wfsite.extensions import db
from wfsite.questions.question_rules import QuestionKind
from wfsite.surveys.answering.services import answers_send
from wfsite.surveys.closing.tally import tally
from wfsite.surveys.models import Question, Survey
from wfsite.surveys.rules import SurveyState

HEALTH = "Annual health check 2025"


@pytest.fixture
def health(site: Site) -> int:
    with site.app.app_context():
        found = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.CLOSED)).one()
        db.session.remove()
        return found


def _csv(b: Browser, survey_id: int) -> list[list[str]]:
    b.get(f"/surveys/{survey_id}/results.csv")
    return list(csv.reader(StringIO(b.response.get_data(as_text=True).removeprefix("\ufeff"))))


def _xlsx(b: Browser, survey_id: int) -> list[list[Any]]:
    b.get(f"/surveys/{survey_id}/results.xlsx")
    book = load_workbook(BytesIO(b.response.get_data()), read_only=True)
    rows = [list(row) for row in book["Results"].iter_rows(values_only=True)]
    book.close()
    return rows


def test_works(site: Site, browser: Browsers, health: int) -> None:
    b = browser("staff")
    b.get("/surveys")
    b.link(HEALTH)
    with Statements(site) as statements:
        page = b.get(f"/surveys/{health}/results")
    assert len(statements) == 4
    assert "% of the people invited answered (" in page.words
    assert "agreed or strongly agreed. The 95% interval is" in page.words
    pictures = page.all("img")
    assert len(pictures) == 7 and all(img["alt"].endswith(".") for img in pictures)
    assert len(page.all("table")) == 7


def test_each_picture_has_its_table_and_its_sentence(browser: Browsers, health: int) -> None:
    b = browser("staff")
    for img in b.get(f"/surveys/{health}/results").all("img"):
        b.client.get(img["src"])
        answer = b.client.get(img["src"])
        assert answer.mimetype == "image/svg+xml"
        assert f"<title>{img['alt'].replace('&', '&amp;')}</title>" in answer.text
        assert b.client.get(img["src"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_too_few_are_not_shown_anywhere(site: Site, browser: Browsers, health: int) -> None:
    b = browser("staff")
    page = b.get(f"/surveys/{health}/results")
    words = "Not shown: fewer than 10 answers"
    assert page.words.count(words) >= 2
    with site.app.app_context():
        rows = db.session.execute(
            select(Question).where(Question.survey_id == health, Question.position == 5)
        ).scalars()
        few = rows.one().id
        db.session.remove()
    assert f"/results/{few}.svg" not in b.response.text
    b.get(f"/surveys/{health}/results/{few}.svg", expect=404)
    for lines in (_csv(b, health), _xlsx(b, health)):
        (row,) = [row for row in lines if str(row[0]) == "5"]
        assert row[-1] == words
        assert [cell or None for cell in row[2:6]] == [None] * 4


def test_page_csv_and_xlsx_agree(browser: Browsers, health: int) -> None:
    b = browser("staff")
    page = b.get(f"/surveys/{health}/results")
    drawn = [
        [cell.text.strip() for cell in row.children if cell.name in ("th", "td")]
        for table in page.all("table")
        for row in table.children
        if row.name == "tr"
    ]
    shown = [(label, count, share) for label, count, share in drawn if label != "Answer"]
    from_csv = [(r[2], r[3], f"{r[5]}%") for r in _csv(b, health)[1:] if r[3]]
    from_xlsx = [(r[2], str(r[3]), f"{r[5]:.1f}%") for r in _xlsx(b, health)[1:] if r[3] is not None]
    assert shown == from_csv == from_xlsx
    assert len(shown) > 35


def test_everyone_said_the_same(site: Site, browser: Browsers) -> None:
    """Twelve people who agree, as every page and file tells it."""
    with site.app.app_context():
        survey_id = opened_survey(site, workers(15))
        questions = questions_of(survey_id)
        form = form_for(questions, Random(1))
        for voter in workers(12):
            answers_send(survey_id, form, by=actor(voter), at=NOW, boxes=boxes())
            db.session.commit()
        tally(survey_id, boxes=site.boxes, at=NOW + timedelta(days=7))
        db.session.remove()
    b = browser("staff")
    page = b.get(f"/surveys/{survey_id}/results")
    assert "90% or more" in page.words and "10% or less" in page.words
    pictures = "".join(b.client.get(img["src"]).text for img in page.all("img"))
    alts = " ".join(img["alt"] for img in page.all("img"))
    files = str(_csv(b, survey_id)) + str(_xlsx(b, survey_id))
    for told in (page.words, pictures, alts, files):
        assert "90% or more" in told
        assert (
            "100.0%" not in told
            and "12 of 12" not in told
            and "average" not in told.casefold().replace("average, 0", "")
        )


def test_fewer_than_ten_answers_in_all(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        survey_id = opened_survey(site, workers(15))
        answer_all(survey_id, workers(4), text="never read")
        tally(survey_id, boxes=site.boxes, at=NOW + timedelta(days=7))
        db.session.remove()
    b = browser("staff")
    page = b.get(f"/surveys/{survey_id}/results")
    assert "Fewer than 10 of the 15 people invited answered." in page.words
    assert "destroyed unread" in page.words
    assert not page.all("table") and not page.all("img")
    assert len(_csv(b, survey_id)) == 1
    assert "Fewer than 10 people answered" in b.get("/surveys").words


def test_comments_are_shown_once_released(site: Site, browser: Browsers, health: int) -> None:
    b = browser("staff")
    page = b.get(f"/surveys/{health}/results")
    assert len([li for li in page.all("li") if "app-break" in li["class"]]) == 5
    assert "accident" not in page.words
    b.link("Read all released comments on question 9")
    assert len([li for li in b.page.all("li") if "app-break" in li["class"]]) == 11
    assert "accident" not in b.page.words


def test_comments_are_paged(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        survey_id = opened_survey(site, workers(45))
        answer_all(survey_id, workers(45), text="=cmd <script>alert(1)</script>\nsecond line")
        tally(survey_id, boxes=site.boxes, at=NOW + timedelta(days=7))
        from wfsite.surveys.models import Comment
        from wfsite.surveys.rules import CommentState

        texts = select(Question.id).where(Question.survey_id == survey_id, Question.kind == QuestionKind.TEXT)
        question = db.session.scalars(texts).one()
        db.session.query(Comment).filter_by(question_id=question).update({"state": CommentState.RELEASED})
        db.session.commit()
        db.session.remove()
    b = browser("staff")
    url = f"/surveys/{survey_id}/results/{question}/comments"
    b.get(url)
    assert "<script>alert" not in b.response.text and "&lt;script&gt;" in b.response.text
    b.link("Next page")
    b.link("Next page")
    assert len([li for li in b.page.all("li") if "app-break" in li["class"]]) == 5
    for page in ("0", "-1", "abc", "1e3", "٣"):
        b.get(f"{url}?page={page}")
    b.get(f"{url}?page=4", expect=404)
    b.get(f"{url}?page=999999", expect=404)


def test_nothing_before_the_count(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        pulse = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.OPEN)).one()
        question = db.session.scalars(select(Question.id).where(Question.survey_id == pulse).limit(1)).one()
        db.session.remove()
    for account in ("staff", "survey"):
        b = browser(account)
        for path in (
            "results",
            "results.csv",
            "results.xlsx",
            f"results/{question}.svg",
            f"results/{question}/comments",
        ):
            b.get(f"/surveys/{pulse}/{path}", expect=404)
    browser("survey").get(f"/surveys/{pulse}/comments", expect=404)


def test_stranger(browser: Browsers, health: int) -> None:
    for path in ("results", "results.csv", "results.xlsx", "results/1.svg", "results/9/comments"):
        browser("viewer").get(f"/surveys/{health}/{path}", expect=403)


@pytest.mark.parametrize(
    "path",
    ["999999/results", "0/results", "{health}/results.pdf", "{health}/results/999999.svg", "{health}/results/11.svg"],
)
def test_unknown_id(browser: Browsers, health: int, path: str) -> None:
    browser("staff").get(f"/surveys/{path.replace('{health}', str(health))}", expect=404)
