"""A kind of document: what the room that owns it says about it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wfsite.core.actor import Actor
from wfsite.core.contributions import Kind
from wfsite.core.permissions import Permission, Reach
from wfsite.issued.content_rules import Built
from wfsite.people.queries import people_who_can


class Build(Protocol):
    """Takes a room's figures of today, complete and finished."""

    def __call__(self, subject: str, *, seen_by: Actor, at: datetime) -> Built:
        """The document of a subject as it would stand now. Its sections have the same keys at every time."""


class Subjects(Protocol):
    """What there is to write about."""

    def __call__(self, *, at: datetime) -> Sequence[tuple[str, str]]:
        """(subject, its name) of what may be drafted now, the likeliest first; a handful."""


def _drafts(actor: Actor) -> bool:
    return actor.can(Permission.REPORT_DRAFT, Reach.ALL)


def _approves(actor: Actor) -> bool:
    return actor.can(Permission.REPORT_APPROVE, Reach.ALL)


def _approvers() -> Collection[int]:
    return people_who_can(Permission.REPORT_APPROVE, Reach.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """A kind, by its key (`[a-z-]`, forty at most); what is issued of it may be read by whoever reads documents.

    A room that narrows who drafts or approves narrows `approvers` (ids, for notices) in the same way. `template` names
    the version by which new editions are drawn (`issued/rendering.py`).
    """

    key: str
    name: str
    build: Build
    subjects: Subjects
    template: str = "v1"
    drafts: Callable[[Actor], bool] = _drafts
    approves: Callable[[Actor], bool] = _approves
    approvers: Callable[[], Collection[int]] = _approvers


# The part is the kind's key, as editions keep it.
DOCUMENT_KINDS: Kind[Callable[[], DocumentKind]] = Kind("kinds of documents")


class Kinds(dict[str, DocumentKind]):
    """The kinds of documents of this site, by key."""

    def named(self, key: str) -> str:
        """What a kind is called; one whose room is gone, by its key."""
        return self[key].name if key in self else key.replace("-", " ").capitalize()

    def prepared_by(self, actor: Actor) -> frozenset[str]:
        """The kinds whose drafts `actor` may see, for they draft or approve them."""
        return frozenset(key for key, kind in self.items() if kind.drafts(actor) or kind.approves(actor))
