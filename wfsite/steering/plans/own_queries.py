"""What the plan asks of one person: updates, revised dates, decisions; and what became of the dates they asked for."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, or_, select

from wfsite.core.actor import Actor
from wfsite.core.periods import TimescaleKind
from wfsite.core.permissions import Permission
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.reading import Read, ReadPair
from wfsite.groups.models import GroupKind
from wfsite.steering.plans.action_queries import PAGE_COLUMNS, ActionPage, Beside, joined_who, read_pages
from wfsite.steering.plans.date_rules import NEWS_FOR, DateStep, Step
from wfsite.steering.plans.models import Action, ActionLead, Lead, Plan, Theme
from wfsite.steering.plans.queries import PRESENT_PLAN
from wfsite.steering.plans.row_queries import (
    DUE_IN_FORCE,
    KIND_IN_FORCE,
    RAG,
    ROW_COLUMNS,
    STEP,
    WAS_SILENT,
    joined_today,
    who,
)
from wfsite.steering.plans.row_rules import ActionRow, rights_of
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


_IS_MINE = _action.c.wording_id.in_(
    select(_action_lead.c.wording_id)
    .join(_lead, _lead.c.id == _action_lead.c.lead_id)
    .where(or_(_lead.c.person_id == bindparam("person_id"), _lead.c.team_id == bindparam("team_id")))
)
_IS_LATE = and_(
    KIND_IN_FORCE != TimescaleKind.ONGOING,
    bindparam("before") > DUE_IN_FORCE,
    STEP.c.step.is_distinct_from(DateStep.PROPOSED),
)
_ASKS = and_(RAG.element.not_in([rag for rag in Rag if rag.is_finished]), or_(WAS_SILENT, _IS_LATE))
_MINE = joined_today(
    select(*ROW_COLUMNS)
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .where(_theme.c.plan_id == PRESENT_PLAN, _IS_MINE, _ASKS)
    .order_by(_theme.c.position, _action.c.position)
)
_READ_MINE = Read(ActionRow, _MINE, given=("on", "rights"))


def own_actions(actor: Actor, *, on: date) -> OwnActions:
    """What waits for an update or for a revised date from `actor`, the worst status first."""
    if actor.reach(Permission.PLAN_UPDATE) is None:
        return OwnActions()
    values = {"year": plan_year_of(on), "kind": GroupKind.STEERING, "before": on, **who(actor)}
    rows = sorted(_READ_MINE.all(values, on=on, rights=rights_of(actor)), key=lambda row: row.rag.rank)
    return OwnActions(
        tuple(row for row in rows if row.is_stale and row.may_update),
        tuple(row for row in rows if row.needs_date and row.may_propose),
    )


# Begins at the dates, which are few, whatever the number of actions.
_DATED = joined_who(
    joined_today(
        select(*PAGE_COLUMNS)
        .select_from(_action)
        .join(_theme, _theme.c.id == _action.c.theme_id)
        .join(_plan, _plan.c.id == _theme.c.plan_id)
    )
).where(STEP.c.action_id == _action.c.id)
_READ_TO_DECIDE = read_pages(_DATED.where(STEP.c.step == DateStep.PROPOSED).order_by(STEP.c.recorded_at, STEP.c.id))
_READ_NEWS = read_pages(
    _DATED.where(_IS_MINE, or_(STEP.c.step == DateStep.PROPOSED, STEP.c.recorded_at >= bindparam("recent")))
    .order_by(STEP.c.recorded_at.desc(), STEP.c.id.desc())
    .limit(_MOST_NEWS)
)


def dates_to_decide(actor: Actor, *, on: date) -> tuple[DatedAction, ...]:
    """The revised dates that wait for a decision of `actor`, of whatever plan, the longest waiting first."""
    if actor.reach(Permission.DATE_AGREE) is None:
        return ()
    return tuple(dated for dated in _dated(_READ_TO_DECIDE, actor, on=on) if dated.row.may_decide)


def date_news(actor: Actor, *, on: date) -> tuple[DatedAction, ...]:
    """What became of the revised dates of the actions that `actor` leads or watches: waiting, or decided lately."""
    if actor.reach(Permission.DATE_PROPOSE) is None:
        return ()
    found = _dated(_READ_NEWS, actor, on=on, recent=start_of(on - NEWS_FOR))
    return tuple(dated for dated in found if dated.newest.step is not DateStep.PROPOSED or dated.row.waits_for_decision)


def _dated(read: ReadPair[ActionRow, Beside], actor: Actor, *, on: date, **values: datetime) -> list[DatedAction]:
    every = {"kind": GroupKind.STEERING, "before": on, **who(actor), **values}
    pages = (ActionPage(row, beside) for row, beside in read.all(every, on=on, rights=rights_of(actor)))
    return [DatedAction(page.row, newest) for page in pages if (newest := page.newest)]
