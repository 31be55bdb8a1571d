"""Whether what was issued is still what was approved and issued, told from the database alone.

What it proves: nobody changed a frozen text, its hash, its people, its state or its place in the chain and left the
rest as it was. What it does not: whoever may write the database can write all of it anew, and the rows that say who did
what. So the newest chain hash is printed, on every document and by the command: a copy of it that lies outside the
database pins everything that was issued before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from sqlalchemy import select

from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.issued.content_rules import Unreadable, chained, content_from, content_hash, title_of
from wfsite.issued.models import Edition, EditionStep, Link
from wfsite.issued.rules import HANDS, MOVES, TEMPLATES, DocumentState, Step

_edition, _step, _link = table_of(Edition), table_of(EditionStep), table_of(Link)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An edition as it is kept."""

    id: int
    title: str
    number: int
    kind: str
    subject: str
    reason: str
    template: str
    state: DocumentState
    author_id: int
    approved_by: int | None
    frozen: bytes | None
    content_hash: str | None
    issued_at: datetime | None
    replaced_by_id: int | None

    @property
    def name(self) -> str:
        """As a sentence calls it."""
        return f"{self.title} (edition {self.number})"


@dataclass(frozen=True, slots=True)
class _Done:
    """A step as it is kept."""

    edition_id: int
    step: Step
    by: int | None
    at: datetime
    content_hash: str | None


_READ_KEPT = Read(
    _Kept,
    select(
        _edition.c.id,
        _edition.c.title,
        _edition.c.number,
        _edition.c.kind,
        _edition.c.subject,
        _edition.c.reason,
        _edition.c.template,
        _edition.c.state,
        _edition.c.author_id,
        _edition.c.approved_by,
        _edition.c.frozen,
        _edition.c.content_hash,
        _edition.c.issued_at,
        _edition.c.replaced_by_id,
    ).order_by(_edition.c.kind, _edition.c.subject, _edition.c.number, _edition.c.id),
)
_READ_DONE = Read(
    _Done,
    select(
        _step.c.edition_id,
        _step.c.step,
        _step.c.recorded_by.label("by"),
        _step.c.recorded_at.label("at"),
        _step.c.content_hash,
    ).order_by(_step.c.edition_id, *in_order(_step)),
)
_LINKS = select(_link.c.number, _link.c.edition_id, _link.c.content_hash, _link.c.chain_hash).order_by(_link.c.number)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with issued documents, each a sentence without a stop; how many there are, and the newest hash."""

    problems: tuple[str, ...]
    issued: int
    newest: str


def documents_checked() -> Checked:
    """Look at every edition; three statements, and as long as there is text."""
    steps = {edition_id: tuple(of) for edition_id, of in groupby(_READ_DONE.all(), lambda one: one.edition_id)}
    editions = _READ_KEPT.all()
    links = [(row.number, row.edition_id, row.content_hash, row.chain_hash) for row in db.session.execute(_LINKS)]
    problems = [
        words
        for _, of in groupby(editions, lambda one: (one.kind, one.subject))
        for words in _wrong_of_subject(list(of), steps)
    ]
    issued = {one.id: one for one in editions if one.issued_at or _newest(Step.ISSUED, steps.get(one.id, ()))}
    problems += _broken(links, issued)
    return Checked(tuple(problems), len(links), links[-1][3] if links else "")


def _wrong_of_subject(editions: Sequence[_Kept], steps: Mapping[int, Sequence[_Done]]) -> Iterator[str]:
    """What does not fit in the editions of one document, the first first."""
    issued = [one for one in editions if one.issued_at]
    follower = {one.id: after.id for one, after in pairwise(issued)}
    wrote: set[int | None] = set()
    for one in editions:
        done = steps.get(one.id, ())
        yield from _wrong_text(one, done)
        yield from _wrong_people(one, done, wrote)
        yield from _wrong_life(one, done, follower.get(one.id))
        if one.issued_at:
            wrote |= {each.by for each in done if each.step is Step.WORDS}


def _wrong_text(one: _Kept, steps: Sequence[_Done]) -> Iterator[str]:
    """What does not fit between a text, its hash and what its steps recorded."""
    said = {each.content_hash for each in (_approval(steps), _newest(Step.ISSUED, steps)) if each}
    if one.frozen is None and one.content_hash is None and not said:
        return
    if one.frozen is None or content_hash(one.frozen) != one.content_hash:
        yield f"The text of {one.name} is not what was approved: it does not fit its content hash"
        return
    if said != {one.content_hash}:
        yield f"The content hash of {one.name} is not the one that was recorded when it was approved or issued"
    try:
        content = content_from(one.frozen)
    except Unreadable:
        yield f"The text of {one.name} cannot be read"
        return
    place = (content.place.kind, content.place.subject, content.place.number, content.place.reason)
    shown = (one.kind, one.subject, one.number, one.reason)
    if (*place, content.place.template, title_of(content.built)) != (*shown, one.template, one.title):
        yield f"What the lists say of {one.name} is not what its text says"
    if one.template not in TEMPLATES:
        yield f"{one.name} is drawn by a template that this site does not have"


def _wrong_people(one: _Kept, steps: Sequence[_Done], wrote: Iterable[int | None]) -> Iterator[str]:
    """What does not fit of its author and its approver; `wrote` are those of the words that it began with."""
    if [each.by for each in steps if each.step is Step.STARTED] != [one.author_id]:
        yield f"The author of {one.name} is not who started it"
    approval = _approval(steps)
    if one.approved_by != (approval.by if approval else None):
        yield f"The approver of {one.name} is not who approved it"
    hands = {one.author_id, *wrote, *(each.by for each in steps if each.step in HANDS)}
    if (one.frozen is not None and one.approved_by is None) or one.approved_by in hands - {None}:
        yield f"{one.name} was approved by nobody else than its author or somebody with a hand in it"


def _wrong_life(one: _Kept, steps: Sequence[_Done], follower: int | None) -> Iterator[str]:
    """What does not fit of where it stands, when it was issued and what took its place."""
    led = [MOVES[each.step][1] if each.step in MOVES else DocumentState.DRAFT for each in steps]
    if one.state not in led[-1:]:
        yield f"The state of {one.name} is not where its steps led it"
    issued = _newest(Step.ISSUED, steps)
    if one.issued_at != (issued.at if issued else None):
        yield f"The day of issue of {one.name} is not when it was issued"
    if one.replaced_by_id != follower:
        yield f"What is said to have replaced {one.name} is not the edition that followed it"


def _newest(step: Step, steps: Sequence[_Done]) -> _Done | None:
    return next((each for each in reversed(steps) if each.step is step), None)


def _approval(steps: Sequence[_Done]) -> _Done | None:
    """The approval that holds: the newest, unless it was sent back since."""
    answer = next((each for each in reversed(steps) if each.step in (Step.APPROVED, Step.SENT_BACK)), None)
    return answer if answer and answer.step is Step.APPROVED else None


def _broken(links: list[tuple[int, int, str, str]], issued: dict[int, _Kept]) -> Iterator[str]:
    """What does not fit between the chain and the editions, and between one link and the next."""
    before = ""
    for place, (number, edition_id, own, chain) in enumerate(links, 1):
        edition = issued.get(edition_id)
        if number != place or edition is None or edition.content_hash != own or chain != chained(before, own):
            yield f"The chain of issued reports is broken at link {number}"
        before = chain
    for edition_id in issued.keys() - {link[1] for link in links}:
        yield f"{issued[edition_id].title} was issued, and is no link of the chain of issued reports"
