"""What the plan asks of one person: updates, revised dates, decisions; and which dates of theirs wait for one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, case, false, func, or_, select

from wfsite.core.actor import Actor
from wfsite.core.paging import First
from wfsite.core.periods import TimescaleKind
from wfsite.core.permissions import Permission
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import ReadPair
from wfsite.extensions import db
from wfsite.steering.plans.action_queries import PAGE_COLUMNS, ActionPage, Beside, joined_who, read_pages
from wfsite.steering.plans.date_rules import DateStep, Step
from wfsite.steering.plans.models import Action, ActionLead, Lead, Plan, Theme
from wfsite.steering.plans.queries import PRESENT_GROUP, PRESENT_PLAN
from wfsite.steering.plans.row_queries import (
    DUE_IN_FORCE,
    KIND_IN_FORCE,
    RAG,
    STEP,
    joined_today,
    reach_values,
    reached,
    row_columns,
    was_silent,
    who,
)
from wfsite.steering.plans.row_rules import ActionRow, rights_of
from wfsite.steering.plans.rules import plan_year_of

_action, _plan, _theme = table_of(Action), table_of(Plan), table_of(Theme)
_action_lead, _lead = table_of(ActionLead), table_of(Lead)
_MOST_WAITING = 10


@dataclass(frozen=True, slots=True)
class OwnActions:
    """The actions of the present plan that a person leads or watches and that ask for something, the worst first."""

    to_update: First[ActionRow]
    to_date: First[ActionRow]


@dataclass(frozen=True, slots=True)
class _Counted(Beside):
    """What stands beside one of the dates to decide on, and how many there are."""

    total: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which of the two an action asks for, its place among those that ask the same, and how many do."""

    to_update: bool
    update_place: int
    updates: int
    to_date: bool
    date_place: int
    dates: int


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
_IS_UNFINISHED = RAG.element.not_in([rag for rag in Rag if rag.is_finished])
# As `ActionRow.is_stale` and `ActionRow.needs_date` have it.
_TO_UPDATE = and_(_IS_UNFINISHED, was_silent(PRESENT_GROUP))
_TO_DATE = and_(
    _IS_UNFINISHED,
    KIND_IN_FORCE != TimescaleKind.ONGOING,
    bindparam("before") > DUE_IN_FORCE,
    STEP.c.step.is_distinct_from(DateStep.PROPOSED),
)
_MINE = joined_today(
    select(
        _action.c.id,
        func.coalesce(_TO_UPDATE, false()).label("to_update"),
        func.coalesce(_TO_DATE, false()).label("to_date"),
        case({rag: rag.rank for rag in Rag}, value=RAG.element).label("rank"),
        _theme.c.position.label("theme_position"),
        _action.c.position,
    )
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .where(_theme.c.plan_id == PRESENT_PLAN, _IS_MINE, or_(_TO_UPDATE, _TO_DATE))
).subquery()


