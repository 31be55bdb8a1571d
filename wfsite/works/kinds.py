"""What a room offers so that its long work can be done and watched; the part of both offers is the kind's name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from wfsite.core.actor import Actor
from wfsite.core.contributions import Kind
from wfsite.web.gathering import contributions
from wfsite.works.rules import Tell

Offer = TypeVar("Offer", bound=Callable[..., object])

# Writes what was worked out, in the transaction that marks the work as done.
Keep = Callable[[datetime], None]


class Do(Protocol):
    """Works a thing out; reads only. May raise `CannotBeDone`."""

    def __call__(self, subject_id: int, /, *, tell: Tell) -> Keep:
        """What writes the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a piece of work is called, and where what became of it stands, also when it failed."""

    title: str
    url: str
    back_url: str
    back_words: str


class Show(Protocol):
    """A thing's work for whoever may do the same to it; raises `Missing` for everybody else."""

    def __call__(self, subject_id: int, /, *, seen_by: Actor, on: date) -> Shown:
        """Its words, and where it leads."""


WORK_DONE: Kind[Do] = Kind("long work")
WORK_SHOWN: Kind[Show] = Kind("long work, as its page shows it")


def offered(offers: Kind[Offer], kind: str) -> Offer:
    """What is registered for a kind of work; raises `LookupError`."""
    for one in contributions().of(offers):
        if one.part == kind:
            return one.offer
    raise LookupError(kind)
