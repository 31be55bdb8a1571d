"""Who is told of a document: of a draft that waits whoever may approve it, of the answer its author."""

from datetime import datetime

from wfsite.core.actor import Actor
from wfsite.core.words import brief
from wfsite.issued.kinds import DocumentKind
from wfsite.issued.models import Edition
from wfsite.issued.rules import Step
from wfsite.outbox.services import Told, notice_add, notices_end

# The kinds of things that these notices are about; the id of either is the edition's.
DOCUMENT_WAITS = "document-waits"
DOCUMENT_ANSWERED = "document-answered"


def tell_waits(edition: Edition, kind: DocumentKind, hands: frozenset[int], *, by: Actor, at: datetime) -> None:
    """A draft waits: whoever may approve it is told, and what was answered before is nothing to be seen any longer."""
    words = f"{by.name} {Step.ASKED.did}. Read it, then approve it or send it back."
    notices_end(DOCUMENT_ANSWERED, edition.id, at=at)
    notice_add(set(kind.approvers()) - hands, Told(DOCUMENT_WAITS, edition.id, edition.title, words), at=at)


def tell_answered(edition: Edition, step: Step, *, reason: str, by: Actor, at: datetime) -> None:
    """A draft is approved or sent back: its author is told, and no other approver needs to look."""
    then = "It can be issued now." if step is Step.APPROVED else f"Why: {brief(reason)}"
    told = Told(DOCUMENT_ANSWERED, edition.id, edition.title, f"{by.name} {step.did}. {then}")
    notices_end(DOCUMENT_WAITS, edition.id, at=at)
    notice_add({edition.author_id} - {by.person_id}, told, at=at)


def nothing_waits(edition: Edition, *, at: datetime) -> None:
    """Nobody needs to answer any longer."""
    notices_end(DOCUMENT_WAITS, edition.id, at=at)


def all_is_said(edition: Edition, *, at: datetime) -> None:
    """It is issued or withdrawn: nobody needs to do anything with it."""
    notices_end(DOCUMENT_WAITS, edition.id, at=at)
    notices_end(DOCUMENT_ANSWERED, edition.id, at=at)
