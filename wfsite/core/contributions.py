"""What each room adds to pages that are not its own, so that whoever shows them need not know the rooms.

A room offers a function of the signature that its kind carries; `create_app` registers all of them, in one place, and
the page that shows a kind asks each. Another kind is added here when a page asks for it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from wfsite.core.actor import Actor
from wfsite.core.tasks import Reading, Section, Task

Offer = TypeVar("Offer", bound=Callable[..., Any])
Item_co = TypeVar("Item_co", covariant=True)


class ForReader(Protocol[Item_co]):
    """What a room has for somebody now, and only of what they may open; bounded, whatever the room holds."""

    def __call__(self, actor: Actor, *, at: datetime) -> Iterable[Item_co]:
        """The items, in the room's own order."""


class NoticeSubjects(Protocol):
    """Which of some things that notices are about somebody may open now, and where."""

    def __call__(self, ids: Collection[int], *, seen_by: Actor, on: date) -> Mapping[int, str]:
        """Id → address, without those that `seen_by` may not open, or of which there is nothing more to know."""


@dataclass(frozen=True, slots=True)
class PaperSubject:
    """A thing that papers hang on, as somebody may know it today."""

    # As the page of a paper names it: the name of a group, the title of a report.
    title: str
    url: str
    # Whether they belong to it: only then may they know of its confidential and exempt papers.
    is_member: bool
    may_keep: bool


class PaperSubjects(Protocol):
    """What a thing that papers hang on is for somebody."""

    def __call__(self, subject_id: int, *, seen_by: Actor, on: date) -> PaperSubject | None:
        """The thing, or None where `seen_by` may not read it or there is none; one statement at most."""


@dataclass(frozen=True, slots=True)
class OpenAccounts:
    """Accounts with one password that is no secret: (email address, what the account is for)."""

    password: str
    accounts: tuple[tuple[str, str], ...]


OfferOfAccounts = Callable[[], OpenAccounts]


@dataclass(frozen=True, slots=True)
class Kind(Generic[Offer]):
    """A kind of contribution; its type says what is to be offered."""

    name: str


# What waits for the reader, on home and on the front door of the room's group.
HOME_TASKS: Kind[ForReader[Task]] = Kind("home tasks")
# What home shows below it: figures with their movement, and what the reader's role looks at.
HOME_SECTIONS: Kind[ForReader[Section]] = Kind("home sections")
# What there is to read, for whoever has nothing else on home.
HOME_READING: Kind[ForReader[Reading]] = Kind("home reading")

# Accounts that the page of signing in names to everybody, with their password: the demo's, and no others.
OPEN_ACCOUNTS: Kind[OfferOfAccounts] = Kind("accounts that anybody may use")

# What notices are about; the part is the kind of thing, as the notices keep it.
NOTICE_SUBJECTS: Kind[NoticeSubjects] = Kind("what notices are about")

# What papers hang on; the part is the kind of thing, as the papers keep it and their addresses say it.
PAPER_SUBJECTS: Kind[PaperSubjects] = Kind("what papers hang on")


@dataclass(frozen=True, slots=True)
class Contribution(Generic[Offer]):
    """What one part of the site offers; `part` names it in a sentence ("the action plan")."""

    part: str
    offer: Offer


class Contributions:
    """Everything that is offered, by kind, in the order in which it was registered."""

    def __init__(self) -> None:
        self._by_kind: dict[Kind[Any], list[Contribution[Any]]] = {}

    def add(self, kind: Kind[Offer], part: str, offer: Offer) -> None:
        """Register an offer; raises `ValueError` when the part or the offer is registered for this kind already."""
        known = self._by_kind.setdefault(kind, [])
        if any(one.part == part or one.offer is offer for one in known):
            raise ValueError(f"{part} is registered twice for {kind.name}")
        known.append(Contribution(part, offer))

    def of(self, kind: Kind[Offer]) -> tuple[Contribution[Offer], ...]:
        """What is offered of a kind; empty when no room offers any."""
        return tuple(self._by_kind.get(kind, ()))
