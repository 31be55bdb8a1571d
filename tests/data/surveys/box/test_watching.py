"""Whoever can write the database plants a password, signs in, puts the old one back, and watches for a vote."""

from typing import TypeAlias

import pytest
from sqlalchemy import update

from tests.support.client import Browser
from tests.support.engines import FrozenClock, Site
from tests.support.html import Page
from tests.support.surveys import (
    give_passwords,
    open_draft,
    opened_survey,
    person_id,
    questions_of,
    survey_draft,
    workers,
)
from wfsite.demo.people import PASSWORD
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.people.passwords import password_hash
from wfsite.questions.question_rules import AGREEMENT, QuestionKind
from wfsite.surveys.box import store
from wfsite.surveys.box.rules import Marks

TITLE = "A survey of a test"
KNOWN = "three planted words"
ONE = ((QuestionKind.AGREEMENT, True, AGREEMENT),)
Seen: TypeAlias = dict[str, tuple[int, str | None, str]]
PLACES = ("/", "/surveys", "/surveys/{id}", "/surveys/{id}/thanks")


class Database:
    """What the attacker does in it."""

    def __init__(self, site: Site, victim: int) -> None:
        self.site, self.victim, self.planted = site, victim, password_hash(KNOWN)
        with site.app.app_context():
            self.true = db.session.get_one(Person, victim).password_hash
            db.session.remove()

    def store(self, stored: str | None) -> None:
        with self.site.app.app_context():
            db.session.execute(update(Person).where(Person.id == self.victim).values(password_hash=stored))
            db.session.commit()
            db.session.remove()


def _survey(site: Site, *people: int) -> tuple[int, dict[str, str]]:
    """A survey that is open to twenty-odd, and a form for it."""
    with site.app.app_context():
        survey_id = opened_survey(site, [*workers(20), *people], questions=ONE)
        (question,) = questions_of(survey_id)
        db.session.remove()
    return survey_id, {question.name: question.choices[1][0]}


@pytest.fixture
def victim(site: Site) -> int:
    with site.app.app_context():
        found = person_id("staff")
        db.session.remove()
    return found


def _signed_in_with(site: Site, password: str, account: str = "staff") -> Browser:
    b = Browser(site)
    b.get("/sign-in")
    b.submit("Sign in", {"email": f"{account}@demo.example", "password": password})
    return b


def _watched(b: Browser, survey_id: int) -> Seen:
    """Everything that somebody sees at the places where a survey stands, but for what differs each time."""
    seen = {}
    for place in PLACES:
        answer = b.client.get(place.format(id=survey_id))
        text = "\n".join(line for line in answer.get_data(as_text=True).splitlines() if "csrf" not in line)
        seen[place] = (answer.status_code, answer.headers.get("Location"), text)
    return seen


def _heading(page: Page) -> str:
    return page.one("h1").text.strip()


def _differs(before: Seen, after: Seen) -> set[str]:
    return {place for place in PLACES if before[place] != after[place]}


def test_a_sign_in_by_a_planted_password_ends_when_the_old_one_is_put_back(site: Site, victim: int) -> None:
    survey_id, form = _survey(site, victim)
    database, own = Database(site, victim), Browser(site, "staff")
    before = _watched(own, survey_id)
    database.store(database.planted)
    evil = _signed_in_with(site, KNOWN)
    assert evil.get("/account"), "the control: while it is planted it lets them in"
    database.store(database.true)
    evil_before = _watched(evil, survey_id)
    assert {status for status, _, _ in evil_before.values()} == {303}, "no sign-in any more"
    own.get(f"/surveys/{survey_id}")
    own.submit("Send my answers", form)
    assert _differs(before, _watched(own, survey_id)) == set(PLACES), "the control: their own pages do tell it"
    assert _differs(evil_before, _watched(evil, survey_id)) == set()


