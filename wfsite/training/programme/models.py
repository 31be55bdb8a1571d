"""Tables of courses and their sessions. Whether one goes ahead is a dated row; the session carries the newest."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.training.programme.rules import SessionState


class Course(Base):
    """Something that is taught, again and again, in sessions."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    level: Mapped[str] = mapped_column(String(60), default="")
    aims: Mapped[str] = mapped_column(Text, default="")


class TrainingSession(Base):
    """One running of a course on one or more dates; it belongs to the quarter of its last date."""

    __tablename__ = "training_session"
    __table_args__ = (
        Index("ix_training_session_ends_at", "ends_at"),
        Index("ix_training_session_course_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    venue: Mapped[str] = mapped_column(String(200))
    trainer: Mapped[str] = mapped_column(String(120), default="")
    capacity: Mapped[int]
    state: Mapped[SessionState] = mapped_column(choice(SessionState), default=SessionState.PLANNED)
    register_closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    register_closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Goes up when the register is closed or opened again, and when the session is called off or put back.
    version: Mapped[int] = mapped_column(default=1)


class SessionStanding(DatedRow):
    """Whether a session goes ahead, from an instant on: who said so. The session carries the newest."""

    __tablename__ = "session_standing"
    __table_args__ = (Index("ix_session_standing_session_id_recorded_at", "session_id", "recorded_at"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    state: Mapped[SessionState] = mapped_column(choice(SessionState))


SESSION_STANDINGS = Dated(SessionStanding, "session_id")
