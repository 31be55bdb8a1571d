"""Surveys for tests: opened by the real service, answered as browsers would, and looked at as an attacker would."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from tests.support.engines import NOW, Site
from wfsite.core.actor import Actor
from wfsite.core.permissions import Role
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.people.credentials import credentials_of
from wfsite.people.models import Person
from wfsite.questions.question_rules import AGREEMENT, Asked, QuestionKind
from wfsite.surveys.answering.services import Sent, answers_send, survey_open, survey_start
from wfsite.surveys.box import folder, store
from wfsite.surveys.models import Comment, Question, QuestionResult, Survey, Tally
from wfsite.surveys.rules import SurveyMode, SurveyState

QUESTIONS = (
    (QuestionKind.AGREEMENT, True, AGREEMENT),
    (QuestionKind.SCALE, False, ("never", "always")),
    (QuestionKind.ONE, True, ("Red", "Green", "Blue")),
    (QuestionKind.SEVERAL, False, ("Tea", "Milk", "Cake")),
    (QuestionKind.TEXT, False, ()),
)


def boxes() -> Path:
    """Where the present site's ballot boxes lie."""
    found: Path = current_app.extensions["settings"].boxes
    return found


def secret() -> str:
    """The present site's secret."""
    return str(current_app.extensions["settings"].secret_key)


def credential(person_id: int) -> str:
    """What somebody's sign-in rests on now; "" for somebody without a password."""
    return credentials_of([person_id], key=secret())[person_id] or ""


def actor(person_id: int) -> Actor:
    """Somebody who may answer, signed in as they were when surveys opened."""
    staff = frozenset({Role.STAFF})
    return Actor(person_id, "", "", None, None, staff, credential=credential(person_id) if person_id > 0 else "")


def workers(count: int) -> list[int]:
    """The ids of so many workers."""
    statement = select(Person.id).where(Person.email.like("worker%")).order_by(Person.id).limit(count)
    return list(db.session.scalars(statement))


def person_id(account: str) -> int:
    """The id of a demo account."""
    return db.session.scalars(select(Person.id).where(Person.email == f"{account}@{DOMAIN}")).one()


def survey_draft(
    questions: Sequence[tuple[QuestionKind, bool, Sequence[str]]] = QUESTIONS, *, threshold: int = 10
) -> int:
    """Add a draft; flushes."""
    survey = Survey(
        title="A survey of a test",
        purpose="To see.",
        audience="some workers",
        mode=SurveyMode.ANONYMOUS,
        state=SurveyState.DRAFT,
        threshold=threshold,
        closes_at=NOW + timedelta(days=7),
    )
    db.session.add(survey)
    db.session.flush()
    for number, (kind, required, options) in enumerate(questions, 1):
        db.session.add(
            Question(
                survey_id=survey.id,
                position=number,
                kind=kind,
                text=f"Question number {number}",
                required=required,
                options=list(options),
            )
        )
    db.session.flush()
    return survey.id


def opened_survey(site: Site, invited: Sequence[int], **kwargs: Any) -> int:
    """A survey that is open to `invited`, all of whom have a password; commits."""
    give_passwords(invited)
    survey_id = survey_draft(**kwargs)
    open_draft(site, survey_id, invited)
    return survey_id


def open_draft(site: Site, survey_id: int, invited: Sequence[int], **kwargs: Any) -> str:
    """Open a draft as a page would: open, commit, start; returns its code."""
    code = survey_open(survey_id, invited=invited, boxes=site.boxes, key=secret(), **{"at": NOW, **kwargs})
    db.session.commit()
    assert survey_start(survey_id, boxes=site.boxes)
    return code


def give_passwords(people: Sequence[int]) -> None:
    """Those who have none get one each; commits."""
    for person in people:
        without = update(Person).where(Person.id == person, Person.password_hash.is_(None))
        db.session.execute(without.values(password_hash=f"the hash of {person}"))
    db.session.commit()


def questions_of(survey_id: int) -> tuple[Asked, ...]:
    """The questions in a survey's box."""
    seen = store.look(boxes(), survey_id)
    assert seen, f"survey {survey_id} has no box"
    return seen.manifest.questions


def form_for(questions: Sequence[Asked], chance: Random, *, text: str = "") -> dict[str, list[str]]:
    """A good form: every choice at random, `text` in every free-text box."""
    form = {}
    for question in questions:
        if question.kind is QuestionKind.TEXT:
            form[question.name] = [text]
        elif question.kind is QuestionKind.SEVERAL:
            form[question.name] = [value for value, _ in question.choices if chance.random() < 0.5]
        else:
            form[question.name] = [chance.choice(question.choices)[0]]
    return form


def answer_all(survey_id: int, voters: Sequence[int], *, seed: int = 1, text: str = "") -> None:
    """Send one good form for each voter, a transaction each."""
    chance, questions = Random(seed), questions_of(survey_id)
    for voter in voters:
        sent = answers_send(survey_id, form_for(questions, chance, text=text), by=actor(voter), at=NOW, boxes=boxes())
        assert sent is Sent.STORED


def ballots_of(survey_id: int) -> int:
    """How many ballots lie in a survey's box; none once it has ended."""
    box = folder.box_file(boxes(), survey_id)
    if not box.exists():
        return 0
    with closing(sqlite3.connect(box)) as opened:
        return int(opened.execute("SELECT count(*) FROM ballot").fetchone()[0])


def standing_of(survey_id: int) -> dict[str, Any]:
    """What there is of a survey, to compare before and after a kill."""
    ids = select(Question.id).where(Question.survey_id == survey_id)
    survey = db.session.get_one(Survey, survey_id, populate_existing=True)
    tally = db.session.get(Tally, survey_id, populate_existing=True)
    found = {
        "state": survey.state,
        "ballots": ballots_of(survey_id),
        "responded": store.marks(boxes(), survey_id).answered,
        "ended": folder.has_ended(boxes(), survey_id),
        "tally": (tally.outcome, tally.invited, tally.answered, tally.counted, tally.some_changed) if tally else None,
        "tables": [
            row.table
            for row in db.session.execute(
                select(QuestionResult.table)
                .where(QuestionResult.question_id.in_(ids))
                .order_by(QuestionResult.question_id)
            )
        ],
        "comments": sorted(db.session.scalars(select(Comment.text).where(Comment.question_id.in_(ids)))),
    }
    db.session.rollback()
    return found
