"""Reads for whoever answers: where they stand with a survey, and its questions. Ballots are never read here."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission
from wfsite.extensions import db
from wfsite.surveys.models import Invitation, Question, Survey, Turnout
from wfsite.surveys.rules import Asked, SurveyState, ended_at, has_ended, seat_is_taken


class Standing(Enum):
    """What a person can do with a survey now."""

    TO_ANSWER = "to answer"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SurveyHead:
    """A survey as somebody in its audience sees it before the first question."""

    id: int
    title: str
    purpose: str
    audience: str
    threshold: int
    closes_at: datetime
    ended_at: datetime
    has_results: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class WaitingSurvey:
    """A survey that somebody has still to answer."""

    id: int
    title: str
    closes_at: datetime


_MINE = and_(Invitation.survey_id == Survey.id, Invitation.person_id == bindparam("person_id"))
_HEAD = (
    select(
        Survey.id,
        Survey.title,
        Survey.purpose,
        Survey.audience,
        Survey.threshold,
        Survey.state,
        Survey.closes_at,
        Survey.closed_at,
        Invitation.seat,
        Turnout.bits,
    )
    .join(Invitation, _MINE)
    .join(Turnout, Turnout.survey_id == Survey.id)
    .where(Survey.id == bindparam("survey_id"), Survey.state != SurveyState.DRAFT)
)


def survey_head(survey_id: int, *, seen_by: Actor, at: datetime) -> SurveyHead:
    """A survey that `seen_by` was invited to; raises `Missing` for any other."""
    row = db.session.execute(_HEAD, {"survey_id": survey_id, "person_id": seen_by.person_id}).one_or_none()
    if row is None:
        raise Missing
    return SurveyHead(
        row.id,
        row.title,
        row.purpose,
        row.audience,
        row.threshold,
        row.closes_at,
        ended_at(closes_at=row.closes_at, closed_at=row.closed_at),
        row.state is SurveyState.CLOSED,
        standing(row, at=at),
    )


def standing(row: Any, *, at: datetime) -> Standing:
    """Where a person stands, from a row with the survey's state, their seat and the turnout's bits."""
    if seat_is_taken(row.bits, row.seat):
        return Standing.ANSWERED
    if has_ended(state=row.state, closes_at=row.closes_at, closed_at=row.closed_at, at=at):
        return Standing.ENDED
    return Standing.TO_ANSWER


_QUESTIONS = (
    select(
        Question.id, Question.position, Question.kind, Question.text, Question.hint, Question.required, Question.options
    )
    .where(Question.survey_id == bindparam("survey_id"))
    .order_by(Question.position)
)


def questions_of(survey_id: int) -> tuple[Asked, ...]:
    """The questions of a survey, in order."""
    rows = db.session.execute(_QUESTIONS, {"survey_id": survey_id})
    return tuple(
        Asked(row.id, row.position, row.kind, row.text, row.hint, row.required, tuple(row.options)) for row in rows
    )


_WAITING = (
    select(Survey.id, Survey.title, Survey.closes_at, Invitation.seat, Turnout.bits)
    .join(Invitation, _MINE)
    .join(Turnout, Turnout.survey_id == Survey.id)
    .where(
        Survey.state == SurveyState.OPEN,
        Survey.closed_at.is_(None),
        Survey.closes_at > bindparam("at"),
    )
    .order_by(Survey.closes_at, Survey.id)
)


def surveys_waiting(seen_by: Actor, *, at: datetime) -> tuple[WaitingSurvey, ...]:
    """The surveys that wait for somebody's answers, the first to close first."""
    if not seen_by.can(Permission.SURVEY_ANSWER):
        return ()
    rows = db.session.execute(_WAITING, {"person_id": seen_by.person_id, "at": at})
    return tuple(
        WaitingSurvey(row.id, row.title, row.closes_at) for row in rows if not seat_is_taken(row.bits, row.seat)
    )