def test_who_plants_it_anew_for_every_look_sees_nothing(site: Site, victim: int) -> None:
    survey_id, form = _survey(site, victim)
    database, own = Database(site, victim), Browser(site, "staff")
    before = _watched(own, survey_id)

    def look() -> tuple[Seen, int, bool]:
        database.store(database.planted)
        evil = _signed_in_with(site, KNOWN)
        seen = _watched(evil, survey_id)
        # A form that is not filled in sends nothing, and must not tell either.
        token = evil.token()
        refused = evil.client.post(f"/surveys/{survey_id}", data={"csrf_token": token})
        database.store(database.true)
        return seen, refused.status_code, "We already have" in refused.get_data(as_text=True)

    evil_before = look()
    assert "Your sign-in has changed" in evil_before[0]["/surveys/{id}"][2]
    assert TITLE in evil_before[0]["/"][2] and TITLE in evil_before[0]["/surveys"][2]
    own.get(f"/surveys/{survey_id}")
    own.submit("Send my answers", form)
    assert _differs(before, _watched(own, survey_id)) == set(PLACES), "the control"
    evil_after = look()
    assert _differs(evil_before[0], evil_after[0]) == set()
    assert evil_before[1:] == evil_after[1:] == (422, False)
    assert store.marks(site.boxes, survey_id) == Marks(1, 1)


def test_what_is_sent_under_another_sign_in_is_answered_alike_whether_it_came_first_or_second(
    site: Site, victim: int
) -> None:
    survey_id, form = _survey(site, victim)
    database = Database(site, victim)
    database.store(database.planted)
    evil, seen = _signed_in_with(site, KNOWN), []
    for _ in range(2):
        evil.get(f"/surveys/{survey_id}")
        evil.submit("Send my answers", form)
        seen.append((evil.response.headers["Location"], _heading(evil.follow())))
        assert store.marks(site.boxes, survey_id) == Marks(1, 0), "taken once, and decides nothing"
    assert seen[0] == seen[1] and seen[0][1] == "Thank you"
    database.store(database.true)
    own = Browser(site, "staff")
    own.get(f"/surveys/{survey_id}")
    assert _heading(own.page).startswith("We already have your answers"), "and the person sees it"


def test_after_closing_too(site: Site, victim: int, clock: FrozenClock) -> None:
    survey_id, form = _survey(site, victim)
    database, own = Database(site, victim), Browser(site, "staff")
    clock.at = clock.at.replace(day=17)
    database.store(database.planted)
    evil = _signed_in_with(site, KNOWN)
    evil_before = _watched(evil, survey_id)
    clock.at = clock.at.replace(day=10)
    database.store(database.true)
    own.get(f"/surveys/{survey_id}")
    own.submit("Send my answers", form)
    clock.at = clock.at.replace(day=17)
    database.store(database.planted)
    evil = _signed_in_with(site, KNOWN)
    assert _differs(evil_before, _watched(evil, survey_id)) == set()
    answer = evil.client.post(f"/surveys/{survey_id}", data=form | {"csrf_token": evil.token()})
    assert answer.status_code == 409 and "This survey has closed" in answer.get_data(as_text=True)


def test_ones_own_new_password_after_answering_still_tells(site: Site, victim: int) -> None:
    survey_id, form = _survey(site, victim)
    b = Browser(site, "staff")
    b.get(f"/surveys/{survey_id}")
    b.submit("Send my answers", form)
    b.get("/account")
    b.submit("Change password", {"current_password": PASSWORD, "new_password": "correct horse battery"})
    b.get(f"/surveys/{survey_id}")
    assert _heading(b.page).startswith("We already have your answers")
    b.get("/surveys")
    assert "Answered by you" in b.response.get_data(as_text=True)


def test_who_had_no_password_at_opening_is_told_under_the_sign_in_they_answered_with(site: Site, victim: int) -> None:
    database = Database(site, victim)
    database.store(None)
    with site.app.app_context():
        give_passwords(workers(20))
        survey_id = survey_draft(ONE)
        open_draft(site, survey_id, [*workers(20), victim])
        (question,) = questions_of(survey_id)
        db.session.remove()
    database.store(database.true)
    own = Browser(site, "staff")
    own.get(f"/surveys/{survey_id}")
    assert "Your sign-in has changed" in own.response.get_data(as_text=True)
    database.store(database.planted)
    evil_before = _watched(_signed_in_with(site, KNOWN), survey_id)
    database.store(database.true)
    own.submit("Send my answers", {question.name: question.choices[1][0]})
    assert _heading(own.follow()).startswith("Thank you")
    own.get(f"/surveys/{survey_id}")
    assert _heading(own.page).startswith("We already have your answers")
    assert store.marks(site.boxes, survey_id) == Marks(1, 0), "it decides nothing all the same"
    database.store(database.planted)
    assert _differs(evil_before, _watched(_signed_in_with(site, KNOWN), survey_id)) == set()
