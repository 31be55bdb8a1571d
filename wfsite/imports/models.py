"""The table of uploads."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.imports.rules import Content, KeptCheck, Outcome, UploadState


class Upload(Base):
    """A file's rows as read, waiting to be confirmed or discarded."""

    __tablename__ = "upload"
    __audited__ = False  # it names who uploaded and who decided, and when

    id: Mapped[int] = mapped_column(primary_key=True)
    # Which importer reads it: "plan", "workforce".
    kind: Mapped[str] = mapped_column(String(40))
    # What it is read into, where the importer needs one (a plan's id).
    target_id: Mapped[int | None]
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[UploadState] = mapped_column(choice(UploadState), default=UploadState.CHECKED)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[Content] = mapped_column(JSON)
    # What confirming would do, as it was worked out last; gone once somebody has decided.
    checked: Mapped[KeptCheck | None] = mapped_column(JSON(none_as_null=True))
    # Whether that could be confirmed: home says it without reading the check.
    check_is_good: Mapped[bool | None]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Counts of what was done, once confirmed.
    outcome: Mapped[Outcome | None] = mapped_column(JSON)
