"""Opening a survey and taking its answers: one transaction each, and nothing kept that ties a person to a ballot."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from random import SystemRandom
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update

from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.core.words import moment
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.surveys.answering import ballots
from wfsite.surveys.answering.queries import Standing, questions_of, standing
from wfsite.surveys.answering.rules import read_answers
from wfsite.surveys.models import Ballot, Invitation, Survey, Turnout
from wfsite.surveys.rules import LOWEST_THRESHOLD, SurveyState, ended_at, with_seat


class Sent(Enum):
    """What became of the answers that somebody sent."""

    STORED = "stored"
    ALREADY = "already"


def survey_open(survey_id: int, *, invited: Sequence[int], keys: Path, at: datetime) -> None:
    """Open a draft: deal each of the `invited` (person ids) a random seat and make the key pair.

    Everything that the promise rests on is frozen from here on. Raises `Missing`, `Conflict` when it is no
    draft any more, `RuleBroken` when there are too few people or the closing time has passed.
    """
    survey = db.session.get(Survey, survey_id, with_for_update=True)
    if survey is None:
        raise Missing
    if survey.state is not SurveyState.DRAFT:
        raise Conflict("This survey has been opened already.")
    people = sorted(set(invited))
    if survey.threshold < LOWEST_THRESHOLD or len(people) < survey.threshold:
        raise RuleBroken("audience", f"Invite at least {max(survey.threshold, LOWEST_THRESHOLD)} people")
    if survey.closes_at <= at:
        raise RuleBroken("closes_at", "The closing time must be in the future")
    # Seats are dealt, not counted off, and rows written in their order: neither says who anybody is.
    SystemRandom().shuffle(people)
    rows = [{"survey_id": survey_id, "person_id": person, "seat": seat} for seat, person in enumerate(people)]
    db.session.execute(insert(Invitation), rows)
    db.session.execute(
        insert(Turnout).values(
            survey_id=survey_id, invited=len(people), responded=0, bits=bytes((len(people) + 7) // 8)
        )
    )
    survey.public_key = ballots.key_make(keys, survey_id=survey_id)
    survey.state, survey.opened_at, survey.version = SurveyState.OPEN, at, survey.version + 1
    db.session.flush()


_survey, _invitation, _turnout = table_of(Survey), table_of(Invitation), table_of(Turnout)

# The turnout row is locked until the vote is kept, so votes for one survey come one after another. The survey's
# row is locked with it: else a closing that was waited for would not be seen.
_LOCKED = (
    select(
        _survey.c.state,
        _survey.c.closes_at,
        _survey.c.closed_at,
        _survey.c.public_key,
        _invitation.c.seat,
        _turnout.c.bits,
        _turnout.c.responded,
    )
    .select_from(_survey)
    .join(_turnout, _turnout.c.survey_id == _survey.c.id)
    .join(_invitation, and_(_invitation.c.survey_id == _survey.c.id, _invitation.c.person_id == bindparam("person_id")))
    .where(_survey.c.id == bindparam("survey_id"), _survey.c.state != SurveyState.DRAFT)
    .with_for_update(of=(_survey, _turnout))
)
_TURNOUT = update(_turnout).where(_turnout.c.survey_id == bindparam("of_survey"))
_BALLOT = insert(table_of(Ballot))


def answers_send(survey_id: int, sent: Mapping[str, Sequence[str]], *, by: Actor, at: datetime) -> Sent:
    """Seal and store somebody's answers, once: a second time stores nothing and says so.

    Raises `Missing` for whoever was not invited, `Conflict` when the survey has closed, `RuleBroken` with a
    message for each question at fault.
    """
    row = db.session.execute(_LOCKED, {"survey_id": survey_id, "person_id": by.person_id}).one_or_none()
    if row is None:
        raise Missing
    match standing(row, at=at):
        case Standing.ANSWERED:
            return Sent.ALREADY
        case Standing.ENDED:
            ended = moment(ended_at(closes_at=row.closes_at, closed_at=row.closed_at))
            raise Conflict(f"This survey closed on {ended}. Your answers were not sent.")
    questions = questions_of(survey_id)
    answers = read_answers(questions, sent)
    size = ballots.sealed_size(questions)
    sealed = ballots.seal(answers, survey_id=survey_id, public_key=row.public_key, size=size)
    _store(survey_id, row, sealed)
    return Sent.STORED


def _store(survey_id: int, row: Any, sealed: bytes) -> None:
    """Set the voter's bit and drop the envelope in, in one transaction and with nothing between them."""
    db.session.execute(
        _TURNOUT, {"of_survey": survey_id, "bits": with_seat(row.bits, row.seat), "responded": row.responded + 1}
    )
    db.session.execute(_BALLOT, {"survey_id": survey_id, "key": ballots.random_key(), "sealed": sealed})
