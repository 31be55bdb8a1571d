"""What the plan asks of one person: updates, revised dates, decisions; and what became of the dates they asked for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.models import GroupKind
from wfsite.groups.queries import LAST_MEETING
from wfsite.steering.plans.action_queries import STEP_COLUMNS, joined_who, newest_step
from wfsite.steering.plans.date_rules import NEWS_FOR, DateStep, Step
from wfsite.steering.plans.models import Action, ActionLead, Lead, Plan, Theme
from wfsite.steering.plans.queries import (
    PRESENT_PLAN,
    ROW_COLUMNS,
    STEP,
    ActionRow,
    Rights,
    action_row,
    joined_today,
    rights_of,
    who,
)
from wfsite.steering.plans.rules import plan_year_of, start_of

_action, _plan, _theme = table_of(Action), table_of(Plan), table_of(Theme)
_action_lead, _lead = table_of(ActionLead), table_of(Lead)
_MOST_NEWS = 10


@dataclass(frozen=True, slots=True)
class OwnActions:
    """The actions of the present plan that a person leads or watches and that ask for something."""

    to_update: tuple[ActionRow, ...] = ()
    to_date: tuple[ActionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DatedAction:
    """An action with the newest step of its dates."""

    row: ActionRow
    newest: Step


_OF_A_PLAN = (
    select(*ROW_COLUMNS, LAST_MEETING.scalar_subquery().label("last_met_on"))
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .join(_plan, _plan.c.id == _theme.c.plan_id)
    .order_by(_theme.c.position, _action.c.position)
)
_IS_MINE = _action.c.wording_id.in_(
    select(_action_lead.c.wording_id)
    .join(_lead, _lead.c.id == _action_lead.c.lead_id)
    .where(or_(_lead.c.person_id == bindparam("person_id"), _lead.c.team_id == bindparam("team_id")))
)
_MINE = joined_today(_OF_A_PLAN.where(_plan.c.id == PRESENT_PLAN, _IS_MINE))


def own_actions(actor: Actor, *, on: date) -> OwnActions:
    """What waits for an update or for a revised date from `actor`, the worst status first."""
    reach = actor.reach(Permission.PLAN_UPDATE)
    if reach is None:
        return OwnActions()
    values = {"year": plan_year_of(on), "kind": GroupKind.STEERING, "before": on, **who(actor)}
    records = db.session.execute(_MINE, values).all()
    rows = sorted((_row(record, on=on, rights=rights_of(actor)) for record in records), key=lambda row: row.rag.rank)
    return OwnActions(
        tuple(row for row in rows if row.is_stale and row.may_update),
        tuple(row for row in rows if row.needs_date and row.may_propose),
    )


def _row(record: Any, *, on: date, rights: Rights) -> ActionRow:
    since = start_of(record.last_met_on) if record.last_met_on else None
    return action_row(record, on=on, since=since, rights=rights)


# Begins at the dates, which are few, whatever the number of actions.
_DATED = joined_who(joined_today(_OF_A_PLAN.add_columns(*STEP_COLUMNS))).where(STEP.c.action_id == _action.c.id)
_TO_DECIDE = _DATED.where(STEP.c.step == DateStep.PROPOSED).order_by(None).order_by(STEP.c.recorded_at, STEP.c.id)
_NEWS = (
    _DATED.where(_IS_MINE, or_(STEP.c.step == DateStep.PROPOSED, STEP.c.recorded_at >= bindparam("recent")))
    .order_by(None)
    .order_by(STEP.c.recorded_at.desc(), STEP.c.id.desc())
    .limit(_MOST_NEWS)
)


def dates_to_decide(actor: Actor, *, on: date) -> tuple[DatedAction, ...]:
    """The revised dates that wait for a decision of `actor`, of whatever plan, the longest waiting first."""
    if actor.reach(Permission.DATE_AGREE) is None:
        return ()
    return tuple(dated for dated in _dated(_TO_DECIDE, actor, on=on) if dated.row.may_decide)


def date_news(actor: Actor, *, on: date) -> tuple[DatedAction, ...]:
    """What became of the revised dates of the actions that `actor` leads or watches: waiting, or decided lately."""
    if actor.reach(Permission.DATE_PROPOSE) is None:
        return ()
    found = _dated(_NEWS, actor, on=on, recent=start_of(on - NEWS_FOR))
    return tuple(dated for dated in found if dated.newest.step is not DateStep.PROPOSED or dated.row.waits_for_decision)


def _dated(statement: Any, actor: Actor, *, on: date, **values: datetime) -> list[DatedAction]:
    values_of_all = {"kind": GroupKind.STEERING, "before": on, **who(actor), **values}
    rights = rights_of(actor)
    records = db.session.execute(statement, values_of_all)
    pairs = ((_row(record, on=on, rights=rights), newest_step(record)) for record in records)
    return [DatedAction(row, newest) for row, newest in pairs if newest]
