"""Tables of surveys: an index of what the ballot boxes hold, and what they told. Read docs/decisions/0008 first.

Nothing here decides who may answer, until when, or what is counted: that stands in the box (`box/`).
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.questions.count_rules import Table
from wfsite.questions.models import QuestionRow
from wfsite.surveys.rules import CommentState, Outcome, SurveyMode, SurveyState


class Survey(Base):
    """One wave of a survey."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(200))
    mode: Mapped[SurveyMode] = mapped_column(choice(SurveyMode))
    state: Mapped[SurveyState] = mapped_column(choice(SurveyState), default=SurveyState.DRAFT)
    # The smallest group that a figure may speak of; frozen at opening.
    threshold: Mapped[int] = mapped_column(default=10)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When somebody closed it before its time, or when it ended.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The database's half of the box's key; it opens nothing by itself and goes when the box ends.
    box_half: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)


class Question(QuestionRow):
    """A question of a survey; frozen at opening."""

    __tablename__ = "question"
    __noun__ = "survey question"
    __table_args__ = (UniqueConstraint("survey_id", "position"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))


class Tally(Base):
    """How a survey's one count ended. What is None would speak of fewer people than the threshold."""

    __tablename__ = "tally"
    __audited__ = False

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    # What the box knows its own result by; "" for surveys that the first release counted.
    count_id: Mapped[str] = mapped_column(String(32))
    # The survey as it was frozen at opening, in the words of its box (box/rules.py).
    manifest: Mapped[str] = mapped_column(Text)
    invited: Mapped[int]
    answered: Mapped[int | None]
    counted: Mapped[int | None]
    # Whether some of those who answered had another sign-in than at opening.
    some_changed: Mapped[bool]
    # Ballots that the first release could not read; later ones hold such a box and count nothing.
    spoiled: Mapped[int]


class QuestionResult(Base):
    """The released table of one question, with whatever may not be shown already taken out."""

    __tablename__ = "question_result"
    __audited__ = False

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    # Finished figures as JSON; see questions/count_rules.py for the shape.
    table: Mapped[Table] = mapped_column(JSON)


class Comment(Base):
    """A free-text answer, detached from every other answer and kept under a random key."""

    __tablename__ = "comment"
    __audited__ = False
    __table_args__ = ({"sqlite_with_rowid": False},)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[CommentState] = mapped_column(choice(CommentState), default=CommentState.WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
