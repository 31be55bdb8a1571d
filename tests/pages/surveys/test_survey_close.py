"""Closing: asked once on a page of its own, counted once the closing is kept, and finished by run-due if cut short."""

import pytest
from sqlalchemy import select

from tests.support.surveys import keys_of, standing_of
from wfsite.extensions import db
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState


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
    assert after["state"] is SurveyState.CLOSED and after["ballots"] == 0
    assert after["tally"][1] == before["responded"]
    assert list(keys_of(site).glob(f"{pulse}-*")) == []
    page = b.follow()
    assert "comments to read" in page.words
    b.link("Skills and progression pulse survey")
    assert f"of the people invited answered ({before['responded']} of " in b.page.words
    # Twice is once.
    b.post(f"/surveys/{pulse}/close", {})
    assert _standing(site, pulse) == after
    b.get(f"/surveys/{pulse}/close", expect=303)
    assert b.response.headers["Location"] == f"/surveys/{pulse}/results"


def test_head_closes_nothing(site, browser, pulse):
    assert browser("survey").client.head(f"/surveys/{pulse}/close").status_code == 200
    assert _standing(site, pulse)["state"] is SurveyState.OPEN


def test_without_its_key_it_is_closed_and_not_counted(site, browser, pulse):
    (file,) = keys_of(site).glob(f"{pulse}-*")
    away = file.rename(file.with_suffix(".away"))
    site.dirty = True
    before = _standing(site, pulse)
    b = browser("survey")
    b.get(f"/surveys/{pulse}/close")
    b.submit("Close the survey")
    assert "Cannot be counted" in b.follow().words
    assert _standing(site, pulse) == before
    assert "has closed" in browser("staff").get(f"/surveys/{pulse}").words
    away.rename(file)
    b.get("/surveys")
    b.link("Count now: Skills and progression pulse survey")
    b.submit("Count the answers")
    assert _standing(site, pulse)["tally"][1] == before["responded"]


def test_run_due_finishes_what_was_closed(site, browser, pulse, clock):
    with site.app.app_context():
        db.session.get_one(Survey, pulse).closed_at = clock.at
        db.session.commit()
        db.session.remove()
    result = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert result.exit_code == 0, result.output
    assert f"Survey {pulse} is counted and its key destroyed." in result.output
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
