"""The list: what waits for me, what I answered, results; and for the survey lead what to look after."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete

from tests.support.statements import Statements
from tests.support.surveys import answer_all, opened_survey, person_id, workers
from wfsite.extensions import db
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


@pytest.mark.parametrize("account", ["viewer", "admin"])
def test_stranger(browser, account):
    browser(account).get("/surveys", expect=403)


def test_partner_without_an_invitation(browser):
    page = browser("partner").get("/surveys")
    assert "No survey is waiting for your answers" in page.words
    assert "Annual health check 2025" in page.words
