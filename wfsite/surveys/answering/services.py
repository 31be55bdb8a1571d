"""Opening a survey and taking its answers. Answers go into the survey's box and nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from sqlalchemy import bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, NotNow, RuleBroken
from wfsite.core.words import moment
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.people.credentials import credentials_of
from wfsite.questions.answer_rules import read_answers
from wfsite.questions.models import select_asked
from wfsite.questions.question_rules import Asked
from wfsite.surveys.answering.queries import survey_looked_at
from wfsite.surveys.box.envelopes import code_make, halves_make, public_key
from wfsite.surveys.box.folder import Taken, box_start, unfinished_sweep, waiting_numbers
from wfsite.surveys.box.rules import FLOOR, Look, Manifest
from wfsite.surveys.box.store import Unfit, Vote, box_make, vote
from wfsite.surveys.models import Question, Survey
from wfsite.surveys.rules import SurveyState


class Sent(Enum):
    """What became of the answers that somebody sent."""

    STORED = "stored"
    ALREADY = "already"


def survey_open(
    survey_id: int, *, invited: Sequence[int], boxes: Path | None, key: str, at: datetime, with_code: bool = False
) -> str:
    """Open a draft to the `invited` (person ids): freeze it into a box, and note it in the database.

    Returns the code of a third holder, "" without one; it is nowhere else. The box is on the disk for certain before
    the database says that the survey is open, and waits there: call `survey_start` once that is committed. Where it
    never is, nobody was asked, and the survey can be opened again. Raises `Missing`, `NotNow` when it is no draft
    any more or its number is used up, `RuleBroken` when there are too few people or the closing time has passed.
    """
    survey = db.session.get(Survey, survey_id, with_for_update=True)
    if survey is None:
        raise Missing
    if survey.state is not SurveyState.DRAFT:
        raise NotNow("This survey has been opened already.")
    if boxes is None:
        raise NotNow("Surveys are opened on the machine that holds the ballot boxes.")
    voters = credentials_of(invited, key=key, held=True)  # who changes theirs afterwards finds the box, and tells it
    _check_opening(survey, voters, at)
    halves = halves_make(code=code_make() if with_code else "")
    manifest = Manifest(
        survey_id=survey_id,
        title=survey.title,
        purpose=survey.purpose,
        audience=survey.audience,
        invited=len(voters),
        threshold=survey.threshold,
        opened_at=at,
        closes_at=survey.closes_at,
        public_key=public_key(halves, survey_id=survey_id),
        questions=_READ_QUESTIONS.all({"survey_id": survey_id}),
        needs_code=with_code,
    )
    try:
        box_make(boxes, manifest, voters, halves)
    except Taken:
        raise NotNow("A survey with this number has had a ballot box. Make a copy of it and open the copy.") from None
    survey.box_half = halves.database
    survey.state, survey.opened_at, survey.version = SurveyState.OPEN, at, survey.version + 1
    db.session.flush()
    return halves.code


_HALF = select(Survey.box_half).where(Survey.id == bindparam("survey_id"), Survey.state == SurveyState.OPEN)


def survey_start(survey_id: int, *, boxes: Path) -> bool:
    """Ask the people invited, once their survey's opening is committed: its box is put in its place.

    Goes by what is committed and gives up what is not. Twice is once; False where nothing waited.
    """
    db.session.rollback()
    try:
        half = db.session.scalar(_HALF, {"survey_id": survey_id})
    finally:
        db.session.rollback()
    return box_start(boxes, survey_id, half)


_WAITS_AT_MOST = timedelta(hours=1)


def surveys_start(*, at: datetime, boxes: Path | None) -> list[int]:
    """Finish what openings left undone, and remove the boxes of those that were never committed; the surveys started.

    Walks the folder. What is removed has waited for an hour and nobody could answer in it. One that fails stops no
    other; its error is raised when the rest is done.
    """
    if boxes is None:
        return []
    started, errors = [], []
    for survey_id in waiting_numbers(boxes):
        try:
            if survey_start(survey_id, boxes=boxes):
                started.append(survey_id)
        except Exception as error:
            errors.append(error)
    unfinished_sweep(boxes, before=at - _WAITS_AT_MOST)
    if errors:
        raise errors[0]
    return started


def _check_opening(survey: Survey, voters: Mapping[int, str | None], at: datetime) -> None:
    if survey.threshold < FLOOR or len(voters) < survey.threshold:
        raise RuleBroken("audience", f"Invite at least {max(survey.threshold, FLOOR)} people")
    if survey.closes_at <= at:
        raise RuleBroken("closes_at", "The closing time must be in the future")


_READ_QUESTIONS = Read(Asked, select_asked(Question).where(Question.survey_id == bindparam("survey_id")))


def answers_send(
    survey_id: int, sent: Mapping[str, Sequence[str]], *, by: Actor, at: datetime, boxes: Path | None
) -> Sent:
    """Seal and store somebody's answers, once: a second time stores nothing and says so.

    Nothing of it reaches the site's database. Raises `Missing` for whoever was not invited, `NotNow` when the
    survey has closed or has no box, `RuleBroken` with a message for each question at fault, `Busy`.
    """
    seen = survey_looked_at(survey_id, by=by, boxes=boxes)
    if seen is None or boxes is None:
        raise NotNow("This survey cannot be answered. Your answers were not sent.")
    if seen.done and seen.knows(by.credential):  # anybody else could ask by sending nothing
        return Sent.ALREADY
    if seen.has_ended(at=at):
        raise _closed(seen)
    answers = read_answers(seen.manifest.questions, sent)
    try:
        done = vote(boxes, seen, answers, person_id=by.person_id, credential=by.credential, at=at)
    except Unfit:
        raise NotNow("This survey cannot be answered. Your answers were not sent.") from None
    match done:
        case Vote.STORED:
            return Sent.STORED
        case Vote.ALREADY:
            return Sent.ALREADY
        case Vote.ENDED:
            raise _closed(seen)


def _closed(seen: Look) -> NotNow:
    return NotNow(f"This survey closed on {moment(seen.ended_at)}. Your answers were not sent.")
