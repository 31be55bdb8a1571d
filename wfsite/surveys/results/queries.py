"""Reads of released results and their comments; the cost is the same however many people answered."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal_column, select, union_all

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.figures import Rate
from wfsite.core.paging import page_of
from wfsite.core.permissions import Permission, Reach
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.surveys.box.rules import Manifest, manifest_read
from wfsite.surveys.models import Comment, Question, QuestionResult, Survey, Tally
from wfsite.surveys.results.rules import Shown, shown
from wfsite.surveys.rules import CommentState, Outcome, QuestionKind, SurveyState

COMMENTS_ON_RESULTS = 5
COMMENTS_ON_PAGE = 20


@dataclass(frozen=True, slots=True)
class Results:
    """A counted survey: its response, and each question's figures as they may be shown."""

    id: int
    title: str
    purpose: str
    audience: str
    threshold: int
    closed_at: datetime
    outcome: Outcome
    response: str
    counting: str
    some_changed: bool
    questions: tuple[Shown, ...]
    # The first released comments of each question that has any.
    comments: dict[int, tuple[str, ...]]
    # Questions with more released comments than that.
    more_comments: frozenset[int]


_RESULTS = (
    select(
        Survey.closed_at,
        Tally.outcome,
        Tally.manifest,
        Tally.invited,
        Tally.answered,
        Tally.counted,
        Tally.some_changed,
        Tally.spoiled,
    )
    .join(Tally, Tally.survey_id == Survey.id)
    .where(Survey.id == bindparam("survey_id"), Survey.state == SurveyState.CLOSED)
)
_TABLES = select(QuestionResult.question_id, QuestionResult.table).where(
    QuestionResult.question_id.in_(bindparam("questions", expanding=True))
)


def results_page(survey_id: int, *, with_comments: bool = True) -> Results:
    """The released results of a survey, with its questions as they were frozen; raises `Missing` until counted."""
    row = db.session.execute(_RESULTS, {"survey_id": survey_id}).one_or_none()
    if row is None:
        raise Missing
    frozen = manifest_read(row.manifest)
    questions = _questions(frozen, row.some_changed) if row.outcome is Outcome.RELEASED else ()
    texts = [q.question_id for q in questions if q.kind is QuestionKind.TEXT and q.answered]
    found = _first_comments(texts) if with_comments and texts else {}
    return Results(
        id=survey_id,
        title=frozen.title,
        purpose=frozen.purpose,
        audience=frozen.audience,
        threshold=frozen.threshold,
        closed_at=row.closed_at,
        outcome=row.outcome,
        response=_response(row, frozen.threshold),
        counting=_counting(row, frozen.threshold),
        some_changed=row.some_changed,
        questions=questions,
        comments={question: comments[:COMMENTS_ON_RESULTS] for question, comments in found.items()},
        more_comments=frozenset(
            question for question, comments in found.items() if len(comments) > COMMENTS_ON_RESULTS
        ),
    )


def _questions(frozen: Manifest, some_changed: bool) -> tuple[Shown, ...]:
    ids = [question.id for question in frozen.questions]
    tables = {row.question_id: row.table for row in db.session.execute(_TABLES, {"questions": ids})}
    least = frozen.threshold
    return tuple(shown(q, tables.get(q.id), threshold=least, some_changed=some_changed) for q in frozen.questions)


def _response(row: Any, threshold: int) -> str:
    """How many of those invited answered, in a sentence that never speaks of too few."""
    if row.answered is None:
        as_opened = " with the sign-in that they had when it opened" if row.some_changed else ""
        return f"Fewer than {threshold} of the {row.invited:,} people invited answered{as_opened}."
    rate = Rate(row.answered, row.invited)
    return f"{rate.text} of the people invited answered ({rate.basis})."


