"""Reads of documents. Who may not draft or approve of a kind finds only what was issued."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.issued.content_rules import (
    Content,
    Place,
    Unreadable,
    built_from,
    content_from,
    content_hash,
    words_from,
)
from wfsite.issued.hand_queries import hands_in
from wfsite.issued.kinds import Kinds
from wfsite.issued.models import Edition, EditionStep, Link
from wfsite.issued.rules import BEING_MADE, TOLD, DocumentState, Step, standing
from wfsite.people.models import Person

_edition, _step, _link, _person = (table_of(model) for model in (Edition, EditionStep, Link, Person))


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

    `hands` is who had a hand in it, for those who make it. `before` is the hash of the edition that it replaces; `link`
    and `chain_hash` are its place in the chain of what was issued, 0 and "" until it is.
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
    words: bytes = field(repr=False)
    frozen: bytes | None = field(repr=False)
    content_hash: str | None
    issued_at: datetime | None
    replaced_by_id: int | None
    version: int
    before: str
    link: int
    chain_hash: str
    hands: frozenset[int] = frozenset()
    steps: tuple[Done, ...] = ()
    editions: tuple[EditionLine, ...] = ()

    @property
    def content(self) -> Content:
        """What it says: as it was frozen, or as the draft stands; raises `Unreadable` for what was changed since."""
        if self.frozen is not None:
            if content_hash(self.frozen) != self.content_hash:
                raise Unreadable
            return content_from(self.frozen)
        place = Place(self.kind, self.subject, self.number, self.reason, self.before, self.template)
        return Content(place, built_from(self.figures), words_from(self.words))

    @property
    def newest(self) -> Done:
        """What was done last."""
        return self.steps[-1]

    @property
    def standing(self) -> tuple[str, str]:
        """What its tag says, and the tag's colour."""
        return standing(self.state, is_replaced=self.replaced_by_id is not None)

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


_HANDS = hands_in(_edition).where(_edition.c.id == bindparam("edition_id"))


def edition_alone(edition_id: int, *, seen_by: Actor, kinds: Kinds) -> EditionPage:
    """An edition without its steps and its fellows, in one statement; raises `Missing` as `edition_page` does."""
    found = _READ_EDITION.one({"edition_id": edition_id})
    if not (found.kind in kinds.prepared_by(seen_by) or (found.issued_at and seen_by.can(Permission.REPORT_READ))):
        raise Missing
    return found


def edition_page(edition_id: int, *, seen_by: Actor, kinds: Kinds) -> EditionPage:
    """An edition; raises `Missing` for one that `seen_by` may not read. How it was drafted is told who makes it."""
    found = edition_alone(edition_id, seen_by=seen_by, kinds=kinds)
    editions = _READ_EDITIONS.all({"kind": found.kind, "subject": found.subject})
    steps = _READ_STEPS.all({"edition_id": edition_id})
    if found.kind in kinds.prepared_by(seen_by):
        hands = {by for by in db.session.scalars(_HANDS, {"edition_id": edition_id}) if by}
        found = replace(found, hands=frozenset({found.author_id, *hands}))
    else:
        editions = tuple(one for one in editions if one.issued_at)
        steps = tuple({one.step: one for one in steps if one.step in TOLD}.values())
    return replace(found, steps=steps, editions=editions)
