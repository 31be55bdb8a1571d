"""Table of pieces of work, one row for each thing that is worked on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.works.rules import WorkState


class Work(Base):
    """A piece of work of a kind on one thing of the room that knows the kind; asked for again, it begins anew."""

    __tablename__ = "work"
    __audited__ = False  # it names who asked, and when; what it leads to is the history's
    __table_args__ = (
        # Asked for twice is done once.
        UniqueConstraint("kind", "subject_id", name="uq_work_kind_subject_id"),
        # However many runners are started, so many work at once.
        UniqueConstraint("slot", name="uq_work_slot"),
        Index("ix_work_asked_by", "asked_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    # The thing, by its id alone: what is in it stays in its own room.
    subject_id: Mapped[int]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[WorkState] = mapped_column(choice(WorkState), default=WorkState.WAITING)
    # How often somebody began it; a row is taken up by whoever counts this on.
    tries: Mapped[int] = mapped_column(default=0)
    # Which of the places of runners it takes; none where a worker does what is small at once.
    slot: Mapped[int | None]
    # Whoever does it; what another writes about it is refused.
    runner: Mapped[str] = mapped_column(String(32), default="")
    alive_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(String(200), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What to do, where it failed; "" otherwise.
    problem: Mapped[str] = mapped_column(String(400), default="")
