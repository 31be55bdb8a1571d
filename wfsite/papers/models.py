"""Tables of papers. What a paper is called, who may read it, and its versions are dated rows that are only added."""

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.papers.rules import FileKind, Paragraph, Stage, Standing

_SHOWN = text("NOT withdrawn")


class Paper(Base):
    """Something that hangs on a thing of another room, as it stands today; its files are `PaperVersion`s.

    The history of changes does not tell of papers: whoever reads that may not be one of those who may know of them.
    """

    __tablename__ = "paper"
    __audited__ = False  # every change is a dated standing or version
    __table_args__ = (
        # A thing has one paper of a title at a time, however often the form is sent.
        Index(
            "uq_paper_subject_kind_subject_id_title",
            "subject_kind",
            "subject_id",
            "title",
            unique=True,
            sqlite_where=_SHOWN,
            postgresql_where=_SHOWN,
        ),
        Index("ix_paper_subject_kind_subject_id", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # What it hangs on: the room that knows the kind says who may read and keep papers there.
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    # Its newest `PaperStanding`, which forms carry as a version.
    standing_id: Mapped[int | None]


class PaperStanding(DatedRow):
    """What a paper is called, who may read it and why, and whether it is shown at all, from an instant on."""

    __tablename__ = "paper_standing"
    __table_args__ = (Index("ix_paper_standing_paper_id_recorded_at", "paper_id", "recorded_at"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    title: Mapped[str] = mapped_column(String(200))
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    paragraph: Mapped[Paragraph | None] = mapped_column(choice(Paragraph))
    reason: Mapped[str] = mapped_column(Text)
    withdrawn: Mapped[bool]


class PaperVersion(DatedRow):
    """A file of a paper. The file lies in the papers folder under the hash of its content (papers/store.py)."""

    __tablename__ = "paper_version"
    __table_args__ = (Index("ix_paper_version_paper_id_recorded_at", "paper_id", "recorded_at"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    # As its keeper calls it: "Draft", "V0.1", "Final".
    label: Mapped[str] = mapped_column(String(40))
    stage: Mapped[Stage] = mapped_column(choice(Stage))
    # What the file was called by whoever sent it; shown, never used as a name.
    file_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[FileKind] = mapped_column(choice(FileKind))
    content_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]


STANDINGS, VERSIONS = Dated(PaperStanding, "paper_id"), Dated(PaperVersion, "paper_id")