def _counting(row: Any, threshold: int) -> str:
    """What a reader should know about the count; "" when there is nothing to know."""
    if row.outcome is not Outcome.RELEASED:
        return ""
    if row.counted is None:
        return f"Fewer than {threshold} of the answers could be counted, so nothing else is shown."
    # Only the first release counted a survey whose ballots differed from those who had answered, or could not be read.
    ballots = row.spoiled + row.counted
    if ballots != row.answered:
        return (
            f"{ballots:,} ballots were found for {row.answered:,} people who answered. Treat these results with care "
            "until the difference is explained."
        )
    if row.spoiled:
        return f"{row.spoiled:,} of {ballots:,} ballots could not be read and are not counted."
    if row.some_changed:
        return (
            "Some answers came from people whose password was changed for them, or set for the first time, while the "
            "survey was open. They are counted, and no figure rests on them alone."
        )
    return ""


_RELEASED = Comment.state == CommentState.RELEASED


@cache
def _first_comments_of(questions: int) -> CompoundSelect[int, str] | Select[int, str]:
    """A statement for the first released comments of so many questions, each found by its own short index walk."""
    parts = []
    for number in range(questions):
        part = (
            select(Comment.question_id, Comment.text)
            .where(Comment.question_id == bindparam(f"question_{number}"), _RELEASED)
            .order_by(Comment.key)
            .limit(literal_column(str(COMMENTS_ON_RESULTS + 1)))
            .subquery()
        )
        parts.append(select(part.c.question_id, part.c.text))
    return union_all(*parts) if len(parts) > 1 else parts[0]


def _first_comments(questions: list[int]) -> dict[int, tuple[str, ...]]:
    values = {f"question_{number}": question for number, question in enumerate(questions)}
    found: dict[int, tuple[str, ...]] = {}
    for row in db.session.execute(_first_comments_of(len(questions)), values):
        found[row.question_id] = (*found.get(row.question_id, ()), row.text)
    return found


@dataclass(frozen=True, slots=True)
class ReleasedComments:
    """A page of the released comments on one question, in the order of their random keys."""

    survey_id: int
    title: str
    question: str
    question_id: int
    comments: tuple[str, ...]
    page: int
    has_more: bool


_COMMENT_HEAD = (
    select(Survey.id, Survey.title, Question.text, Question.id.label("question_id"))
    .join(Question, Question.survey_id == Survey.id)
    .where(
        Survey.id == bindparam("survey_id"),
        Question.id == bindparam("question_id"),
        Question.kind == QuestionKind.TEXT,
        Survey.state == SurveyState.CLOSED,
    )
)
_RELEASED_PAGE = (
    select(Comment.text)
    .where(Comment.question_id == bindparam("question_id"), _RELEASED)
    .order_by(Comment.key)
    .limit(COMMENTS_ON_PAGE + 1)
    .offset(bindparam("skip"))
)


def released_comments(survey_id: int, question_id: int, *, page: int) -> ReleasedComments:
    """The released comments on a question of a counted survey; raises `Missing`."""
    values = {"survey_id": survey_id, "question_id": question_id}
    head = db.session.execute(_COMMENT_HEAD, values).one_or_none()
    if head is None:
        raise Missing
    skip = (page - 1) * COMMENTS_ON_PAGE
    texts = db.session.scalars(_RELEASED_PAGE, {"question_id": question_id, "skip": skip}).all()
    if not texts and page > 1:
        raise Missing
    shown_now = tuple(texts[:COMMENTS_ON_PAGE])
    return ReleasedComments(head.id, head.title, head.text, question_id, shown_now, page, len(texts) > COMMENTS_ON_PAGE)


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as the survey lead reads it, whatever was decided about it."""

    question_id: int
    key: str
    text: str
    state: CommentState
    decided_by: str
    decided_at: datetime | None

    @property
    def id(self) -> str:
        """The row's id in the page."""
        return f"comment-{self.key}"


@dataclass(frozen=True, slots=True)
class QuestionComments:
    """The comments on one question that a page holds."""

    question: str
    rows: tuple[CommentRow, ...]


