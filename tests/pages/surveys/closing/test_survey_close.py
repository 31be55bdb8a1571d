"""Closing: asked once on a page of its own, counted once the closing is kept, and finished by run-due if cut short."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.surveys import (
    answer_all,
    give_passwords,
    open_draft,
    opened_survey,
    standing_of,
    survey_draft,
    workers,
)
from wfsite.extensions import db
from wfsite.surveys.box import store
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import Outcome, SurveyState


@pytest.fixture
def pulse(site) -> int:
    with site.app.app_context():
        found = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.OPEN)).one()
        db.session.remove()
        return found


def _standing(site, pulse):
    with site.app.app_context():
        found = standing_of(pulse)
        db.session.remove()
    return found


def test_works(site, browser, pulse):
    before = _standing(site, pulse)
    b = browser("survey")
    page = b.get(f"/surveys/{pulse}/close")
    assert "Nobody can answer any more" in page.words
    assert _standing(site, pulse) == before
    b.submit("Close the survey")
    after = _standing(site, pulse)
    assert after["state"] is SurveyState.CLOSED and after["ended"] and after["ballots"] == 0
    assert after["tally"][2] == before["responded"]
    # It says what has happened, and leads on.
    assert b.response.headers["Location"] == f"/surveys/{pulse}/close"
    page = b.follow()
    assert page.one("h1").text == "The survey is closed and counted"
    assert f"of the people invited answered ({before['responded']} of " in page.words
    b.link("Read the results")
    b.get(f"/surveys/{pulse}/close")
    assert "comments before anybody else does" in b.page.words
    # Twice is once.
    b.post(f"/surveys/{pulse}/close", {})
    assert _standing(site, pulse) == after


def test_too_early(site, browser):
    with site.app.app_context():
        survey_id = opened_survey(site, workers(30))
        answer_all(survey_id, workers(14))
        db.session.remove()
    b = browser("survey")
    page = b.get(f"/surveys/{survey_id}/close")
    assert "It is too early to close" in page.words and not [f for f in page.all("form") if "close" in f["action"]]
    page = b.post(f"/surveys/{survey_id}/close", {}, expect=409)
    assert "fewer than half of the people invited have answered" in page.words
    with site.app.app_context():
        answer_all(survey_id, workers(15)[14:])
        db.session.remove()
    b.get(f"/surveys/{survey_id}/close")
    b.submit("Close the survey")
    assert "closed and counted" in b.follow().words


def test_calling_off_destroys_the_answers_unread(site, browser, pulse):
    b = browser("survey")
    b.get(f"/surveys/{pulse}/close")
    page = b.link("Call the survey off and destroy its answers unread")
    assert "There will never be results" in page.words
    assert _standing(site, pulse)["ballots"]
    b.submit("Call it off and destroy the answers")
    after = _standing(site, pulse)
    assert after["tally"][0] is Outcome.CANCELLED and after["ballots"] == 0 and not any(after["tables"])
    assert "The survey was called off" in b.follow().words
    assert "Called off" in browser("staff").get("/surveys").words
    assert "The answers were destroyed unread" in browser("staff").get(f"/surveys/{pulse}/results").words
    b.get(f"/surveys/{pulse}/cancel", expect=303)
    b.post(f"/surveys/{pulse}/cancel", {})
    assert _standing(site, pulse) == after


def test_with_a_code_it_is_counted_only_with_the_code(site, browser, clock):
    with site.app.app_context():
        give_passwords(workers(20))
        survey_id = survey_draft()
        code = open_draft(site, survey_id, workers(20), with_code=True)
        answer_all(survey_id, workers(12))
        db.session.remove()
    assert code not in "".join(file.read_bytes().decode("latin-1") for file in site.boxes.rglob("*") if file.is_file())
    clock.at += timedelta(days=8)
    b = browser("survey")
    for wrong in ("", "AAAAAA-BBBBBB-CCCCCC-DDDDDD"):
        b.get(f"/surveys/{survey_id}/close")
        b.submit("Count the answers", {"code": wrong})
        assert "has not been counted yet" in b.follow().words
    b.submit("Count the answers", {"code": code.replace("-", " ").lower()})
    assert "closed and counted" in b.follow().words


def test_head_closes_nothing(site, browser, pulse):
    assert browser("survey").client.head(f"/surveys/{pulse}/close").status_code == 200
    assert _standing(site, pulse)["state"] is SurveyState.OPEN


def test_without_its_half_it_is_closed_and_held(site, browser, pulse):
    half = site.boxes / "open" / str(pulse) / "half.key"
    right = half.read_bytes()
    half.write_bytes(b"x" * 32)
    before = _standing(site, pulse)
    b = browser("survey")
    b.get(f"/surveys/{pulse}/close")
    b.submit("Close the survey")
    assert "■ Held" in b.follow().words and "half of the key" in b.page.words
    assert _standing(site, pulse) == before
    assert "has closed" in browser("staff").get(f"/surveys/{pulse}").words
    half.write_bytes(right)
    b.submit("Count the answers")
    assert _standing(site, pulse)["tally"][2] == before["responded"]


def test_run_due_finishes_what_was_closed(site, pulse, clock):
    store.shut(site.boxes, pulse, at=clock.at, early=True)
    result = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert result.exit_code == 0, result.output
    assert f"Survey {pulse} is counted and its ballot box destroyed." in result.output
    assert _standing(site, pulse)["state"] is SurveyState.CLOSED
    again = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert "Survey" not in again.output


@pytest.mark.parametrize("account", ["staff", "manager", "chair", "admin", "viewer"])
def test_stranger(site, browser, pulse, account):
    b = browser(account)
    b.get(f"/surveys/{pulse}/close", expect=403)
    b.post(f"/surveys/{pulse}/close", {}, expect=403)
    assert _standing(site, pulse)["state"] is SurveyState.OPEN


@pytest.mark.parametrize("bad", ["999999", "0", str(2**63), "x"])
def test_unknown_id(browser, bad):
    b = browser("survey")
    b.get(f"/surveys/{bad}/close", expect=404)
    b.post(f"/surveys/{bad}/close", {}, expect=404)
