"""Reads of documents. Who may not draft or approve of a kind finds only what was issued."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.paging import First, Key, Stretch
from wfsite.core.permissions import Permission
from wfsite.core.searching import ESCAPE, like_pattern
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.listing import Listing
from wfsite.db.reading import Read, ReadFirst
from wfsite.extensions import db
from wfsite.issued.content_rules import Content, Place, Words, built_from, content_from
from wfsite.issued.kind_rules import DocumentKind
from wfsite.issued.models import Edition, EditionStep, Link
from wfsite.issued.rules import BEING_MADE, HANDS, TOLD, DocumentState, Step
from wfsite.people.models import Person

_edition, _step, _link, _person = (table_of(model) for model in (Edition, EditionStep, Link, Person))


class Kinds(dict[str, DocumentKind]):
    """The kinds of documents of this site, by key."""

    def named(self, key: str) -> str:
        """What a kind is called; one whose room is gone, by its key."""
        return self[key].name if key in self else key.replace("-", " ").capitalize()

    def prepared_by(self, actor: Actor) -> frozenset[str]:
        """The kinds whose drafts `actor` may see, for they draft or approve them."""
        return frozenset(key for key, kind in self.items() if kind.drafts(actor) or kind.approves(actor))


@dataclass(frozen=True, slots=True)
class Done:
    """A step of an edition."""

    step: Step
    at: datetime
    by_id: int | None
    by: str
    reason: str

    @property
    def sentence(self) -> str:
        """ "Priya Nair sent it back", without a full stop."""
        return f"{self.by} {self.step.did}"


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition beside the others of the same subject."""

    id: int
    number: int
    state: DocumentState
    state_since: datetime
    issued_at: datetime | None
    replaced_by_id: int | None


@dataclass(frozen=True, slots=True)
class EditionPage:
    """An edition with everything that was done to it.

    `before` is the hash of the edition that it replaces; `link` and `chain_hash` are its place in the chain of what was
    issued, 0 and "" until it is.
    """

    id: int
    kind: str
    subject: str
    number: int
    title: str
    state: DocumentState
    state_since: datetime
    author_id: int
    author: str
    reason: str
    template: str
    figures: bytes = field(repr=False)
    figures_at: datetime
    words: dict[str, Any] = field(repr=False)
    frozen: bytes | None = field(repr=False)
    content_hash: str | None
    issued_at: datetime | None
    replaced_by_id: int | None
    version: int
    before: str
    link: int
    chain_hash: str
    steps: tuple[Done, ...] = ()
    editions: tuple[EditionLine, ...] = ()

    @property
    def content(self) -> Content:
        """What it says: as it was frozen, or as the draft stands."""
        if self.frozen is not None:
            return content_from(self.frozen)
        place = Place(self.kind, self.subject, self.number, self.reason, self.before, self.template)
        return Content(place, built_from(self.figures), Words(self.words["summary"], self.words["comments"]))

    @property
    def hands(self) -> frozenset[int]:
        """Who had a hand in the draft: its author, and whoever changed its words or took its figures."""
        return frozenset({self.author_id, *(one.by_id for one in self.steps if one.step in HANDS and one.by_id)})

    @property
    def newest(self) -> Done:
        """What was done last."""
        return self.steps[-1]

    @property
    def replaced_by(self) -> EditionLine | None:
        """The edition that took its place."""
        return next((one for one in self.editions if one.id == self.replaced_by_id), None)

    @property
    def replaces(self) -> EditionLine | None:
        """The edition that it took the place of, or will."""
        return next((one for one in self.editions if one.issued_at and one.number == self.number - 1), None)

    @property
    def being_made(self) -> EditionLine | None:
        """The edition that is being made of the same subject."""
        return next((one for one in self.editions if one.state in BEING_MADE), None)


