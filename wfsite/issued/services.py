"""Acts on a document. Each is one step, recorded with who and when, and refused where it is not what comes next.

Twice is once: what the same person sends again with the version that they saw finds its own step as the newest.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, NotNow, RuleBroken, Stale
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.extensions import db
from wfsite.issued import notices
from wfsite.issued.content_rules import (
    Content,
    Place,
    Words,
    built_bytes,
    built_from,
    chained,
    content_bytes,
    content_hash,
    title_of,
    words_bytes,
    words_from,
)
from wfsite.issued.hand_queries import hands_in
from wfsite.issued.kinds import DocumentKind
from wfsite.issued.models import STEPS, Edition, EditionStep, Link
from wfsite.issued.rules import BEING_MADE, OWN_HAND, DocumentState, Step, check_move, checked_reason

_HELD = select(Edition).where(Edition.id == bindparam("edition_id")).with_for_update()
_OF_SUBJECT = select(Edition).where(Edition.kind == bindparam("kind"), Edition.subject == bindparam("subject"))
_BEING_MADE = _OF_SUBJECT.where(Edition.state.in_(BEING_MADE))
# What stands issued, withdrawn or not: the newest edition that readers know.
_NEWEST_ISSUED = _OF_SUBJECT.where(Edition.issued_at.is_not(None)).order_by(Edition.number.desc()).limit(1)
_step, _own = table_of(EditionStep), table_of(Edition)
_HANDS = hands_in(_own).where(_own.c.id == bindparam("edition_id"))
_NEWEST_STEP = (
    select(_step.c.step, _step.c.recorded_by, _step.c.content_hash)
    .where(_step.c.edition_id == bindparam("edition_id"))
    .order_by(*(column.desc() for column in in_order(_step)))
    .limit(1)
)
_NEWEST_APPROVAL = _NEWEST_STEP.where(_step.c.step == Step.APPROVED)
_STALE = "This report was changed while you were looking at it. Nothing of yours has been saved."


def document_start(kind: DocumentKind, subject: str, *, by: Actor, at: datetime) -> int:
    """Start the draft of a first edition; returns its id, or that of the edition that is being made already.

    Raises `Missing` for who may not draft, `RuleBroken` for what there is nothing to write about, and `Conflict`
    where a first edition was issued: what follows it is a correction, with a reason.
    """
    _may(kind.drafts, by)
    if subject not in dict(kind.subjects(at=at)):
        raise RuleBroken("subject", "Choose what the report is about from the list")
    of = {"kind": kind.key, "subject": subject}
    if being_made := db.session.scalar(_BEING_MADE, of):
        return being_made.id
    if db.session.scalar(_NEWEST_ISSUED, of):
        raise NotNow("This report has been issued. To correct it, open it and start a new edition.")
    return _started(kind, subject, Words(), number=1, reason="", by=by, at=at)


def document_correct(edition_id: int, kind: DocumentKind, *, reason: str, by: Actor, at: datetime) -> int:
    """Start a new edition of what was issued, with its words and figures of now; returns its id.

    Raises `RuleBroken` without a reason, and `Conflict` for an edition that another has replaced, or while one is being
    made, whose reason stays as it is.
    """
    _may(kind.drafts, by)
    edition = _held(edition_id, kind)
    if being_made := db.session.scalar(_BEING_MADE, {"kind": kind.key, "subject": edition.subject}):
        if (being_made.author_id, being_made.reason) == (by.person_id, reason):
            return being_made.id
        raise NotNow(f"Edition {being_made.number} is being made already. It has its own reason, and was not changed.")
    if edition.issued_at is None or edition.replaced_by_id is not None:
        raise NotNow("Another edition has taken its place. Open that one to correct it.")
    checked_reason(reason, ask="Say what was wrong or is missing: readers of both editions are told")
    words = words_from(edition.words)
    return _started(kind, edition.subject, words, number=edition.number + 1, reason=reason, by=by, at=at)


def _started(
    kind: DocumentKind, subject: str, words: Words, *, number: int, reason: str, by: Actor, at: datetime
) -> int:
    built = kind.build(subject, seen_by=by, at=at)
    edition = Edition(
        kind=kind.key,
        subject=subject,
        number=number,
        title=title_of(built),
        state=DocumentState.DRAFT,
        state_since=at,
        author_id=by.person_id,
        reason=reason,
        template=kind.template,
        figures=built_bytes(built),
        figures_at=at,
        words=words_bytes(words),
    )
    db.session.add(edition)
    db.session.flush()
    STEPS.add(at=at, edition_id=edition.id, recorded_by=by.person_id, step=Step.STARTED, reason=reason)
    return edition.id


def document_words_save(
    edition_id: int, kind: DocumentKind, words: Words, *, version: int, by: Actor, at: datetime
) -> None:
    """Put down what the author writes; words that stand so already change nothing.

    Raises `Conflict` where the draft was changed first, or is no draft any longer.
    """
    _may(kind.drafts, by)
    edition = _held(edition_id, kind)
    wanted = words_bytes(words)
    if edition.state is DocumentState.DRAFT and edition.words == wanted:
        return
    _check_version(edition, version)
    _move(edition, Step.WORDS, by=by, at=at)
    edition.words = wanted
    db.session.flush()


def document_figures_take(edition_id: int, kind: DocumentKind, *, version: int, by: Actor, at: datetime) -> None:
    """Take today's figures again, in a draft; its words stay."""
    _may(kind.drafts, by)
    edition = _held(edition_id, kind)
    if _is_done(edition, Step.FIGURES, version, by):
        return
    _check_version(edition, version)
    _move(edition, Step.FIGURES, by=by, at=at)
    built = kind.build(edition.subject, seen_by=by, at=at)
    edition.figures, edition.figures_at, edition.title = built_bytes(built), at, title_of(built)
    db.session.flush()


