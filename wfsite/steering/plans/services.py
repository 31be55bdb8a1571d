"""Acts on the annual plan."""

from dataclasses import asdict, replace
from datetime import date, datetime

from wfsite.core.actor import Actor
from wfsite.core.errors import Stale
from wfsite.core.rag import Rag
from wfsite.outbox.services import notices_end
from wfsite.steering.plans.action_queries import ActionPage, action_to_update
from wfsite.steering.plans.date_notices import DATE_TO_DECIDE
from wfsite.steering.plans.row_services import Change, changes_write
from wfsite.steering.plans.rules import checked_update

CHANGED = "This action was changed while you were writing. Nothing of yours has been saved yet."


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
    `Stale` (the action as it stands) when the form's version is not the present one. The same
    words from the same person, sent twice, are recorded once.
    """
    found = action_to_update(action_id, seen_by=by, on=on)
    sent = checked_update(rag, note, route_to_green)
    words = asdict(sent)
    row = found.row
    if row.version != version:
        stands = (found.recorded_by, row.rag, row.note, row.route_to_green)
        if stands == (by.person_id, sent.rag, sent.note, sent.route_to_green):
            return found
        raise Stale(CHANGED, theirs=found)
    said = words | {"previous_rag": row.rag, "previous_at": row.updated_at}
    written = changes_write([Change(action_id, version, CHANGED, status=said)], by=by.person_id, at=at)
    if sent.rag.is_finished and row.waits_for_decision:
        notices_end(DATE_TO_DECIDE, action_id, at=written.statuses[action_id].at)
    fresh = replace(
        row,
        version=version + 1,
        **said,
        updated_at=written.statuses[action_id].at,
        updated_by_id=by.person_id,
        updated_by=by.name,
    )
    return replace(found, row=fresh)