_earlier = _edition.alias("earlier")
# The newest edition that was issued of the same subject, with a smaller number.
_BEFORE = (
    select(_earlier.c.content_hash)
    .where(
        _earlier.c.kind == _edition.c.kind,
        _earlier.c.subject == _edition.c.subject,
        _earlier.c.issued_at.is_not(None),
        _earlier.c.number < _edition.c.number,
    )
    .order_by(_earlier.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_READ_EDITION = Read(
    EditionPage,
    select(
        _edition.c.id,
        _edition.c.kind,
        _edition.c.subject,
        _edition.c.number,
        _edition.c.title,
        _edition.c.state,
        _edition.c.state_since,
        _edition.c.author_id,
        _person.c.name.label("author"),
        _edition.c.reason,
        _edition.c.template,
        _edition.c.figures,
        _edition.c.figures_at,
        _edition.c.words,
        _edition.c.frozen,
        _edition.c.content_hash,
        _edition.c.issued_at,
        _edition.c.replaced_by_id,
        _edition.c.version,
        func.coalesce(_BEFORE, "").label("before"),
        func.coalesce(_link.c.number, 0).label("link"),
        func.coalesce(_link.c.chain_hash, "").label("chain_hash"),
    )
    .join(_person, _person.c.id == _edition.c.author_id)
    .outerjoin(_link, _link.c.edition_id == _edition.c.id)
    .where(_edition.c.id == bindparam("edition_id")),
)
_READ_STEPS = Read(
    Done,
    select(
        _step.c.step,
        _step.c.recorded_at.label("at"),
        _step.c.recorded_by.label("by_id"),
        func.coalesce(_person.c.name, "Somebody").label("by"),
        _step.c.reason,
    )
    .outerjoin(_person, _person.c.id == _step.c.recorded_by)
    .where(_step.c.edition_id == bindparam("edition_id"))
    .order_by(*in_order(_step)),
)
_READ_EDITIONS = Read(
    EditionLine,
    select(
        _edition.c.id,
        _edition.c.number,
        _edition.c.state,
        _edition.c.state_since,
        _edition.c.issued_at,
        _edition.c.replaced_by_id,
    )
    .where(_edition.c.kind == bindparam("kind"), _edition.c.subject == bindparam("subject"))
    .order_by(_edition.c.number.desc(), _edition.c.id.desc()),
)


def edition_page(edition_id: int, *, seen_by: Actor, kinds: Kinds) -> EditionPage:
    """An edition; raises `Missing` for one that `seen_by` may not read. How it was drafted is told who makes it."""
    found = _READ_EDITION.one({"edition_id": edition_id})
    prepares = kinds.prepared_by(seen_by)
    if not (found.kind in prepares or (found.issued_at and seen_by.can(Permission.REPORT_READ))):
        raise Missing
    editions = _READ_EDITIONS.all({"kind": found.kind, "subject": found.subject})
    steps = _READ_STEPS.all({"edition_id": edition_id})
    if found.kind not in prepares:
        editions = tuple(one for one in editions if one.issued_at)
        steps = tuple({one.step: one for one in steps if one.step in TOLD}.values())
    return replace(found, steps=steps, editions=editions)


class Standing(StrEnum):
    """What a list shows."""

    ALL = "all"
    IN_FORCE = "in-force"
    EARLIER = "earlier"
    BEING_MADE = "being-made"

    @property
    def label(self) -> str:
        """As the form words it."""
        return {
            "all": "All",
            "in-force": "Issued and in force",
            "earlier": "Replaced or withdrawn",
            "being-made": "Being made",
        }[self.value]


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as a list shows it."""

    id: int
    kind: str
    number: int
    title: str
    state: DocumentState
    state_since: datetime
    author: str
    issued_at: datetime | None
    is_replaced: bool

    @property
    def standing(self) -> str:
        """Its state, or that another edition took its place."""
        return "Replaced" if self.is_replaced and self.state is DocumentState.ISSUED else self.state.label

    @property
    def colour(self) -> str:
        """Of the standing's tag."""
        return "grey" if self.is_replaced and self.state is DocumentState.ISSUED else self.state.colour


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFilter:
    """Which editions are wanted; `prepares` are the kinds whose drafts the reader may see."""

    words: str = ""
    kind: str = ""
    standing: Standing = Standing.ALL
    sort: str = "-since"
    prepares: frozenset[str] = frozenset()


_ISSUED = _edition.c.issued_at.is_not(None)
_LIST = Listing(
    EditionRow,
    select(
        _edition.c.id,
        _edition.c.kind,
        _edition.c.number,
        _edition.c.title,
        _edition.c.state,
        _edition.c.state_since,
        _person.c.name.label("author"),
        _edition.c.issued_at,
        _edition.c.replaced_by_id.is_not(None).label("is_replaced"),
    ).join(_person, _person.c.id == _edition.c.author_id),
    row_id=_edition.c.id,
    orders={
        "since": (_edition.c.state_since, _edition.c.id),
        "title": (_edition.c.title, _edition.c.number, _edition.c.id),
    },
    conditions={
        "seen": or_(_ISSUED, _edition.c.kind.in_(bindparam("prepares", expanding=True))),
        "words": func.lower(_edition.c.title).like(bindparam("words", type_=String), escape=ESCAPE),
        "kind": _edition.c.kind == bindparam("kind"),
        "in-force": and_(_edition.c.state == DocumentState.ISSUED, _edition.c.replaced_by_id.is_(None)),
        "earlier": and_(
            _ISSUED, or_(_edition.c.replaced_by_id.is_not(None), _edition.c.state == DocumentState.WITHDRAWN)
        ),
        "being-made": _edition.c.state.in_(BEING_MADE),
    },
    size=25,
)
SORTS = ("since", "title")


def document_list(wanted: EditionFilter, *, key: Key | None = None) -> Stretch[EditionRow]:
    """A page of the editions that fit."""
    return _LIST.page(wanted.sort, key=key, only=_only(wanted), values=_values(wanted))


def documents_to_export(wanted: EditionFilter, *, most: int) -> tuple[EditionRow, ...]:
    """All that fit, in the list's order; at most `most` and one, which says that there are more."""
    return _LIST.every(wanted.sort, only=_only(wanted), values=_values(wanted), most=most)


def _only(wanted: EditionFilter) -> list[str]:
    set_ones = [name for name in ("words", "kind") if getattr(wanted, name)]
    return ["seen", *set_ones, *([] if wanted.standing is Standing.ALL else [wanted.standing.value])]


def _values(wanted: EditionFilter) -> dict[str, object]:
    return {"words": like_pattern(wanted.words.lower()), "kind": wanted.kind, "prepares": sorted(wanted.prepares)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edition that waits for somebody: to approve it, or to finish or issue what they wrote."""

    id: int
    title: str
    number: int
    state: DocumentState
    state_since: datetime
    author: str


_had_a_hand = aliased(EditionStep)
_IS_HAND = exists().where(
    _had_a_hand.edition_id == _edition.c.id,
    _had_a_hand.recorded_by == bindparam("reader"),
    _had_a_hand.step.in_(HANDS),
)
_READ_WAITING = ReadFirst(
    Waiting,
    select(
        _edition.c.id,
        _edition.c.title,
        _edition.c.number,
        _edition.c.state,
        _edition.c.state_since,
        _person.c.name.label("author"),
    )
    .join(_person, _person.c.id == _edition.c.author_id)
    .where(
        or_(
            and_(
                _edition.c.state == DocumentState.WAITING,
                _edition.c.kind.in_(bindparam("approves", expanding=True)),
                ~_IS_HAND,
            ),
            and_(
                _edition.c.state.in_((DocumentState.DRAFT, DocumentState.APPROVED)),
                _edition.c.kind.in_(bindparam("drafts", expanding=True)),
                _edition.c.author_id == bindparam("reader"),
            ),
        )
    )
    .order_by(_edition.c.state_since, _edition.c.id),
)


def editions_waiting(actor: Actor, kinds: Iterable[DocumentKind], *, most: int) -> First[Waiting]:
    """What waits for `actor`, the longest waiting first; asks nothing for who neither drafts nor approves."""
    of = list(kinds)
    approves = [kind.key for kind in of if kind.approves(actor)]
    drafts = [kind.key for kind in of if kind.drafts(actor)]
    if not approves and not drafts:
        return First()
    values = {"reader": actor.person_id, "approves": approves, "drafts": drafts}
    return _READ_WAITING.few(values, most=most)


@dataclass(frozen=True, slots=True)
class InForce:
    """An issued edition that nothing has replaced."""

    id: int
    title: str
    number: int
    issued_at: datetime


_READ_IN_FORCE = Read(
    InForce,
    select(_edition.c.id, _edition.c.title, _edition.c.number, _edition.c.issued_at)
    .where(_edition.c.state == DocumentState.ISSUED, _edition.c.replaced_by_id.is_(None))
    .order_by(_edition.c.state_since.desc(), _edition.c.id.desc())
    .limit(bindparam("most")),
)


def newest_in_force(seen_by: Actor, *, most: int) -> tuple[InForce, ...]:
    """The newest issued documents; none for who may not read documents."""
    return _READ_IN_FORCE.all({"most": most}) if seen_by.can(Permission.REPORT_READ) else ()


@dataclass(frozen=True, slots=True)
class _Readable:
    """What decides who may open an edition."""

    id: int
    kind: str
    was_issued: bool


_READ_READABLE = Read(
    _Readable,
    select(_edition.c.id, _edition.c.kind, _ISSUED.label("was_issued")).where(
        _edition.c.id.in_(bindparam("ids", expanding=True))
    ),
)


def editions_open(ids: Collection[int], *, seen_by: Actor, kinds: Kinds) -> list[int]:
    """Those of some editions that `seen_by` may open."""
    prepares, reads = kinds.prepared_by(seen_by), seen_by.can(Permission.REPORT_READ)
    rows = _READ_READABLE.all({"ids": sorted(ids)})
    return [row.id for row in rows if row.kind in prepares or (row.was_issued and reads)]


_NAMES = select(_person.c.name).where(_person.c.id.in_(bindparam("ids", expanding=True))).order_by(_person.c.search_key)


def names_of(ids: Collection[int]) -> list[str]:
    """What some people are called."""
    return list(db.session.scalars(_NAMES, {"ids": sorted(ids)}))


_TAKEN = select(_edition.c.kind, _edition.c.subject).where(or_(_ISSUED, _edition.c.state.in_(BEING_MADE))).distinct()


def subjects_taken() -> frozenset[tuple[str, str]]:
    """The (kind, subject) of everything that was issued or is being made."""
    return frozenset((row.kind, row.subject) for row in db.session.execute(_TAKEN))
