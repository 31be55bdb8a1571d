"""Acts on the annual plan."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, insert, update

from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.outbox.services import notices_end
from wfsite.steering.plans.action_queries import ActionPage, action_to_update
from wfsite.steering.plans.date_notices import DATE_TO_DECIDE
from wfsite.steering.plans.models import Action, RagUpdate
from wfsite.steering.plans.rules import checked_update

CHANGED = "This action was changed while you were writing. Nothing of yours has been saved yet."

_ACTIONS, _UPDATES = table_of(Action), table_of(RagUpdate)
_ADD = insert(_UPDATES).returning(_UPDATES.c.id)
_POINT = (
    update(_ACTIONS)
    .where(_ACTIONS.c.id == bindparam("the_action"), _ACTIONS.c.version == bindparam("from_version"))
    .values(rag_update_id=bindparam("to_update"), version=bindparam("to_version"))
)


def rag_update_add(
    action_id: int,
    *,
    rag: Rag | None,
    note: str,
    route_to_green: str,
    version: int,
    by: Actor,
    at: datetime,
    on: date,
) -> ActionPage:
    """Record a status with its reason; returns the action as it then stands.

    Raises `Missing` for an action that `by` may not update, `RuleBroken` for what is not filled in, and
    `Conflict` (current: the action as it stands) when the form's version is not the present one. The same
    words from the same person, sent twice, are recorded once.
    """
    found = action_to_update(action_id, seen_by=by, on=on)
    sent = checked_update(rag, note, route_to_green)
    words = asdict(sent)
    row = found.row
    if row.version != version:
        said = (found.recorded_by, row.rag, row.note, row.route_to_green)
        if said == (by.person_id, sent.rag, sent.note, sent.route_to_green):
            return found
        raise Conflict(CHANGED, current=found)
    # A clock that was set back must not put the newest update behind an older one.
    at = max(at, row.updated_at) if row.updated_at else at
    update_id = add_update(
        action_id=action_id,
        recorded_at=at,
        recorded_by=by.person_id,
        **words,
        previous_rag=row.rag,
        previous_at=row.updated_at,
    )
    if not point_at(action_id, update_id, from_version=version):
        raise Conflict(CHANGED)
    if sent.rag.is_finished and row.waits_for_decision:
        notices_end(DATE_TO_DECIDE, action_id, at=at)
    fresh = replace(
        row,
        version=version + 1,
        **words,
        updated_at=at,
        updated_by_id=by.person_id,
        updated_by=by.name,
        previous_rag=row.rag,
        previous_at=row.updated_at,
    )
    return replace(found, row=fresh)


def add_update(**values: Any) -> int:
    """Append a RAG update; returns its id."""
    return int(db.session.execute(_ADD, values).scalar_one())


def point_at(action_id: int, update_id: int, *, from_version: int) -> bool:
    """Make an update the action's newest, if nobody else moved the action on; says whether it did."""
    values = {
        "the_action": action_id,
        "from_version": from_version,
        "to_update": update_id,
        "to_version": from_version + 1,
    }
    return bool(cast("CursorResult[Any]", db.session.execute(_POINT, values)).rowcount)
