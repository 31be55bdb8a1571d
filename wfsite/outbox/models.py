"""Table of notices. A notice is never rewritten: it is seen once, or ends once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime

WAITS = text("seen_at IS NULL AND ended_at IS NULL")


class Notice(Base):
    """Something that one person must know of one thing, in the words of the day on which it was made."""

    __tablename__ = "notice"
    __audited__ = False  # its own instants are the record
    __table_args__ = (
        # Of one thing a person is told one thing at a time, however many act at once.
        Index(
            "uq_notice_subject_kind_subject_id_person_id",
            "subject_kind",
            "subject_id",
            "person_id",
            unique=True,
            sqlite_where=WAITS,
            postgresql_where=WAITS,
        ),
        # Home asks for what one person has not seen, however much they have.
        Index("ix_notice_person_id_id_waits", "person_id", "id", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_notice_person_id_made_at", "person_id", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # What it is about: the room that knows the kind says who may open it now, and where.
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(600))
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When something newer took its place, or there was nothing more to know.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The one that it took the place of. No foreign key: that one is forgotten first.
    replaces_id: Mapped[int | None]
