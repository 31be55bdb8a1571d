"""Tables of surveys. Read docs/decisions/0003 before touching anything that stands near a ballot."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.surveys.rules import CommentState, Outcome, QuestionKind, SurveyMode, SurveyState


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
    # Set while still open when the survey lead closes early: from then on no answer is taken.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The raw public key that ballots are sealed to; its private half is a file outside the database.
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)


class Question(Base):
    """A question of a survey; frozen at opening."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("survey_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    text: Mapped[str] = mapped_column(String(300))
    hint: Mapped[str] = mapped_column(String(300), default="")
    required: Mapped[bool]
    # Choices in order; for a scale, the words at its two ends.
    options: Mapped[list[str]] = mapped_column(JSON)


class Invitation(Base):
    """A person's seat in a survey's audience, as it stood at opening. It holds no trace of answering."""

    __tablename__ = "invitation"
    __audited__ = False
    __table_args__ = (UniqueConstraint("survey_id", "seat"), Index("ix_invitation_person_id", "person_id"))

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    # This person's bit in the turnout; dealt at random.
    seat: Mapped[int]


class Turnout(Base):
    """Who has answered: a bit a seat, all in one row, so that no row carries the mark of one voter's transaction.

    The bits are wiped at the tally, when nobody needs reminding any more; the two counts stay.
    """

    __tablename__ = "turnout"
    __audited__ = False

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    invited: Mapped[int]
    responded: Mapped[int]
    bits: Mapped[bytes] = mapped_column(LargeBinary)


class Ballot(Base):
    """A sealed envelope under a random key, and nothing else: no person, no time, no sequence."""

    __tablename__ = "ballot"
    __audited__ = False
    # Rows lie in the order of their random key on SQLite, not in the order of arrival.
    __table_args__ = ({"sqlite_with_rowid": False},)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Tally(Base):
    """How a survey's one count ended. `counted` is None where it would be under the threshold."""

    __tablename__ = "tally"
    __audited__ = False

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    counted: Mapped[int | None]
    # Ballots that did not open, or did not fit the questions.
    spoiled: Mapped[int]


class QuestionResult(Base):
    """The released table of one question, with whatever may not be shown already taken out."""

    __tablename__ = "question_result"
    __audited__ = False

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    # Finished figures as JSON; see results/rules.py for the shape.
    table: Mapped[dict[str, Any]] = mapped_column(JSON)


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
