"""Reads of papers. Whether somebody may know of one is decided by today's standing, whatever day a page speaks of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.errors import OtherHand
from wfsite.db.base import UtcDateTime, table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.papers.models import STANDINGS, VERSIONS, Paper
from wfsite.papers.rules import FileKind, Paragraph, Stage, Standing, download_name, size_words, standings_read
from wfsite.people.models import Person

_paper, _standing, _version = table_of(Paper), STANDINGS.table, VERSIONS.table
_person = table_of(Person)
_AT = bindparam("at", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Version:
    """A file of a paper, and who added it."""

    id: int
    label: str
    stage: Stage
    kind: FileKind
    size: int
    file_name: str
    content_hash: str
    recorded_at: datetime
    by: str

    @property
    def words(self) -> str:
        """What it is, in words beside its link: "PDF, 240 KB"."""
        return f"{self.kind.label}, {size_words(self.size)}"

    @property
    def stage_aside(self) -> str:
        """Whether it is a draft or final, where its label does not say so."""
        return "" if self.label.casefold() == self.stage.value else self.stage.label

    def download_name(self, title: str) -> str:
        """What the file is called when it is saved."""
        return download_name(title, self.label, self.kind)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as the page of its subject names it, with the version to read: the newest final one, else the newest."""

    id: int
    title: str
    standing: Standing
    withdrawn: bool
    versions: int
    version_id: int
    label: str
    stage: Stage
    kind: FileKind
    size: int
    recorded_at: datetime

    @property
    def words(self) -> str:
        """What its file is, in words: "PDF, 240 KB"."""
        return f"{self.kind.label}, {size_words(self.size)}"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a paper is called, who may read it and why, and whether it is shown: all that a standing says."""

    title: str
    standing: Standing
    paragraph: Paragraph | None
    reason: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper as it stands, or stood; `version` is today's standing, which forms carry."""

    id: int
    subject_kind: str
    subject_id: int
    version: int
    title: str
    standing: Standing
    paragraph: Paragraph | None
    reason: str
    withdrawn: bool

    @property
    def facts(self) -> PaperFacts:
        """What its standing says."""
        return PaperFacts(
            title=self.title,
            standing=self.standing,
            paragraph=self.paragraph,
            reason=self.reason,
            withdrawn=self.withdrawn,
        )


@dataclass(frozen=True, slots=True)
class StandingRow:
    """How a paper stood from an instant on, and who said so."""

    title: str
    standing: Standing
    paragraph: Paragraph | None
    reason: str
    withdrawn: bool
    recorded_at: datetime
    by: str


def _lines(*, past: bool) -> Read[PaperLine]:
    """The papers of a thing that are shown, today by key or as they stood at an instant."""
    up_to = _AT if past else None
    stood = _standing.alias()
    shown = STANDINGS.newest(_paper.c.id, up_to=_AT) if past else _paper.c.standing_id
    final = VERSIONS.newest(_paper.c.id, up_to=up_to, stage=Stage.FINAL)
    counted = _version.alias()
    count = select(func.count()).where(counted.c.paper_id == _paper.c.id)
    statement = (
        select(
            _paper.c.id,
            stood.c.title,
            stood.c.standing,
            stood.c.withdrawn,
            (count.where(counted.c.recorded_at <= _AT) if past else count).scalar_subquery().label("versions"),
            _version.c.id.label("version_id"),
            _version.c.label,
            _version.c.stage,
            _version.c.kind,
            _version.c.size,
            _version.c.recorded_at,
        )
        .select_from(_paper)
        .join(stood, stood.c.id == shown)
        .join(_version, _version.c.id == func.coalesce(final, VERSIONS.newest(_paper.c.id, up_to=up_to)))
        .where(
            _paper.c.subject_kind == bindparam("kind"),
            _paper.c.subject_id == bindparam("subject"),
            # Today's standing, and on a past day that day's as well: neither alone lets anybody in.
            _paper.c.standing.in_(bindparam("standings", expanding=True)),
            stood.c.standing.in_(bindparam("standings", expanding=True)),
            stood.c.withdrawn.in_(bindparam("withdrawn", expanding=True)),
        )
        .order_by(_paper.c.id)
    )
    return Read(PaperLine, statement)


