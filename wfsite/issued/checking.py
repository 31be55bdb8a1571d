"""Whether what was issued is still what was approved and issued, told from the database alone.

What it proves: nobody changed a frozen text, its hash, its approver or its place in the chain and left the rest as it
was. What it does not: whoever may write the database can write all of it anew, and the rows that say who did what. So
the newest chain hash is printed, on every document and by the command: a copy of it that lies outside the database pins
everything that was issued before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.issued.content_rules import chained, content_from, content_hash, title_of
from wfsite.issued.models import Edition, EditionStep, Link
from wfsite.issued.rules import HANDS, Step

_edition, _step, _link = table_of(Edition), table_of(EditionStep), table_of(Link)


@dataclass(frozen=True, slots=True)
class _Frozen:
    """An edition as it is kept."""

    id: int
    title: str
    number: int
    kind: str
    subject: str
    reason: str
    template: str
    author_id: int
    approved_by: int | None
    frozen: bytes | None
    content_hash: str | None
    was_issued: bool


_READ_FROZEN = Read(
    _Frozen,
    select(
        _edition.c.id,
        _edition.c.title,
        _edition.c.number,
        _edition.c.kind,
        _edition.c.subject,
        _edition.c.reason,
        _edition.c.template,
        _edition.c.author_id,
        _edition.c.approved_by,
        _edition.c.frozen,
        _edition.c.content_hash,
        _edition.c.issued_at.is_not(None).label("was_issued"),
    )
    .where(_edition.c.frozen.is_not(None) | _edition.c.issued_at.is_not(None))
    .order_by(_edition.c.id),
)
_STEPS = select(_step.c.edition_id, _step.c.step, _step.c.recorded_by, _step.c.content_hash).order_by(*in_order(_step))
_LINKS = select(_link.c.number, _link.c.edition_id, _link.c.content_hash, _link.c.chain_hash).order_by(_link.c.number)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with issued documents, each a sentence without a stop; how many there are, and the newest hash."""

    problems: tuple[str, ...]
    issued: int
    newest: str


def documents_checked() -> Checked:
    """Look at everything that is frozen; three statements, and as long as there is text."""
    steps: dict[int, list[tuple[Step, int | None, str | None]]] = {}
    for edition_id, step, by, own in db.session.execute(_STEPS):
        steps.setdefault(edition_id, []).append((step, by, own))
    editions = _READ_FROZEN.all()
    links = [(row.number, row.edition_id, row.content_hash, row.chain_hash) for row in db.session.execute(_LINKS)]
    problems = [words for one in editions for words in _wrong(one, steps.get(one.id, []))]
    problems += _broken(links, {one.id: one for one in editions if one.was_issued})
    return Checked(tuple(problems), len(links), links[-1][3] if links else "")


def _wrong(one: _Frozen, steps: list[tuple[Step, int | None, str | None]]) -> Iterator[str]:
    """What does not fit within an edition."""
    name = f"{one.title} (edition {one.number})"
    if one.frozen is None or content_hash(one.frozen) != one.content_hash:
        yield f"The text of {name} is not what was approved: it does not fit its content hash"
        return
    said = {own for step, _, own in steps if step is Step.ISSUED} or _approved(steps)
    if said != {one.content_hash}:
        yield f"The content hash of {name} is not the one that was recorded when it was approved or issued"
    content = content_from(one.frozen)
    place = (content.place.kind, content.place.subject, content.place.number, content.place.reason)
    shown = (one.kind, one.subject, one.number, one.reason)
    if (*place, content.place.template, title_of(content.built)) != (*shown, one.template, one.title):
        yield f"What the lists say of {name} is not what its text says"
    hands = {one.author_id, *(by for step, by, _ in steps if step in HANDS)}
    if one.approved_by is None or one.approved_by in hands:
        yield f"{name} was approved by nobody else than its author"


def _approved(steps: list[tuple[Step, int | None, str | None]]) -> set[str | None]:
    """The hash that the newest approval recorded."""
    return set([own for step, _, own in steps if step is Step.APPROVED][-1:])


def _broken(links: list[tuple[int, int, str, str]], issued: dict[int, _Frozen]) -> Iterator[str]:
    """What does not fit between the chain and the editions, and between one link and the next."""
    before = ""
    for place, (number, edition_id, own, chain) in enumerate(links, 1):
        edition = issued.get(edition_id)
        if number != place or edition is None or edition.content_hash != own or chain != chained(before, own):
            yield f"The chain of issued reports is broken at link {number}"
        before = chain
    for edition_id in issued.keys() - {link[1] for link in links}:
        yield f"{issued[edition_id].title} was issued, and is no link of the chain of issued reports"
