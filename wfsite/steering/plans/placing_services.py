"""Acts on where the actions of a plan stand."""

from datetime import datetime

from sqlalchemy import Row, select

from wfsite.core.errors import Missing, RuleBroken
from wfsite.extensions import db
from wfsite.steering.plans.models import Action, Plan, Theme
from wfsite.steering.plans.row_services import Change, changes_write, place_of
from wfsite.steering.plans.rules import REFERENCE
from wfsite.steering.plans.services import CHANGED


def action_move(
    action_id: int,
    reference: str,
    *,
    theme_id: int,
    parent_id: int | None = None,
    version: int,
    by: int | None,
    at: datetime,
) -> None:
    """Give an action another reference, theme or parent in its plan; its sub-actions go with it and keep their letters.

    Raises `Missing`, `RuleBroken` (`reference`, `parent`), and `Stale` when the version is another by now.
    """
    rows = {row.id: row for row in _plan_held(theme_id)}
    subs = [row for row in rows.values() if row.parent_id == action_id]
    parent = rows.get(parent_id or 0)
    if action_id not in rows or (parent_id and (parent is None or parent.parent_id or parent.theme_id != theme_id)):
        raise Missing
    if parent and subs:
        raise RuleBroken("parent", f"{rows[action_id].reference} has sub-actions of its own. Move them first")
    places = {
        action_id: place_of(_checked(reference, is_sub=parent_id is not None), theme_id=theme_id, parent_id=parent_id)
    }
    for sub in subs:
        places[sub.id] = place_of(f"{reference}{sub.reference[-1]}", theme_id=theme_id, parent_id=action_id)
    _refuse_taken(
        [str(place["reference"]) for place in places.values()], [r for i, r in rows.items() if i not in places]
    )
    seen = {row.id: row.version for row in subs} | {action_id: version}
    changes_write([Change(i, seen[i], CHANGED, place=place) for i, place in places.items()], by=by, at=at)


def _plan_held(theme_id: int) -> list[Row[int, int, int | None, int, str]]:
    """The actions of a theme's plan, in which nobody else moves any until this request ends."""
    plan_id = db.session.scalar(select(Theme.plan_id).where(Theme.id == theme_id))
    db.session.execute(select(Plan.id).where(Plan.id == plan_id).with_for_update(key_share=True))
    columns = (Action.id, Action.version, Action.parent_id, Action.theme_id, Action.reference)
    found = select(*columns).join(Theme, Theme.id == Action.theme_id).where(Theme.plan_id == plan_id)
    return list(db.session.execute(found).all())


def _checked(reference: str, *, is_sub: bool) -> str:
    found = REFERENCE.fullmatch(reference)
    if not found or bool(found[3]) is not is_sub:
        raise RuleBroken("reference", f"Enter a reference like {'2.3a' if is_sub else '2.3'}")
    return reference


def _refuse_taken(wanted: list[str], others: list[Row[int, int, int | None, int, str]]) -> None:
    for row in others:
        if row.reference in wanted:
            raise RuleBroken("reference", f"{row.reference} is another action. Choose a reference that is free")
