"""Tables of documents: editions, what was done to each, and the chain of what was issued."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice, sorted_text
from wfsite.db.dated import Dated, DatedRow
from wfsite.issued.rules import DocumentState, Step

_BEING_MADE = text("state IN ('draft', 'waiting', 'approved')")
_WAS_ISSUED = text("issued_at IS NOT NULL")


class Edition(Base):
    """One edition of one document: a draft with its figures, then frozen, then issued and never changed."""

    __tablename__ = "issued_edition"
    __noun__ = "report"
    __table_args__ = (
        CheckConstraint("approved_by <> author_id", name="approved_by_another"),
        Index(
            "uq_issued_edition_kind_subject_being_made",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_BEING_MADE,
            postgresql_where=_BEING_MADE,
        ),
        Index(
            "uq_issued_edition_kind_subject_number_issued",
            "kind",
            "subject",
            "number",
            unique=True,
            sqlite_where=_WAS_ISSUED,
            postgresql_where=_WAS_ISSUED,
        ),
        Index("ix_issued_edition_kind_subject_number", "kind", "subject", "number"),
        # What is in force is read from the newest.
        Index("ix_issued_edition_state_state_since_id", "state", "state_since", "id"),
        Index("ix_issued_edition_state_since_id", "state_since", "id"),
        Index("ix_issued_edition_title_id", "title", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    # What it is about, as its room knows it: "2026-q3".
    subject: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sorted_text(200))
    state: Mapped[DocumentState] = mapped_column(choice(DocumentState))
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Why a correction was needed; "" for a first edition.
    reason: Mapped[str] = mapped_column(Text, default="")
    template: Mapped[str] = mapped_column(String(20))
    # Canonical JSON, as bytes so that the history names their change and does not repeat them.
    figures: Mapped[bytes] = mapped_column(LargeBinary)
    figures_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The same: what is drafted is the affair of who drafts, and of no administrator who reads the history.
    words: Mapped[bytes] = mapped_column(LargeBinary)
    # From approval on: the whole document, and the SHA-256 of these bytes.
    frozen: Mapped[bytes | None] = mapped_column(LargeBinary)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("issued_edition.id"))
    version: Mapped[int] = mapped_column(default=1)


class EditionStep(DatedRow):
    """Something that was done to an edition, by whom and why; what it hashed to, where it was frozen."""

    __tablename__ = "issued_step"
    __table_args__ = (Index("ix_issued_step_edition_id_recorded_at", "edition_id", "recorded_at"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("issued_edition.id"))
    step: Mapped[Step] = mapped_column(choice(Step))
    reason: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str | None] = mapped_column(String(64))


STEPS = Dated(EditionStep, "edition_id")


class Link(Base):
    """Which edition was issued as the site's first, second and so on; each link's hash rests on the one before."""

    __tablename__ = "issued_link"
    # The edition's step says who issued it and when.
    __audited__ = False

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("issued_edition.id"), unique=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    chain_hash: Mapped[str] = mapped_column(String(64))
