"""The list: what waits for me, what I answered, results; and for the survey lead what to look after."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete

from tests.support.lists import FIRST_ID, LISTS
from tests.support.statements import Statements
from tests.support.surveys import answer_all, opened_survey, person_id, workers
from wfsite.extensions import db
from wfsite.questions.question_rules import QuestionKind
from wfsite.sheets.reading import read_table
from wfsite.surveys import models
from wfsite.surveys.box import store


def test_works_for_staff(site, browser):
    b = browser("staff")
    with Statements(site) as statements:
        page = b.get("/surveys")
    assert len(statements) == 2
    assert "Skills and progression pulse survey" in page.words and "Closes on 18 March 2026 at 5pm" in page.words
    assert "Surveys to look after" not in page.words
    assert "% have answered" not in page.words and "to read" not in page.words
    assert "Response" not in page.words
    b.link("Annual health check 2025")


def test_works_for_the_survey_lead(site, browser):
    b = browser("survey")
    with Statements(site) as statements:
        page = b.get("/surveys")
    assert len(statements) == 3
    assert "About 50% have answered" in page.words
    b.link("7 comments to read in Annual health check 2025")
    b.get("/surveys")
    b.link("Close Skills and progression pulse survey")


def test_the_response_is_never_of_too_few(site, browser):
    with site.app.app_context():
        survey_id = opened_survey(site, [*workers(20), person_id("survey")])
        answer_all(survey_id, workers(9))
        db.session.remove()
    assert "Fewer than 10 answers so far" in browser("survey").get("/surveys").words


def test_a_missing_box_is_said_to_the_lead(site, browser):
    store.let_go_of_all()
    shutil.rmtree(site.boxes / "open")
    page = browser("survey").get("/surveys")
    assert "■ No ballot box" in page.words and "It takes no answers" in page.words
    assert "No ballot box" not in browser("staff").get("/surveys").words


def test_a_held_survey_is_said_to_the_lead(site, browser, clock):
    (half,) = site.boxes.glob("open/*/half.key")
    half.write_bytes(b"x" * 32)
    clock.at += timedelta(days=9)
    site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    b = browser("survey")
    assert "■ Held" in b.get("/surveys").words and "half of the key" in b.page.words
    page = b.link("See what is wrong with Skills and progression pulse survey")
    assert "destroyed unread" in page.words
    assert "Held" not in browser("staff").get("/surveys").words


def test_after_the_closing_time(browser, clock):
    clock.at += timedelta(days=9)
    page = browser("survey").get("/surveys")
    assert "Closed on 18 March 2026 at 5pm, waiting to be counted" in page.words
    assert "No survey is waiting for your answers" in browser("staff").get("/surveys").words


def test_empty(site, browser):
    with site.app.app_context():
        for table in ("Comment", "QuestionResult", "Tally", "Question", "Survey"):
            db.session.execute(delete(getattr(models, table)))
        db.session.commit()
        db.session.remove()
    store.let_go_of_all()
    shutil.rmtree(site.boxes / "open")
    assert "There are no surveys yet" in browser("staff").get("/surveys").words


@pytest.fixture
def many(site):
    """Sixty more counted surveys."""
    grow = next(case.grow for case in LISTS if case.name == "surveys")
    with site.app.app_context():
        grow(0, 60)
        db.session.commit()
        db.session.remove()


def test_open_ones_stand_first_and_counted_ones_come_in_pages(site, browser, many):
    b = browser("survey")
    with Statements(site) as statements:
        page = b.get("/surveys")
    assert len(statements) == 3 and len(b.response.data) < 30_000
    assert "1 to 25 of 61 surveys" in page.words and "Close Skills and progression pulse survey" in page.words
    page = b.link("Next page")
    assert "26 to 50 of 61 surveys" in page.words and "Close Skills and progression pulse survey" in page.words
    assert page.one("th", aria_sort="descending").text.startswith("Closed")


def test_counted_ones_are_filtered_in_place(browser, many):
    b = browser("staff")
    b.get("/surveys?q=PULSE&outcome=released", htmx=True)
    assert "<html" not in b.response.text and "Waiting for your answers" not in b.response.text
    rows = [" ".join(tr.text.split()) for tr in b.page.all("tr")][1:]
    assert rows and all("ulse" in row and row.endswith("Results") for row in rows)
    assert f'"said": "{len(rows)} surveys"' in b.response.headers["HX-Trigger-After-Settle"]
    assert "No survey fits. Show all surveys" in b.get("/surveys?q=nothing+like+it").words
    assert "“x” is not one of the choices of “What came of it”" in b.get("/surveys?outcome=x").words


def test_more_comments_than_a_list_holds_are_said(site, browser, many):
    with site.app.app_context():
        for n in range(21):
            question = models.Question(
                survey_id=FIRST_ID + n, position=1, kind=QuestionKind.TEXT, text="?", required=False, options=[]
            )
            db.session.add(question)
            db.session.flush()
            db.session.add(models.Comment(question_id=question.id, key=n.to_bytes(16, "big"), text="More time."))
        db.session.commit()
        db.session.remove()
    page = browser("survey").get("/surveys")
    assert len([a for a in page.all("a") if "to read" in a.text]) == 20
    assert "More surveys have comments to read." in page.words


def test_export(browser, many):
    b = browser("staff")
    b.get("/surveys/export?outcome=too-few")
    rows = [row.cells for row in read_table("surveys.csv", b.response.data).rows]
    assert len(rows) == 16 and {row[2] for row in rows} == {"Fewer than 10 people answered"}


@pytest.mark.parametrize("account", ["viewer", "admin"])
def test_stranger(browser, account):
    browser(account).get("/surveys", expect=403)
    browser(account).get("/surveys/export", expect=403)


def test_partner_without_an_invitation(browser):
    page = browser("partner").get("/surveys")
    assert "No survey is waiting for your answers" in page.words
    assert "Annual health check 2025" in page.words
