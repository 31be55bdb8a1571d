"""Reads across the room: the list of surveys as each person sees it, and what waits for the survey lead."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import and_, bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission, Reach
from wfsite.extensions import db
from wfsite.surveys.answering import ballots
from wfsite.surveys.answering.queries import Standing, standing
from wfsite.surveys.models import Invitation, Survey, Tally, Turnout
from wfsite.surveys.results.queries import comments_waiting
from wfsite.surveys.rules import Outcome, SurveyState, coarse_rate, ended_at, has_ended


class Phase(Enum):
    """Where a survey stands, as its lead sees it."""

    OPEN = "Open"
    TO_COUNT = "Waiting to be counted"
    COUNTED = "Counted"


@dataclass(frozen=True, slots=True)
class ListedSurvey:
    """A survey in the list; `standing` is None for somebody who was not invited."""

    id: int
    title: str
    closes_at: datetime
    ended_at: datetime
    phase: Phase
    standing: Standing | None
    outcome: Outcome | None
    threshold: int
    # Only the survey lead sees the rest.
    key_missing: bool
    response: str
    comments_to_read: int


@dataclass(frozen=True, slots=True)
class SurveyList:
    """The surveys in the groups in which a person looks for them."""

    to_answer: tuple[ListedSurvey, ...]
    answered: tuple[ListedSurvey, ...]
    counted: tuple[ListedSurvey, ...]
    # All that is not counted yet, and everything with comments to read: for the survey lead only.
    to_look_after: tuple[ListedSurvey, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.to_answer or self.answered or self.counted or self.to_look_after)


_LIST = (
    select(
        Survey.id,
        Survey.title,
        Survey.state,
        Survey.threshold,
        Survey.closes_at,
        Survey.closed_at,
        Survey.public_key,
        Invitation.seat,
        Turnout.bits,
        Turnout.invited,
        Turnout.responded,
        Tally.outcome,
    )
    .join(Turnout, Turnout.survey_id == Survey.id)
    .outerjoin(Invitation, and_(Invitation.survey_id == Survey.id, Invitation.person_id == bindparam("person_id")))
    .outerjoin(Tally, Tally.survey_id == Survey.id)
    .where(Survey.state != SurveyState.DRAFT)
    .order_by(Survey.closes_at.desc(), Survey.id.desc())
)


def survey_list(*, seen_by: Actor, at: datetime, keys: Path) -> SurveyList:
    """Every survey that concerns a person: to answer, answered, with results, and for its lead to look after."""
    waiting = {found.survey_id: found.count for found in comments_waiting(seen_by=seen_by)}
    leads = seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL)
    rows = db.session.execute(_LIST, {"person_id": seen_by.person_id}).all()
    listed = [_listed(row, at=at, keys=keys, leads=leads, comments=waiting.get(row.id, 0)) for row in rows]
    uncounted = [survey for survey in listed if survey.phase is not Phase.COUNTED]
    return SurveyList(
        tuple(reversed([survey for survey in uncounted if survey.standing is Standing.TO_ANSWER])),
        tuple(survey for survey in uncounted if survey.standing is Standing.ANSWERED),
        tuple(survey for survey in listed if survey.phase is Phase.COUNTED),
        tuple(survey for survey in listed if leads and (survey in uncounted or survey.comments_to_read)),
    )


def _listed(row: Any, *, at: datetime, keys: Path, leads: bool, comments: int) -> ListedSurvey:
    phase = _phase(row, at=at)
    response, key_missing = "", False
    if leads and phase is not Phase.COUNTED:
        response = coarse_rate(row.responded, row.invited, row.threshold)
        key_missing = not ballots.key_is_there(keys, survey_id=row.id, public_key=row.public_key)
    return ListedSurvey(
        row.id,
        row.title,
        row.closes_at,
        ended_at(closes_at=row.closes_at, closed_at=row.closed_at),
        phase,
        standing(row, at=at) if row.seat is not None else None,
        row.outcome,
        row.threshold,
        key_missing,
        response,
        comments,
    )


def _phase(row: Any, *, at: datetime) -> Phase:
    if row.state is SurveyState.CLOSED:
        return Phase.COUNTED
    ended = has_ended(state=row.state, closes_at=row.closes_at, closed_at=row.closed_at, at=at)
    return Phase.TO_COUNT if ended else Phase.OPEN


def survey_to_close(survey_id: int, *, seen_by: Actor, at: datetime, keys: Path) -> ListedSurvey:
    """A survey as its lead sees it before closing it; raises `Missing` for a draft or an unknown one."""
    row = db.session.execute(
        _LIST.where(Survey.id == bindparam("survey_id")), {"person_id": seen_by.person_id, "survey_id": survey_id}
    ).one_or_none()
    if row is None:
        raise Missing
    return _listed(row, at=at, keys=keys, leads=True, comments=0)


@dataclass(frozen=True, slots=True)
class EndedSurvey:
    """A survey that takes no more answers and has not been counted."""

    id: int
    title: str
    ended_at: datetime


_UNCOUNTED = select(Survey.id, Survey.title, Survey.closes_at, Survey.closed_at).where(
    Survey.state == SurveyState.OPEN,
    (Survey.closes_at <= bindparam("at")) | Survey.closed_at.is_not(None),
)


def surveys_past_closing(*, seen_by: Actor, at: datetime) -> tuple[EndedSurvey, ...]:
    """For survey leads: what has ended and still waits to be counted; nothing for anybody else."""
    if not seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL):
        return ()
    return tuple(
        EndedSurvey(row.id, row.title, ended_at(closes_at=row.closes_at, closed_at=row.closed_at))
        for row in db.session.execute(_UNCOUNTED, {"at": at})
    )
