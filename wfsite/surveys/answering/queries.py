"""Reads for whoever answers: where they stand with a survey, from one look into its box. No ballot is read here."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission
from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.questions.question_rules import Asked
from wfsite.surveys.box.folder import has_ended
from wfsite.surveys.box.rules import Look, manifest_read
from wfsite.surveys.box.store import Unfit, look, looks
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.rules import OPEN_TO, Outcome, Standing, SurveyState

_survey, _tally = table_of(Survey), table_of(Tally)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyHead:
    """A survey as somebody in its audience sees it before the first question."""

    id: int
    title: str
    purpose: str
    audience: str
    invited: int
    threshold: int
    closes_at: datetime
    ended_at: datetime
    # How it ended, once that is known.
    outcome: Outcome | None
    standing: Standing
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class WaitingSurvey:
    """A survey that somebody has still to answer."""

    id: int
    title: str
    closes_at: datetime
    # False where it is listed whether or not they have answered (see `Standing.NOT_TOLD`).
    is_told: bool = True


def survey_looked_at(survey_id: int, *, by: Actor, boxes: Path | None) -> Look | None:
    """The box of a survey with this person's place in it; None where no box says anything to them.

    Raises `Missing` for a box that this person was not invited to.
    """
    if boxes is None:
        return None
    try:
        seen = look(boxes, survey_id, person_id=by.person_id)
    except Unfit:
        return None
    if seen is not None and seen.done is None:
        raise Missing
    return seen


def survey_head(survey_id: int, *, seen_by: Actor, at: datetime, boxes: Path | None) -> SurveyHead:
    """A survey that `seen_by` was invited to, or one that is over; raises `Missing` for any other."""
    seen = survey_looked_at(survey_id, by=seen_by, boxes=boxes)
    return head_of(seen, seen_by=seen_by, at=at) if seen else _head_without_a_box(survey_id, boxes)


def head_of(seen: Look, *, seen_by: Actor, at: datetime) -> SurveyHead:
    """The survey in a box, as the person stands who looked."""
    frozen = seen.manifest
    return SurveyHead(
        id=frozen.survey_id,
        title=frozen.title,
        purpose=frozen.purpose,
        audience=frozen.audience,
        invited=frozen.invited,
        threshold=frozen.fewest,
        closes_at=frozen.closes_at,
        ended_at=seen.ended_at,
        outcome=Outcome.CANCELLED if seen.cancelled else None,
        standing=standing(seen, seen_by=seen_by, at=at),
        questions=frozen.questions,
    )


def standing(seen: Look, *, seen_by: Actor, at: datetime) -> Standing:
    """Where a person who was invited stands; whether they have answered is told to the sign-in that the box knows."""
    is_told = seen.knows(seen_by.credential)
    if seen.done and is_told:
        return Standing.ANSWERED
    if seen.has_ended(at=at):
        return Standing.ENDED
    return Standing.TO_ANSWER if is_told else Standing.NOT_TOLD


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What the database says of a survey; it decides nothing."""

    title: str
    purpose: str
    audience: str
    threshold: int
    closes_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None
    manifest: str | None


_READ_INDEXED = Read(
    _Indexed,
    select(
        _survey.c.title,
        _survey.c.purpose,
        _survey.c.audience,
        _survey.c.threshold,
        _survey.c.closes_at,
        _survey.c.closed_at,
        _tally.c.outcome,
        _tally.c.manifest,
    )
    .outerjoin(_tally, _tally.c.survey_id == _survey.c.id)
    .where(_survey.c.id == bindparam("survey_id"), _survey.c.state != SurveyState.DRAFT),
)


def _head_without_a_box(survey_id: int, boxes: Path | None) -> SurveyHead:
    """What the index says of a survey that has no box: it is over, or it cannot be answered. Never a question."""
    row = _READ_INDEXED.one({"survey_id": survey_id})
    is_over = row.outcome is not None or (boxes is not None and has_ended(boxes, survey_id))
    return SurveyHead(
        id=survey_id,
        title=row.title,
        purpose=row.purpose,
        audience=row.audience,
        invited=0,
        threshold=row.threshold,
        closes_at=row.closes_at,
        ended_at=row.closed_at or row.closes_at,
        outcome=row.outcome,
        standing=Standing.ENDED if is_over else Standing.UNANSWERABLE,
        questions=manifest_read(row.manifest).questions if row.manifest else (),
    )


_READ_OPEN = Read(
    WaitingSurvey,
    select(_survey.c.id, _survey.c.title, _survey.c.closes_at)
    .where(_survey.c.state == SurveyState.OPEN, _survey.c.closed_at.is_(None), _survey.c.closes_at > bindparam("at"))
    .order_by(_survey.c.closes_at, _survey.c.id),
)


def surveys_waiting(seen_by: Actor, *, at: datetime, boxes: Path | None) -> tuple[WaitingSurvey, ...]:
    """The surveys that wait for somebody's answers, the first to close first.

    On a machine that holds no boxes: every open one, since only the boxes know who was invited and who has answered.
    """
    if not seen_by.can(Permission.SURVEY_ANSWER):
        return ()
    if boxes is None:
        return _READ_OPEN.all({"at": at})
    waiting = [
        WaitingSurvey(
            id=seen.manifest.survey_id,
            title=seen.manifest.title,
            closes_at=seen.manifest.closes_at,
            is_told=stands is Standing.TO_ANSWER,
        )
        for seen in looks(boxes, person_id=seen_by.person_id)
        if seen.done is not None and (stands := standing(seen, seen_by=seen_by, at=at)) in OPEN_TO
    ]
    return tuple(sorted(waiting, key=lambda survey: (survey.closes_at, survey.id)))
