"""Writes of the results room: closing a survey early, and what a person decides about a comment."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, OtherHand, RuleBroken
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.surveys.box import store
from wfsite.surveys.box.folder import box_waits
from wfsite.surveys.models import Comment, Question, Survey
from wfsite.surveys.rules import CommentState, SurveyState


def survey_close(survey_id: int, *, at: datetime, boxes: Path | None, cancel: bool = False) -> None:
    """Shut a survey's box for good; `results.tally.tally` counts it once this is committed, or destroys it unread.

    The box decides, and the index follows where it has the row. Closing twice is closing once. Raises `Missing` for
    a draft, `Conflict` where it is too early, is being opened or counted, or has no box to close; one that has none
    can be called off.
    """
    if boxes is None:
        raise Conflict("Surveys are closed on the machine that holds the ballot boxes.")
    has_box = _shut(survey_id, at=at, boxes=boxes, cancel=cancel)
    survey = db.session.get(Survey, survey_id, with_for_update=True)
    if not has_box:
        if survey is None or survey.state is SurveyState.DRAFT:
            raise Missing
        if box_waits(boxes, survey_id, survey.box_half):
            raise Conflict("This survey is being opened. Try again in a few minutes.")
        # It may have been put into its place between the two.
        has_box = _shut(survey_id, at=at, boxes=boxes, cancel=cancel)
        if not has_box and survey.state is SurveyState.OPEN and not cancel:
            raise Conflict("This survey has no ballot box here, so it cannot be closed. It can be called off.")
    if survey is not None and survey.state is SurveyState.OPEN and (survey.closed_at is None or not has_box):
        survey.closed_at, survey.version = min(at, survey.closes_at), survey.version + 1
        survey.state = SurveyState.OPEN if has_box else SurveyState.CLOSED
    db.session.flush()


def _shut(survey_id: int, *, at: datetime, boxes: Path, cancel: bool) -> bool:
    """Shut the box; False where there is none."""
    try:
        store.shut(boxes, survey_id, at=at, early=True, cancel=cancel)
    except store.Unfit:
        return False
    return True


def comment_decide(
    survey_id: int,
    question_id: int,
    key: bytes,
    decision: CommentState | None,
    *,
    seen: CommentState | None,
    by: Actor,
    at: datetime,
) -> CommentState:
    """Release or withhold a comment, and change that again; `seen` is the state that the form showed.

    The same decision twice is one. Raises `Missing`, `RuleBroken` without a decision, `Conflict` when somebody
    else decided otherwise since.
    """
    comment = db.session.scalars(
        select(Comment)
        .join(Question, Question.id == Comment.question_id)
        .where(Question.survey_id == survey_id, Comment.question_id == question_id, Comment.key == key)
        .with_for_update(of=Comment)
    ).one_or_none()
    if comment is None:
        raise Missing
    if decision not in (CommentState.RELEASED, CommentState.WITHHELD):
        raise RuleBroken("decision", "Choose whether to release or withhold the comment")
    if comment.state is decision:
        return decision
    if comment.state is not seen:
        raise Conflict(f"{_decided_first(comment, told_to=by, at=at)}.")
    comment.state, comment.decided_by, comment.decided_at = decision, by.person_id, at
    db.session.flush()
    return decision


def _decided_first(comment: Comment, *, told_to: Actor, at: datetime) -> str:
    """Who decided otherwise meanwhile, a colleague or oneself in another tab."""
    person = db.session.get(Person, comment.decided_by) if comment.decided_by else None
    name = person.name if person else None
    hand = OtherHand.of(comment.decided_by, name=name, changed_at=comment.decided_at, told_to=told_to, at=at)
    return f"{hand.who} {comment.state.value} this comment{hand.aside}"
