"""Reads for whoever answers: where they stand with a survey, and its questions. Ballots are never read here."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.surveys.models import Invitation, Question, Survey, Turnout
from wfsite.surveys.rules import Asked, SurveyState, ended_at, has_ended, seat_is_taken

_invitation = table_of(Invitation)
_question = table_of(Question)
_survey = table_of(Survey)
_turnout = table_of(Turnout)


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


_MINE = and_(_invitation.c.survey_id == _survey.c.id, _invitation.c.person_id == bindparam("person_id"))
_HEAD = (
    select(
        _survey.c.id,
        _survey.c.title,
        _survey.c.purpose,
        _survey.c.audience,
        _survey.c.threshold,
        _survey.c.state,
        _survey.c.closes_at,
        _survey.c.closed_at,
        _invitation.c.seat,
        _turnout.c.bits,
    )
    .join(_invitation, _MINE)
    .join(_turnout, _turnout.c.survey_id == _survey.c.id)
    .where(_survey.c.id == bindparam("survey_id"), _survey.c.state != SurveyState.DRAFT)
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
        _question.c.id,
        _question.c.position,
        _question.c.kind,
        _question.c.text,
        _question.c.hint,
        _question.c.required,
        _question.c.options,
    )
    .where(_question.c.survey_id == bindparam("survey_id"))
    .order_by(_question.c.position)
)


def questions_of(survey_id: int) -> tuple[Asked, ...]:
    """The questions of a survey, in order."""
    rows = db.session.execute(_QUESTIONS, {"survey_id": survey_id})
    return tuple(
        Asked(row.id, row.position, row.kind, row.text, row.hint, row.required, tuple(row.options)) for row in rows
    )


_WAITING = (
    select(_survey.c.id, _survey.c.title, _survey.c.closes_at, _invitation.c.seat, _turnout.c.bits)
    .join(_invitation, _MINE)
    .join(_turnout, _turnout.c.survey_id == _survey.c.id)
    .where(
        _survey.c.state == SurveyState.OPEN,
        _survey.c.closed_at.is_(None),
        _survey.c.closes_at > bindparam("at"),
    )
    .order_by(_survey.c.closes_at, _survey.c.id)
)


def surveys_waiting(seen_by: Actor, *, at: datetime) -> tuple[WaitingSurvey, ...]:
    """The surveys that wait for somebody's answers, the first to close first."""
    if not seen_by.can(Permission.SURVEY_ANSWER):
        return ()
    rows = db.session.execute(_WAITING, {"person_id": seen_by.person_id, "at": at})
    return tuple(
        WaitingSurvey(row.id, row.title, row.closes_at) for row in rows if not seat_is_taken(row.bits, row.seat)
    )
