"""What a person decides about a comment."""

from datetime import datetime

from sqlalchemy import select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, OtherHand, RuleBroken, Stale
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.surveys.models import Comment, Question
from wfsite.surveys.rules import CommentState


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

    The same decision twice is one. Raises `Missing`, `RuleBroken` without a decision, `Stale` when somebody
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
        raise Stale(f"{_decided_first(comment, told_to=by, at=at)}.", theirs=comment.state)
    comment.state, comment.decided_by, comment.decided_at = decision, by.person_id, at
    db.session.flush()
    return decision


def _decided_first(comment: Comment, *, told_to: Actor, at: datetime) -> str:
    """Who decided otherwise meanwhile, a colleague or oneself in another tab."""
    person = db.session.get(Person, comment.decided_by) if comment.decided_by else None
    name = person.name if person else None
    hand = OtherHand.of(comment.decided_by, name=name, changed_at=comment.decided_at, told_to=told_to, at=at)
    return f"{hand.who} {comment.state.value} this comment{hand.aside}"
