"""Acts on an action's revised dates. Each adds a dated row; nothing is changed but the action's pointers to them.

Twice is once: what the same person sends again with the step that they saw finds its own row as the newest.
"""

from datetime import date, datetime

from sqlalchemy import bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import NotNow, Stale
from wfsite.core.periods import Timescale
from wfsite.db.base import table_of
from wfsite.db.dated import moved
from wfsite.extensions import db
from wfsite.steering.plans.action_queries import ActionPage, action_to_date, action_to_decide
from wfsite.steering.plans.date_notices import tell_decided, tell_proposed
from wfsite.steering.plans.date_rules import (
    DECISIONS,
    DateStep,
    TypedDate,
    checked_decision,
    checked_proposal,
    same_date,
)
from wfsite.steering.plans.models import DATES, Action

_ACTIONS = table_of(Action)
_LOCK = select(_ACTIONS.c.id).where(_ACTIONS.c.id == bindparam("action_id")).with_for_update(key_share=True)


def date_propose(action_id: int, typed: TypedDate, *, seen: int, by: Actor, at: datetime, on: date) -> ActionPage:
    """Record a proposal, in place of one that waits; returns the action as it then stands.

    `seen` is the newest step that the form was written against, 0 for none. Raises `Missing` for an action that
    `by` may not propose dates for, `RuleBroken` for what is not a date to propose, `Stale` (the action as it
    stands) when another step came first, and `NotNow` when the work is finished.
    """
    _lock(action_id)
    found = action_to_date(action_id, seen_by=by, on=on)
    newest = found.newest
    sent = checked_proposal(typed, on=on)
    is_new = (newest.id if newest else 0) == seen
    said = newest and (newest.step, newest.by_id, newest.timescale, newest.reason)
    if not is_new and said == (DateStep.PROPOSED, by.person_id, sent.timescale, sent.reason):
        return found
    _refuse_finished(found)
    if not is_new:
        raise Stale(_came_first(found), theirs=found)
    same_date(sent.timescale, found.in_force)
    _append(found, DateStep.PROPOSED, sent.timescale, reason=sent.reason, by=by, at=at)
    saved = action_to_date(action_id, seen_by=by, on=on)
    tell_proposed(saved, by_id=by.person_id, at=at)
    return saved


def date_decide(
    action_id: int, step: DateStep | None, *, reason: str, seen: int, by: Actor, at: datetime, on: date
) -> ActionPage:
    """Agree or decline the proposal `seen`; returns the action as it then stands.

    Raises `Missing` for an action whose dates `by` may not decide on, `RuleBroken` for a decision that is not made
    or not explained, `Stale` (the action as it stands) when it is decided or replaced, `NotNow` when it is finished.
    """
    _lock(action_id)
    found = action_to_decide(action_id, seen_by=by, on=on)
    newest = found.newest
    sent = checked_decision(step, reason)
    said = newest and (newest.proposal_id, newest.step, newest.by_id, newest.reason)
    if said == (seen, step, by.person_id, sent):
        return found
    _refuse_finished(found)
    if newest is None or newest.id != seen or newest.step in DECISIONS or step is None:
        raise Stale(_came_first(found), theirs=found)
    _append(found, step, newest.timescale, reason=sent, by=by, at=at, proposal_id=newest.id)
    saved = action_to_decide(action_id, seen_by=by, on=on)
    tell_decided(saved, proposed_by=newest.by_id, by_id=by.person_id, at=at)
    return saved


def _lock(action_id: int) -> None:
    """Let one at a time act on an action's dates, and nobody finish the action meanwhile."""
    db.session.execute(_LOCK, {"action_id": action_id})


def _refuse_finished(found: ActionPage) -> None:
    row = found.row
    if row.rag.is_finished:
        since = f", {row.updated_by} said" if row.updated_by else ""
        raise NotNow(f"{row.reference} is {row.rag.word}{since}. It needs no revised date, and nothing has been saved.")


def _came_first(found: ActionPage) -> str:
    """What somebody did to the dates before."""
    if found.newest is None:
        return f"No revised date of {found.row.reference} waits for a decision. Nothing has been saved."
    return f"{found.newest.sentence}. Nothing of yours has been saved."


def _append(
    found: ActionPage,
    step: DateStep,
    timescale: Timescale,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    proposal_id: int | None = None,
) -> None:
    """Add a step and make it the newest; an agreed one is in force from then on."""
    added = DATES.add(
        at=at,
        action_id=found.row.id,
        recorded_by=by.person_id,
        step=step,
        timescale_kind=timescale.kind,
        starts_on=timescale.starts_on,
        due_on=timescale.due_on,
        reason=reason,
        was_kind=found.baseline.kind,
        was_starts_on=found.baseline.starts_on,
        was_due_on=found.baseline.due_on,
        proposal_id=proposal_id,
    )
    to = {"date_step_id": added.id} | ({"date_agreed_id": added.id} if step is DateStep.AGREED else {})
    if not moved(Action, found.row.id, seen={"date_step_id": found.row.date_step_id or None}, to=to):
        raise Stale(_came_first(found), theirs=found)
