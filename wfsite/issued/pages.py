"""The page of an edition, which every act on it comes back to."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.charts.specs import pixels
from wfsite.core.actor import Actor
from wfsite.issued import open_queries, queries
from wfsite.issued.content_rules import Unreadable, paragraphs
from wfsite.issued.kinds import DocumentKind
from wfsite.issued.queries import EditionPage
from wfsite.issued.registered import kinds
from wfsite.issued.rendering import rendering_of
from wfsite.issued.rules import DocumentState
from wfsite.web.access import acting
from wfsite.web.respond import page
from wfsite.web.transaction import let_go

_STATE = DocumentState


@dataclass(frozen=True, slots=True)
class Acts:
    """What somebody may do with an edition now; each is a button or a link of its page."""

    edit: bool = False
    take_back: bool = False
    decide: bool = False
    issue: bool = False
    correct: bool = False
    withdraw: bool = False


def acts_of(found: EditionPage, kind: DocumentKind | None, actor: Actor) -> Acts:
    """What `actor` may do; nothing with documents of a kind that no room registers."""
    if kind is None:
        return Acts()
    drafts, approves, state = kind.drafts(actor), kind.approves(actor), found.state
    is_hand = actor.person_id in found.hands
    return Acts(
        edit=drafts and state is _STATE.DRAFT,
        take_back=drafts and is_hand and state is _STATE.WAITING,
        decide=approves and (state is _STATE.APPROVED or (state is _STATE.WAITING and not is_hand)),
        issue=(drafts or approves) and state is _STATE.APPROVED,
        correct=drafts and found.issued_at is not None and not found.replaced_by_id and not found.being_made,
        withdraw=(approves if found.issued_at else drafts) and state is not _STATE.WITHDRAWN,
    )


def edition_found(edition_id: int) -> EditionPage:
    """An edition as the person signed in may read it; raises `Missing`."""
    return queries.edition_page(edition_id, seen_by=acting(), kinds=kinds())


def edition_read(edition_id: int) -> EditionPage:
    """The same without its steps and its fellows."""
    return queries.edition_alone(edition_id, seen_by=acting(), kinds=kinds())


def document_shown(found: EditionPage, *, status: int = 200, saved: str = "", problem: str = "") -> Response:
    """The page of an edition; `problem` is why nothing was done."""
    kind = kinds().get(found.kind)
    return page(
        "issued/document_page.html",
        status=status,
        found=found,
        **_drawn(found),
        paragraphs=paragraphs,
        acts=acts_of(found, kind, acting()),
        approvers=_approvers(found, kind),
        kind_name=kinds().named(found.kind),
        saved=saved,
        problem=problem,
    )


def _drawn(found: EditionPage) -> dict[str, Any]:
    """What the page draws of an edition; where it cannot be read, the words that say so."""
    try:
        content, document = found.content, rendering_of(found.template).template
    except Unreadable as error:
        return {"content": None, "document": "", "pictures": [], "unreadable": error.message}
    pictures = [
        (url_for("issued.document_picture", edition_id=found.id, number=number), pixels(chart.spec))
        for number, chart in enumerate(content.charts, 1)
    ]
    return {"content": content, "document": document, "pictures": pictures, "unreadable": ""}


def refused(edition_id: int, message: str, *, status: int = 409) -> Response:
    """The page of an edition as it stands now, and why nothing was done."""
    let_go()
    return document_shown(edition_found(edition_id), status=status, problem=message)


def _approvers(found: EditionPage, kind: DocumentKind | None) -> list[str]:
    """Who may approve what waits, by name."""
    if kind is None or found.state is not _STATE.WAITING:
        return []
    return open_queries.names_of(set(kind.approvers()) - found.hands)
