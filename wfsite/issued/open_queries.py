"""Reads of what waits for somebody, what is in force, and what may still be written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select, text

from wfsite.core.actor import Actor
from wfsite.core.paging import First
from wfsite.core.permissions import Permission
from wfsite.db.base import table_of
from wfsite.db.reading import Read, ReadFirst
from wfsite.extensions import db
from wfsite.issued.hand_queries import hands_in
from wfsite.issued.kinds import DocumentKind, Kinds
from wfsite.issued.models import STEPS, Edition, EditionStep
from wfsite.issued.rules import BEING_MADE, DocumentState, Step
from wfsite.people.models import Person

_edition, _step, _person = (table_of(model) for model in (Edition, EditionStep, Person))

_ISSUED = _edition.c.issued_at.is_not(None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edition that waits for somebody: to approve it, or to finish or issue what they wrote.

    `sent_back` is why, where that was the last that happened to it, and "" otherwise.
    """

    id: int
    title: str
    number: int
    state: DocumentState
    state_since: datetime
    author: str
    sent_back: str


_IS_HAND = bindparam("reader").in_(hands_in(_edition).correlate(_edition).scalar_subquery())
_WHY = select(_step.c.reason).where(_step.c.id == STEPS.newest(_edition.c.id), _step.c.step == Step.SENT_BACK)
# In the very words of the index that holds the few that are being made (models.py): SQLite knows it by them.
_IS_BEING_MADE = text("issued_edition.state IN ('draft', 'waiting', 'approved')")
_READ_WAITING = ReadFirst(
    Waiting,
    select(
        _edition.c.id,
        _edition.c.title,
        _edition.c.number,
        _edition.c.state,
        _edition.c.state_since,
        _person.c.name.label("author"),
        func.coalesce(_WHY.correlate(_edition).scalar_subquery(), "").label("sent_back"),
    )
    .join(_person, _person.c.id == _edition.c.author_id)
    .where(
        _IS_BEING_MADE,
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
        ),
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


_TAKEN = select(_edition.c.kind, _edition.c.subject).where(
    _edition.c.kind.in_(bindparam("kinds", expanding=True)),
    _edition.c.subject.in_(bindparam("subjects", expanding=True)),
    or_(_ISSUED, _edition.c.state.in_(BEING_MADE)),
)


def subjects_taken(wanted: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of some (kind, subject) that were issued or are being made."""
    values = {"kinds": sorted({kind for kind, _ in wanted}), "subjects": sorted({subject for _, subject in wanted})}
    return frozenset((row.kind, row.subject) for row in db.session.execute(_TAKEN, values)) & frozenset(wanted)
