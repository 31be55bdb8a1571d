"""Reads of comments: those that are released, and all of them for the survey lead, who reads each one first."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal_column, select, union_all

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.paging import page_of
from wfsite.core.permissions import Permission, Reach
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.questions.question_rules import QuestionKind
from wfsite.surveys.models import Comment, Question, Survey
from wfsite.surveys.rules import CommentState, SurveyState

ON_RESULTS = 5
_ON_PAGE = 20

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
            .limit(literal_column(str(ON_RESULTS + 1)))
            .subquery()
        )
        parts.append(select(part.c.question_id, part.c.text))
    return union_all(*parts) if len(parts) > 1 else parts[0]


def first_released(questions: list[int]) -> dict[int, tuple[str, ...]]:
    """The first released comments of each question that has any, one more than `ON_RESULTS` at most."""
    values = {f"question_{number}": question for number, question in enumerate(questions)}
    found: dict[int, tuple[str, ...]] = {}
    for row in db.session.execute(_first_comments_of(len(questions)), values):
        found[row.question_id] = (*found.get(row.question_id, ()), row.text)
    return found


@dataclass(frozen=True, slots=True)
class CommentedQuestion:
    """A free-text question of a counted survey."""

    survey_id: int
    title: str
    question: str
    question_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedComments:
    """A page of the released comments on one question, in the order of their random keys."""

    survey_id: int
    title: str
    question: str
    question_id: int
    comments: tuple[str, ...]
    page: int
    has_more: bool


_READ_QUESTION = Read(
    CommentedQuestion,
    select(
        Survey.id.label("survey_id"), Survey.title, Question.text.label("question"), Question.id.label("question_id")
    )
    .join(Question, Question.survey_id == Survey.id)
    .where(
        Survey.id == bindparam("survey_id"),
        Question.id == bindparam("question_id"),
        Question.kind == QuestionKind.TEXT,
        Survey.state == SurveyState.CLOSED,
    ),
)
_RELEASED_PAGE = (
    select(Comment.text)
    .where(Comment.question_id == bindparam("question_id"), _RELEASED)
    .order_by(Comment.key)
    .limit(_ON_PAGE + 1)
    .offset(bindparam("skip"))
)


def released_comments(survey_id: int, question_id: int, *, page: int) -> ReleasedComments:
    """The released comments on a question of a counted survey; raises `Missing`."""
    asked = _READ_QUESTION.one({"survey_id": survey_id, "question_id": question_id})
    skip = (page - 1) * _ON_PAGE
    texts = db.session.scalars(_RELEASED_PAGE, {"question_id": question_id, "skip": skip}).all()
    if not texts and page > 1:
        raise Missing
    return ReleasedComments(
        survey_id=asked.survey_id,
        title=asked.title,
        question=asked.question,
        question_id=asked.question_id,
        comments=tuple(texts[:_ON_PAGE]),
        page=page,
        has_more=len(texts) > _ON_PAGE,
    )


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as the survey lead reads it, whatever was decided about it."""

    question_id: int
    raw_key: bytes
    text: str
    state: CommentState
    decided_by: str
    decided_at: datetime | None
    question: str

    @property
    def key(self) -> str:
        """The row's key as addresses name it."""
        return self.raw_key.hex()

    @property
    def id(self) -> str:
        """The row's id in the page."""
        return f"comment-{self.key}"


@dataclass(frozen=True, slots=True)
class QuestionComments:
    """The comments on one question that a page holds."""

    question: str
    rows: tuple[CommentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True)
class _Counted:
    """A survey whose comments may be read."""

    id: int
    title: str
    threshold: int


_READ_COUNTED = Read(
    _Counted,
    select(Survey.id, Survey.title, Survey.threshold).where(
        Survey.id == bindparam("survey_id"), Survey.state == SurveyState.CLOSED
    ),
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
        Comment.key.label("raw_key"),
        Comment.text,
        Comment.state,
        func.coalesce(Person.name, "").label("decided_by"),
        Comment.decided_at,
        Question.text.label("question"),
    )
    .join(Question, Question.id == Comment.question_id)
    .outerjoin(Person, Person.id == Comment.decided_by)
    .where(Question.survey_id == bindparam("survey_id"))
)
_READ_PAGE = Read(
    CommentRow,
    _COMMENT.where(Comment.state == bindparam("state"))
    .order_by(Question.position, Comment.key)
    .limit(_ON_PAGE)
    .offset(bindparam("skip")),
)
_READ_COMMENT = Read(
    CommentRow, _COMMENT.where(Comment.question_id == bindparam("question_id"), Comment.key == bindparam("key"))
)


def comment_list(survey_id: int, *, state: CommentState, page: int) -> CommentList:
    """A page of a counted survey's comments in one state; a page past the last is the last. Raises `Missing`."""
    survey = _READ_COUNTED.one({"survey_id": survey_id})
    counts = comment_counts(survey_id)
    cut = page_of(counts[state], asked=page, size=_ON_PAGE)
    rows = _READ_PAGE.all({"survey_id": survey_id, "state": state, "skip": cut.skip})
    return CommentList(
        survey_id=survey.id,
        title=survey.title,
        threshold=survey.threshold,
        counts=counts,
        state=state,
        questions=tuple(QuestionComments(question, tuple(found)) for question, found in groupby(rows, _question_of)),
        page=cut.number,
        pages=cut.pages,
    )


def _question_of(row: CommentRow) -> str:
    return row.question


def comment_counts(survey_id: int) -> dict[CommentState, int]:
    """How many comments of a survey wait, are released and are withheld."""
    found = dict.fromkeys(CommentState, 0)
    for row in db.session.execute(_COUNTS, {"survey_id": survey_id}):
        found[row.state] = row.number
    return found


def comment_row(survey_id: int, question_id: int, key: bytes) -> CommentRow:
    """One comment; raises `Missing`."""
    return _READ_COMMENT.one({"survey_id": survey_id, "question_id": question_id, "key": key})


@dataclass(frozen=True, slots=True)
class WaitingComments:
    """A survey with comments that nobody has read yet."""

    survey_id: int
    title: str
    count: int


# Surveys with the number of their comments that nobody has read.
WAITING = (
    select(Survey.id.label("survey_id"), Survey.title, func.count().label("count"))
    .join(Question, Question.survey_id == Survey.id)
    .join(Comment, Comment.question_id == Question.id)
    .where(Comment.state == CommentState.WAITING)
    .group_by(Survey.id, Survey.title)
    .order_by(Survey.id)
)
_READ_WAITING = Read(WaitingComments, WAITING)


def comments_waiting(*, seen_by: Actor) -> tuple[WaitingComments, ...]:
    """For survey leads: the surveys whose comments wait to be read; nothing for anybody else."""
    if not seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL):
        return ()
    return _READ_WAITING.all()
