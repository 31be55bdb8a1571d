"""Whoever can write the database and sign in, against the ballot box: over HTTP, as they would."""

from random import Random

import pytest
from sqlalchemy import select, text, update

from tests.support.client import Browser
from tests.support.engines import NOW
from tests.support.surveys import actor, boxes, form_for, opened_survey, person_id, questions_of, workers
from wfsite.extensions import db
from wfsite.people.models import Person, SignIn
from wfsite.people.passwords import password_hash
from wfsite.questions.question_rules import AGREEMENT, QuestionKind
from wfsite.surveys.answering.services import answers_send
from wfsite.surveys.box import store
from wfsite.surveys.box.rules import Marks
from wfsite.surveys.closing.tally import Step, tally

LATER = NOW.replace(day=17)
ONE = ((QuestionKind.AGREEMENT, False, AGREEMENT),)


def _write(site, *statements):
    """What the attacker does in the database."""
    with site.app.app_context():
        for statement in statements:
            db.session.execute(statement)
        db.session.commit()
        db.session.remove()


@pytest.fixture
def opened(site):
    """A survey that is open to twenty workers and nine of whom have answered; a form for it."""
    with site.app.app_context():
        people = workers(20)
        survey_id = opened_survey(site, people, questions=ONE)
        (question,) = questions_of(survey_id)
        for person in people[:9]:
            sent = {question.name: [question.choices[0][0]]}
            answers_send(survey_id, sent, by=actor(person), at=NOW, boxes=boxes())
        db.session.remove()
    return survey_id, people, {question.name: question.choices[1][0]}


def test_one_colluder_in_twenty_sign_ins(site, opened):
    """Sign-in records are pointed at other people."""
    survey_id, people, form = opened
    colluder = Browser(site, "staff")
    token = colluder.token()
    with site.app.app_context():
        mine = person_id("staff")
        hashed = db.session.scalars(select(SignIn.token_hash).where(SignIn.person_id == mine)).all()[-1]
        db.session.remove()
    for victim in people[9:]:
        _write(site, update(SignIn).where(SignIn.token_hash == hashed).values(person_id=victim))
        with site.app.app_context():
            # The control: all that the first release looked at says that this is the victim.
            assert db.session.get_one(SignIn, hashed).person_id == victim
            db.session.remove()
        answer = colluder.client.post(f"/surveys/{survey_id}", data=form | {"csrf_token": token})
        assert answer.status_code in (303, 401) and answer.headers.get("Location", "/sign-in").startswith("/sign-in")
    _write(site, update(SignIn).where(SignIn.token_hash == hashed).values(person_id=mine))
    assert colluder.client.get("/").status_code == 200, "their own sign-in was good all the time"
    assert store.marks(site.boxes, survey_id) == Marks(9, 9)


def test_a_planted_password(site, opened):
    """The hash of a password that the attacker knows, in a victim's row: taken, counted, and decides nothing."""
    survey_id, people, form = opened
    planted = password_hash("three planted words")
    for victim in people[9:]:
        with site.app.app_context():
            person = db.session.get_one(Person, victim)
            email, stored = person.email, person.password_hash
            db.session.remove()
        _write(site, update(Person).where(Person.id == victim).values(password_hash=planted))
        b = Browser(site)
        b.get("/sign-in")
        b.submit("Sign in", {"email": email, "password": "three planted words"})
        b.get(f"/surveys/{survey_id}")
        b.submit("Send my answers", form)
        _write(site, update(Person).where(Person.id == victim).values(password_hash=stored))
    assert store.marks(site.boxes, survey_id) == Marks(20, 9)
    with site.app.app_context():
        done = tally(survey_id, boxes=site.boxes, at=LATER)
    assert done.step is Step.DESTROYED, "nine genuine answers are not told"


def test_ones_own_new_password_over_http(site):
    with site.app.app_context():
        survey_id = opened_survey(site, [*workers(20), person_id("staff"), person_id("manager")])
        form = form_for(questions_of(survey_id), Random(1))
        manager = person_id("manager")
        db.session.remove()
    from wfsite.demo.people import PASSWORD

    staff = Browser(site, "staff")
    staff.get("/account")
    staff.submit("Change password", {"current_password": PASSWORD, "new_password": "correct horse battery"})
    staff.get(f"/surveys/{survey_id}")
    staff.submit("Send my answers", form)
    assert store.marks(site.boxes, survey_id) == Marks(1, 1)
    # The same change by the attacker, who planted the present password, binds nothing.
    _write(site, update(Person).where(Person.id == manager).values(password_hash=password_hash("three planted words")))
    evil = Browser(site)
    evil.get("/sign-in")
    evil.submit("Sign in", {"email": "manager@demo.example", "password": "three planted words"})
    evil.get("/account")
    fields = {"current_password": "three planted words", "new_password": "three other words"}
    evil.submit("Change password", fields)
    evil.get(f"/surveys/{survey_id}")
    evil.submit("Send my answers", form)
    assert store.marks(site.boxes, survey_id) == Marks(2, 1)


def test_a_vote_writes_nothing_to_the_sites_database(site):
    """The control: signing out does."""
    with site.app.app_context():
        survey_id = opened_survey(site, [*workers(20), person_id("staff")])
        form = form_for(questions_of(survey_id), Random(1), text="words")
        db.session.remove()
    b = Browser(site, "staff")
    token = b.token()
    before = _written(site)
    b.client.post(f"/surveys/{survey_id}", data=form | {"csrf_token": token})
    assert store.marks(site.boxes, survey_id) == Marks(1, 1)
    assert _written(site) == before
    b.client.post("/sign-out", data={"csrf_token": token})
    assert _written(site) != before


def _written(site) -> object:
    """What changes with every write to the database: SQLite's log and file, PostgreSQL's next transaction."""
    if not site.is_sqlite:
        with site.app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return connection.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())"))
    files = [site.instance / name for name in ("site.db", "site.db-wal")]
    return [file.read_bytes() if file.exists() else b"" for file in files]