def _pages(*, past: bool) -> Read[PaperPage]:
    stood = _standing.alias()
    statement = (
        select(
            _paper.c.id,
            _paper.c.subject_kind,
            _paper.c.subject_id,
            _paper.c.standing_id.label("version"),
            stood.c.title,
            stood.c.standing,
            stood.c.paragraph,
            stood.c.reason,
            stood.c.withdrawn,
        )
        .select_from(_paper)
        .join(stood, stood.c.id == (STANDINGS.newest(_paper.c.id, up_to=_AT) if past else _paper.c.standing_id))
        .where(_paper.c.id == bindparam("paper_id"))
    )
    return Read(PaperPage, statement)


_BY = func.coalesce(_person.c.name, "").label("by")
_VERSIONS = (
    select(
        _version.c.id,
        _version.c.label,
        _version.c.stage,
        _version.c.kind,
        _version.c.size,
        _version.c.file_name,
        _version.c.content_hash,
        _version.c.recorded_at,
        _BY,
    )
    .outerjoin(_person, _person.c.id == _version.c.recorded_by)
    .where(_version.c.paper_id == bindparam("paper_id"))
    .order_by(*(column.desc() for column in in_order(_version)))
)
_HISTORY = (
    select(
        _standing.c.title,
        _standing.c.standing,
        _standing.c.paragraph,
        _standing.c.reason,
        _standing.c.withdrawn,
        _standing.c.recorded_at,
        _BY,
    )
    .outerjoin(_person, _person.c.id == _standing.c.recorded_by)
    .where(_standing.c.paper_id == bindparam("paper_id"))
    .order_by(*(column.desc() for column in in_order(_standing)))
)
_UP_TO = _version.c.recorded_at <= _AT
_READ_LINES = {past: _lines(past=past) for past in (False, True)}
_READ_PAGE = {past: _pages(past=past) for past in (False, True)}
_READ_VERSIONS = {False: Read(Version, _VERSIONS), True: Read(Version, _VERSIONS.where(_UP_TO))}
_READ_HISTORY = Read(StandingRow, _HISTORY)
_KEPT: Select[tuple[str, int]] = select(_version.c.content_hash, _version.c.size).distinct()
_LAST_HAND = (
    select(_person.c.id, _person.c.name, _standing.c.recorded_at)
    .select_from(_standing)
    .outerjoin(_person, _person.c.id == _standing.c.recorded_by)
    .where(_standing.c.id == select(_paper.c.standing_id).where(_paper.c.id == bindparam("paper_id")).scalar_subquery())
)


def paper_lines(
    kind: str, subject_id: int, *, is_member: bool, at: datetime | None, withdrawn_too: bool = False
) -> tuple[PaperLine, ...]:
    """The papers of a thing that somebody may read, oldest first, today (`at` None) or as they stood at an instant."""
    values = {
        "kind": kind,
        "subject": subject_id,
        "standings": standings_read(is_member),
        "withdrawn": (False, True) if withdrawn_too else (False,),
    }
    return _READ_LINES[at is not None].all(values if at is None else {**values, "at": at})


def paper_page(paper_id: int) -> PaperPage:
    """A paper as it stands; raises `Missing`."""
    return _READ_PAGE[False].one({"paper_id": paper_id})


def paper_or_none(paper_id: int, *, at: datetime) -> PaperPage | None:
    """A paper as it stood at an instant, or None where there was none yet."""
    return _READ_PAGE[True].one_or_none(_values(paper_id, at))


def paper_versions(paper_id: int, *, at: datetime | None) -> tuple[Version, ...]:
    """The versions of a paper, the newest first."""
    return _READ_VERSIONS[at is not None].all(_values(paper_id, at))


def _values(paper_id: int, at: datetime | None) -> dict[str, object]:
    return {"paper_id": paper_id} | ({"at": at} if at else {})


def paper_history(paper_id: int) -> tuple[StandingRow, ...]:
    """How a paper stood, the newest first."""
    return _READ_HISTORY.all({"paper_id": paper_id})


def last_hand_of(paper_id: int, *, told_to: Actor, at: datetime) -> OtherHand:
    """Whose word of a paper stands."""
    row = db.session.execute(_LAST_HAND, {"paper_id": paper_id}).one()
    return OtherHand.of(row.id, name=row.name, changed_at=row.recorded_at, told_to=told_to, at=at)


def kept_files() -> list[tuple[str, int]]:
    """The hash and size of every file that a version names."""
    return [(row.content_hash, row.size) for row in db.session.execute(_KEPT)]