@dataclass(frozen=True, slots=True)
class CommentList:
    """A page of a survey's comments in one state, by question."""

    survey_id: int
    title: str
    threshold: int
    counts: dict[CommentState, int]
    state: CommentState
    questions: tuple[QuestionComments, ...]
    page: int
    pages: int


_CLOSED_HEAD = select(Survey.id, Survey.title, Survey.threshold).where(
    Survey.id == bindparam("survey_id"), Survey.state == SurveyState.CLOSED
)
_COUNTS = (
    select(Comment.state, func.count().label("number"))
    .join(Question, Question.id == Comment.question_id)
    .where(Question.survey_id == bindparam("survey_id"))
    .group_by(Comment.state)
)
_COMMENT = (
    select(
        Comment.question_id,
        Comment.key,
        Comment.text,
        Comment.state,
        Comment.decided_at,
        Person.name.label("decided_by"),
        Question.text.label("question"),
    )
    .join(Question, Question.id == Comment.question_id)
    .outerjoin(Person, Person.id == Comment.decided_by)
    .where(Question.survey_id == bindparam("survey_id"))
)
_COMMENT_PAGE = (
    _COMMENT.where(Comment.state == bindparam("state"))
    .order_by(Question.position, Comment.key)
    .limit(COMMENTS_ON_PAGE)
    .offset(bindparam("skip"))
)
_ONE_COMMENT = _COMMENT.where(Comment.question_id == bindparam("question_id"), Comment.key == bindparam("key"))


def comment_list(survey_id: int, *, state: CommentState, page: int) -> CommentList:
    """A page of a counted survey's comments in one state; a page past the last is the last. Raises `Missing`."""
    head = db.session.execute(_CLOSED_HEAD, {"survey_id": survey_id}).one_or_none()
    if head is None:
        raise Missing
    counts = comment_counts(survey_id)
    cut = page_of(counts[state], asked=page, size=COMMENTS_ON_PAGE)
    values = {"survey_id": survey_id, "state": state, "skip": cut.skip}
    by_question: dict[str, list[CommentRow]] = {}
    for row in db.session.execute(_COMMENT_PAGE, values):
        by_question.setdefault(row.question, []).append(_comment_row(row))
    questions = tuple(QuestionComments(question, tuple(rows)) for question, rows in by_question.items())
    return CommentList(head.id, head.title, head.threshold, counts, state, questions, cut.number, cut.pages)


def comment_counts(survey_id: int) -> dict[CommentState, int]:
    """How many comments of a survey wait, are released and are withheld."""
    found = dict.fromkeys(CommentState, 0)
    for row in db.session.execute(_COUNTS, {"survey_id": survey_id}):
        found[row.state] = row.number
    return found


def comment_row(survey_id: int, question_id: int, key: bytes) -> CommentRow:
    """One comment; raises `Missing`."""
    values = {"survey_id": survey_id, "question_id": question_id, "key": key}
    row = db.session.execute(_ONE_COMMENT, values).one_or_none()
    if row is None:
        raise Missing
    return _comment_row(row)


def _comment_row(row: Any) -> CommentRow:
    return CommentRow(row.question_id, row.key.hex(), row.text, row.state, row.decided_by or "", row.decided_at)


@dataclass(frozen=True, slots=True)
class WaitingComments:
    """A survey with comments that nobody has read yet."""

    survey_id: int
    title: str
    count: int


# Surveys with the number of their comments that nobody has read.
WAITING = (
    select(Survey.id, Survey.title, func.count().label("number"))
    .join(Question, Question.survey_id == Survey.id)
    .join(Comment, Comment.question_id == Question.id)
    .where(Comment.state == CommentState.WAITING)
    .group_by(Survey.id, Survey.title)
    .order_by(Survey.id)
)


def comments_waiting(*, seen_by: Actor) -> tuple[WaitingComments, ...]:
    """For survey leads: the surveys whose comments wait to be read; nothing for anybody else."""
    if not seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL):
        return ()
    return tuple(WaitingComments(row.id, row.title, row.number) for row in db.session.execute(WAITING))
