"""Tables of registers. A mark and a closing are dated rows; the place or session carries the newest."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.training.bookings.rules import Mark


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


MARKS, CLOSURES = Dated(AttendanceMark, "place_id"), Dated(RegisterClosure, "session_id")
