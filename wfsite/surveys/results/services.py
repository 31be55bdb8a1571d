"""Writes of the results room: closing a survey early, and what a person decides about a comment."""

from datetime import datetime

from sqlalchemy import select

from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.extensions import db
from wfsite.surveys.models import Comment, Question, Survey, Turnout
from wfsite.surveys.rules import CommentState, SurveyState, has_ended


def survey_close(survey_id: int, *, at: datetime) -> None:
    """Take no more answers from now on; `results.tally.tally` counts once this is committed.

    Closing twice is closing once. Raises `Missing` for a draft.
    """
    statement = select(Survey).join(Turnout, Turnout.survey_id == Survey.id).where(Survey.id == survey_id)
    # Locked together with the turnout: a vote that is being kept is kept before, the next one is refused.
    survey = db.session.scalars(statement.with_for_update(of=(Survey, Turnout))).one_or_none()
    if survey is None or survey.state is SurveyState.DRAFT:
        raise Missing
    if has_ended(state=survey.state, closes_at=survey.closes_at, closed_at=survey.closed_at, at=at):
        return
    survey.closed_at, survey.version = at, survey.version + 1
    db.session.flush()


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
        raise Conflict("Somebody else decided about this comment since you opened the page.")
    comment.state, comment.decided_by, comment.decided_at = decision, by.person_id, at
    db.session.flush()
    return decision