def document_ask(edition_id: int, kind: DocumentKind, *, version: int, by: Actor, at: datetime) -> None:
    """Ask for approval: from now on nobody changes the draft. Raises `RuleBroken` without a summary."""
    _may(kind.drafts, by)
    edition = _held(edition_id, kind)
    if _is_done(edition, Step.ASKED, version, by):
        return
    _check_version(edition, version)
    if not words_from(edition.words).summary:
        raise RuleBroken("summary", "Write the summary first: it is what most people will read")
    _move(edition, Step.ASKED, by=by, at=at)
    db.session.flush()
    notices.tell_waits(edition, kind, _hands(edition), by=by, at=at)


def document_take_back(edition_id: int, kind: DocumentKind, *, version: int, by: Actor, at: datetime) -> None:
    """Make a draft of what waits for approval, to change it."""
    _may(kind.drafts, by)
    edition = _held(edition_id, kind)
    if _is_done(edition, Step.TAKEN_BACK, version, by):
        return
    _check_version(edition, version)
    _move(edition, Step.TAKEN_BACK, by=by, at=at)
    db.session.flush()
    notices.nothing_waits(edition, at=at)


def document_approve(edition_id: int, kind: DocumentKind, *, version: int, by: Actor, at: datetime) -> None:
    """Approve a draft, which freezes it as it was seen.

    Raises `RuleBroken` for its author and for everybody who had a hand in it, whatever their roles; `Conflict` where it
    is no longer what `by` has read.
    """
    _may(kind.approves, by)
    edition = _held(edition_id, kind)
    if _is_done(edition, Step.APPROVED, version, by):
        return
    if by.person_id in _hands(edition):
        raise RuleBroken("decision", OWN_HAND)
    _check_version(edition, version)
    check_move(Step.APPROVED, edition.state)
    edition.frozen = content_bytes(_content(edition))
    edition.content_hash, edition.approved_by = content_hash(edition.frozen), by.person_id
    _move(edition, Step.APPROVED, by=by, at=at)
    db.session.flush()
    notices.tell_answered(edition, Step.APPROVED, reason="", by=by, at=at)


def document_send_back(
    edition_id: int, kind: DocumentKind, *, reason: str, version: int, by: Actor, at: datetime
) -> None:
    """Make a draft again of what waits or is approved, with the reason; nothing of it is frozen any longer."""
    _may(kind.approves, by)
    edition = _held(edition_id, kind)
    if _is_done(edition, Step.SENT_BACK, version, by):
        return
    checked_reason(reason, ask="Say what has to change, so that its author knows what to do")
    _check_version(edition, version)
    _move(edition, Step.SENT_BACK, reason=reason, by=by, at=at)
    edition.frozen = edition.content_hash = edition.approved_by = None
    db.session.flush()
    notices.tell_answered(edition, Step.SENT_BACK, reason=reason, by=by, at=at)


