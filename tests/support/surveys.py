"""Surveys for tests: opened by the real service, answered as browsers would, and looked at as an attacker would."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from tests.support.engines import NOW, Site
from wfsite.core.actor import Actor
from wfsite.core.permissions import Role
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.surveys.answering.queries import questions_of
from wfsite.surveys.answering.services import Sent, answers_send, survey_open
from wfsite.surveys.models import Ballot, Comment, Question, QuestionResult, Survey, Tally, Turnout
from wfsite.surveys.rules import AGREEMENT, Asked, QuestionKind, SurveyMode, SurveyState

QUESTIONS = (
    (QuestionKind.AGREEMENT, True, AGREEMENT),
    (QuestionKind.SCALE, False, ("never", "always")),
    (QuestionKind.ONE, True, ("Red", "Green", "Blue")),
    (QuestionKind.SEVERAL, False, ("Tea", "Milk", "Cake")),
    (QuestionKind.TEXT, False, ()),
)


def actor(person_id: int) -> Actor:
    """Somebody who may answer."""
    return Actor(person_id, "", "", None, None, frozenset({Role.STAFF}))


def workers(count: int) -> list[int]:
    """The ids of so many workers."""
    statement = select(Person.id).where(Person.email.like("worker%")).order_by(Person.id).limit(count)
    return list(db.session.scalars(statement))


def person_id(account: str) -> int:
    """The id of a demo account."""
    return db.session.scalars(select(Person.id).where(Person.email == f"{account}@{DOMAIN}")).one()


def keys_of(site: Site) -> Path:
    """Where the site keeps its ballot keys."""
    return site.app.extensions["settings"].ballot_keys


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
    """A survey that is open to `invited`; commits."""
    survey_id = survey_draft(**kwargs)
    survey_open(survey_id, invited=invited, keys=keys_of(site), at=NOW)
    db.session.commit()
    return survey_id


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
        sent = answers_send(survey_id, form_for(questions, chance, text=text), by=actor(voter), at=NOW)
        assert sent is Sent.STORED
        db.session.commit()


def standing_of(survey_id: int) -> dict[str, Any]:
    """What the database holds of a survey, to compare before and after a kill."""
    ids = select(Question.id).where(Question.survey_id == survey_id)
    survey = db.session.get_one(Survey, survey_id, populate_existing=True)
    turnout = db.session.get_one(Turnout, survey_id, populate_existing=True)
    tally = db.session.get(Tally, survey_id, populate_existing=True)
    found = {
        "state": survey.state,
        "ballots": db.session.scalar(select(func.count()).where(Ballot.survey_id == survey_id)),
        "responded": turnout.responded,
        "tally": (tally.outcome, tally.counted, tally.spoiled) if tally else None,
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
