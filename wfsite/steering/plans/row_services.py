"""The one writer of a plan's rows, for pages and imports: facts are appended, then the actions led to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wfsite.core.errors import Stale
from wfsite.db.dated import Fact, moved
from wfsite.steering.plans.models import PLACINGS, UPDATES, WORDINGS, Action
from wfsite.steering.plans.rules import position_of

# The version of an action that was added and says nothing yet.
NOTHING_SAID = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What is said anew of an action whose `version` was seen: its words, its status, where it stands.

    `refusal` is what to tell whoever was not the first to change it.
    """

    action_id: int
    version: int
    refusal: str
    words: Mapping[str, Any] | None = None
    status: Mapping[str, Any] | None = None
    place: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The facts that changes appended, by the id of their action."""

    words: Mapping[int, Fact]
    statuses: Mapping[int, Fact]


def place_of(reference: str, *, theme_id: int, parent_id: int | None) -> dict[str, Any]:
    """Where an action of that reference stands in a theme."""
    return {
        "theme_id": theme_id,
        "parent_id": parent_id,
        "reference": reference,
        "position": position_of(reference),
    }


def changes_write(changes: Sequence[Change], *, by: int | None, at: datetime) -> Written:
    """Append what is said of each action, once, and lead the actions to it; raises `Stale`."""
    said = {"recorded_by": by}
    words = [{**said, "action_id": one.action_id, **one.words} for one in changes if one.words is not None]
    statuses = [{**said, "action_id": one.action_id, **one.status} for one in changes if one.status is not None]
    written = Written(
        {fact.owner_id: fact for fact in WORDINGS.add_many(words, at=at)},
        {fact.owner_id: fact for fact in UPDATES.add_many(statuses, at=at)},
    )
    PLACINGS.add_many([{**said, "action_id": one.action_id, **one.place} for one in changes if one.place], at=at)
    # In one order, so that two who write many never wait for each other in a circle.
    for one in sorted(changes, key=lambda change: change.action_id):
        _lead(one, written)
    return written


def _lead(one: Change, written: Written) -> None:
    """Move an action, its pointers and its version on."""
    to = {**(one.place or {}), "version": one.version + 1}
    if fact := written.words.get(one.action_id):
        to["wording_id"] = fact.id
    if fact := written.statuses.get(one.action_id):
        to["rag_update_id"] = fact.id
    if not moved(Action, one.action_id, seen={"version": one.version}, to=to):
        raise Stale(one.refusal, theirs=None)