def document_issue(edition_id: int, kind: DocumentKind, *, version: int, by: Actor, at: datetime) -> None:
    """Publish what was approved, in place of the edition before it, as the next link of the site's chain.

    Raises `Conflict` where what is kept is no longer what was approved.
    """
    _may(lambda actor: kind.drafts(actor) or kind.approves(actor), by)
    edition = _held(edition_id, kind)
    if _is_done(edition, Step.ISSUED, version, by):
        return
    _check_version(edition, version)
    check_move(Step.ISSUED, edition.state)
    approval = db.session.execute(_NEWEST_APPROVAL, {"edition_id": edition.id}).one_or_none()
    own = edition.frozen and content_hash(edition.frozen)
    if approval is None or not own == edition.content_hash == approval.content_hash:
        raise NotNow("What is kept is no longer what was approved. Send it back, and have it approved again.")
    before = db.session.scalar(_NEWEST_ISSUED, {"kind": edition.kind, "subject": edition.subject})
    edition.issued_at = _move(edition, Step.ISSUED, by=by, at=at)
    db.session.flush()
    if before is not None:
        before.replaced_by_id = edition.id
    _link(edition.id, approval.content_hash)
    db.session.flush()
    notices.all_is_said(edition, at=at)


def _link(edition_id: int, own: str) -> None:
    """Add a link to the chain; of two at the same moment one is refused by its number, and sent again."""
    last = db.session.scalar(select(Link).where(Link.number == select(func.max(Link.number)).scalar_subquery()))
    number, before = (last.number + 1, last.chain_hash) if last else (1, "")
    db.session.add(Link(number=number, edition_id=edition_id, content_hash=own, chain_hash=chained(before, own)))


def document_withdraw(
    edition_id: int, kind: DocumentKind, *, reason: str, version: int, by: Actor, at: datetime
) -> None:
    """Give up a draft, or take back what was issued: it stays readable, and says why it no longer holds."""
    edition = _held(edition_id, kind)
    _may(kind.approves if edition.issued_at else kind.drafts, by)
    if _is_done(edition, Step.WITHDRAWN, version, by):
        return
    checked_reason(reason, ask="Say why it is withdrawn")
    _check_version(edition, version)
    _move(edition, Step.WITHDRAWN, reason=reason, by=by, at=at)
    db.session.flush()
    notices.all_is_said(edition, at=at)


def _may(rule: Callable[[Actor], bool], by: Actor) -> None:
    if not rule(by):
        raise Missing


def _held(edition_id: int, kind: DocumentKind) -> Edition:
    """The edition, of which nobody else changes anything until this request ends; raises `Missing`."""
    found = db.session.scalar(_HELD, {"edition_id": edition_id}, execution_options={"populate_existing": True})
    if found is None or found.kind != kind.key:
        raise Missing
    return found


def _hands(edition: Edition) -> frozenset[int]:
    """Who had a hand in it, read while it is held."""
    found = db.session.scalars(_HANDS, {"edition_id": edition.id})
    return frozenset({edition.author_id, *(person_id for person_id in found if person_id)})


def _is_done(edition: Edition, step: Step, version: int, by: Actor) -> bool:
    """Whether this is the same form again: its step is the newest, and theirs."""
    if edition.version != version + 1:
        return False
    newest = db.session.execute(_NEWEST_STEP, {"edition_id": edition.id}).one()
    return (newest.step, newest.recorded_by) == (step, by.person_id)


def _check_version(edition: Edition, version: int) -> None:
    if edition.version != version:
        raise Stale(_STALE, theirs=edition.version)


def _move(edition: Edition, step: Step, *, by: Actor, at: datetime, reason: str = "") -> datetime:
    """Record a step and where the edition stands from then on; returns the instant from which it counts."""
    then = check_move(step, edition.state)
    frozen = edition.content_hash if step in (Step.APPROVED, Step.ISSUED) else None
    fact = STEPS.add(
        at=at, edition_id=edition.id, recorded_by=by.person_id, step=step, reason=reason, content_hash=frozen
    )
    if then is not edition.state:
        edition.state, edition.state_since = then, fact.at
    edition.version += 1
    return fact.at


def _content(edition: Edition) -> Content:
    """The whole document as it would be frozen now."""
    before = db.session.scalar(_NEWEST_ISSUED, {"kind": edition.kind, "subject": edition.subject})
    place = Place(
        kind=edition.kind,
        subject=edition.subject,
        number=edition.number,
        reason=edition.reason,
        replaces=(before.content_hash or "") if before else "",
        template=edition.template,
    )
    return Content(place, built_from(edition.figures), words_from(edition.words))
