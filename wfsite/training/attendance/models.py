"""Tables of sessions and registers. What a report quotes is a dated row; the place or session carries the newest."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.training.attendance.rules import Mark, PlaceOrigin, PlaceState


class Course(Base):
    """Something that is taught, again and again, in sessions."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    level: Mapped[str] = mapped_column(String(60), default="")
    aims: Mapped[str] = mapped_column(Text, default="")


class SessionState(StrEnum):
    """Whether a session goes ahead."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


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


class Place(Base):
    """A person's place at a session, with their agency and profession as at its date."""

    __tablename__ = "place"
    __audited__ = False  # every mark and standing is a dated row of its own
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_place_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    profession_id: Mapped[int | None] = mapped_column(ForeignKey("profession.id"))
    origin: Mapped[PlaceOrigin] = mapped_column(choice(PlaceOrigin))
    state: Mapped[PlaceState] = mapped_column(choice(PlaceState))
    mark: Mapped[Mark] = mapped_column(choice(Mark), default=Mark.UNRECORDED)
    # Goes up with every mark and every new standing; forms carry it.
    version: Mapped[int] = mapped_column(default=1)


class PlaceStanding(DatedRow):
    """Whether a place is kept, from an instant on: who said so. The first is its booking; the place has the newest."""

    __tablename__ = "place_standing"
    __table_args__ = (Index("ix_place_standing_place_id_recorded_at", "place_id", "recorded_at"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    state: Mapped[PlaceState] = mapped_column(choice(PlaceState))


class RegisterClosure(DatedRow):
    """That a register was closed, or opened again: who and when. The session carries the newest."""

    __tablename__ = "register_closure"
    __table_args__ = (Index("ix_register_closure_session_id", "session_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    is_closed: Mapped[bool]


class AttendanceMark(DatedRow):
    """A mark as it was set: who, when and what."""

    __tablename__ = "attendance_mark"
    __table_args__ = (Index("ix_attendance_mark_place_id", "place_id"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    mark: Mapped[Mark] = mapped_column(choice(Mark))
    # What one press of a button set shares one key: it is undone together, and sent twice it counts once.
    act: Mapped[str] = mapped_column(String(22))
    is_undo: Mapped[bool] = mapped_column(default=False)


MARKS, PLACE_STANDINGS = Dated(AttendanceMark, "place_id"), Dated(PlaceStanding, "place_id")
CLOSURES, SESSION_STANDINGS = Dated(RegisterClosure, "session_id"), Dated(SessionStanding, "session_id")