def _placed(asks: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The place of an action among those that ask the same, the worst status first, and how many there are."""
    order = (_MINE.c.rank, _MINE.c.theme_position, _MINE.c.position, _MINE.c.id)
    return func.row_number().over(partition_by=asks, order_by=order), func.count().over(partition_by=asks)


_update_place, _updates = _placed(_MINE.c.to_update)
_date_place, _dates = _placed(_MINE.c.to_date)
_ASKED = select(
    _MINE.c.id,
    _MINE.c.to_update,
    _update_place.label("update_place"),
    _updates.label("updates"),
    _MINE.c.to_date,
    _date_place.label("date_place"),
    _dates.label("dates"),
).subquery()
_FIRST_ASKED = joined_today(
    select(*row_columns(PRESENT_GROUP), *list(_ASKED.c)[1:])
    .select_from(_ASKED)
    .join(_action, _action.c.id == _ASKED.c.id)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .where(
        or_(
            and_(_ASKED.c.to_update, _ASKED.c.update_place <= bindparam("most")),
            and_(_ASKED.c.to_date, _ASKED.c.date_place <= bindparam("most")),
        )
    )
)
_READ_ASKED = ReadPair(ActionRow, _Asked, _FIRST_ASKED, given=("on", "rights"))


def own_actions(actor: Actor, *, on: date, most: int) -> OwnActions:
    """What waits for an update or for a revised date from `actor`: at most `most` of each, and how many wait."""
    if not actor.can(Permission.PLAN_UPDATE):
        return OwnActions(First(), First())
    values = {"year": plan_year_of(on), "before": on, "most": most, **who(actor)}
    found = _READ_ASKED.all(values, on=on, rights=rights_of(actor))
    # They are of one plan, and all the reader's own: what holds for one of them holds for all.
    return OwnActions(
        _first([(one.update_place, one.updates, row) for row, one in found if one.to_update and row.may_update], most),
        _first([(one.date_place, one.dates, row) for row, one in found if one.to_date and row.may_propose], most),
    )


def _first(found: list[tuple[int, int, ActionRow]], most: int) -> First[ActionRow]:
    """Rows with their place and their number in all; one that was read for what else it asks may lie behind `most`."""
    placed = sorted(found, key=lambda one: one[0])
    return First(tuple(row for place, _, row in placed if place <= most), placed[0][1] if placed else 0)


# Begins at the dates, which are few, whatever the number of actions.
_DATED = joined_who(
    joined_today(
        select(*PAGE_COLUMNS)
        .select_from(_action)
        .join(_theme, _theme.c.id == _action.c.theme_id)
        .join(_plan, _plan.c.id == _theme.c.plan_id)
    )
).where(STEP.c.action_id == _action.c.id)
_READ_TO_DECIDE = ReadPair(
    ActionRow,
    _Counted,
    _DATED.add_columns(func.count().over().label("total"))
    .where(
        STEP.c.step == DateStep.PROPOSED,
        _IS_UNFINISHED,
        or_(reached(_plan.c.group_id), and_(bindparam("own", type_=Boolean), _IS_MINE)),
    )
    .order_by(*in_order(STEP))
    .limit(bindparam("most")),
    given=("on", "rights"),
)
_READ_WAITING = read_pages(
    _DATED.where(STEP.c.step == DateStep.PROPOSED, _IS_UNFINISHED, _IS_MINE, ~reached(_plan.c.group_id))
    .order_by(*(column.desc() for column in in_order(STEP)))
    .limit(_MOST_WAITING)
)
_DECIDABLE = joined_today(
    select(_action.c.id, and_(STEP.c.step == DateStep.PROPOSED, _IS_UNFINISHED).label("waits"))
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .join(_plan, _plan.c.id == _theme.c.plan_id)
).where(_action.c.id.in_(bindparam("ids", expanding=True)), reached(_plan.c.group_id))


def dates_to_decide(actor: Actor, *, on: date, most: int) -> First[DatedAction]:
    """The revised dates that wait for a decision of `actor`, of whatever plan, the longest waiting first."""
    if not actor.can(Permission.DATE_AGREE):
        return First()
    own = actor.reach(Permission.DATE_AGREE) is not None
    values = {"before": on, "own": own, "most": most, **_decides(actor), **who(actor)}
    found = _READ_TO_DECIDE.all(values, on=on, rights=rights_of(actor))
    return First(tuple(_dated(found)), found[0][1].total if found else 0)


def dates_decidable(actor: Actor, ids: Collection[int]) -> dict[int, bool]:
    """Of some actions (ids), those on whose dates `actor` decides for the plan's group: whether one waits now."""
    if not ids or not actor.can(Permission.DATE_AGREE):
        return {}
    found = db.session.execute(_DECIDABLE, {"ids": sorted(ids), **_decides(actor)})
    return {action_id: bool(waits) for action_id, waits in found}


def dates_waiting(actor: Actor, *, on: date) -> tuple[DatedAction, ...]:
    """The proposals that wait, of actions that `actor` leads or watches; none that they decide on themselves."""
    if actor.reach(Permission.DATE_PROPOSE) is None:
        return ()
    values = {"before": on, **_decides(actor), **who(actor)}
    return tuple(_dated(_READ_WAITING.all(values, on=on, rights=rights_of(actor))))


def _decides(actor: Actor) -> dict[str, object]:
    """The groups on whose dates `actor` decides, for a statement."""
    return reach_values(actor.groups_for(Permission.DATE_AGREE))


def _dated(found: Iterable[tuple[ActionRow, Beside]]) -> list[DatedAction]:
    pages = (ActionPage(row, beside) for row, beside in found)
    return [DatedAction(page.row, newest) for page in pages if (newest := page.newest)]
