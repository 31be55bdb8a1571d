"""Reads of the annual plan: the whole of it, today or as it stood at the end of another day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, cast, func, null, select, union_all

from wfsite.core.actor import Actor
from wfsite.core.groups import GroupKind
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.groups.models import Group
from wfsite.groups.queries import FRONT, is_open, met_before
from wfsite.steering.plans.models import Action, Plan, Theme
from wfsite.steering.plans.row_queries import (
    IN_PLAN_ORDER,
    IN_PLAN_ORDER_AS_AT,
    joined_as_at,
    joined_today,
    row_columns,
    who,
)
from wfsite.steering.plans.row_rules import ActionRow, rights_of
from wfsite.steering.plans.rules import Attention, plan_year_of, status_counts

_action, _plan, _theme = table_of(Action), table_of(Plan), table_of(Theme)
_group = table_of(Group)


@dataclass(frozen=True, slots=True)
class ThemeRows:
    """A theme with the actions that are shown, and the statuses of all it has."""

    id: int
    position: int
    title: str
    rows: tuple[ActionRow, ...]
    counts: tuple[tuple[Rag, int], ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which actions of a plan are asked for; nothing set is all of them."""

    theme_id: int | None = None
    lead: str = ""
    rag: Rag | None = None
    overdue: bool = False
    stale: bool = False
    to_decide: bool = False
    mine: bool = False

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    def admits(self, row: ActionRow) -> bool:
        """Whether a row is among those asked for."""
        return (
            (not self.theme_id or row.theme_id == self.theme_id)
            and (not self.rag or row.rag is self.rag)
            and (not self.overdue or row.is_overdue)
            and (not self.stale or row.is_stale)
            and (not self.to_decide or row.waits_for_decision)
            and (not self.mine or row.may_update)
            and (not self.lead or self.lead in row.leads.split("\n"))
        )


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with its themes; counts are of the whole plan, rows of what was asked for."""

    id: int
    year: int
    title: str
    importing_id: int | None
    years: tuple[int, ...]
    met_before_on: date | None
    themes: tuple[ThemeRows, ...]
    theme_titles: tuple[tuple[int, str], ...]
    lead_names: tuple[str, ...]
    counts: tuple[tuple[Rag, int], ...]
    attention: Attention
    shown: tuple[int, int]  # actions, sub-actions
    total: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan as the choice of years names it, and the day that "not updated since" counts from."""

    id: int
    year: int
    title: str
    group_id: int
    met_before_on: date | None
    importing_id: int | None


# Whose secretary imports a plan: its group's or, when that has ended, the group's that has the front door now, which
# takes the plan over. Takes `kind` and `on`.
_OPEN_GROUP = and_(_group.c.id == _plan.c.group_id, is_open(_group))
_IMPORTING = func.coalesce(_group.c.id, FRONT).label("importing_id")
_PLANS = (
    select(
        _plan.c.id,
        _plan.c.year,
        _plan.c.title,
        _plan.c.group_id,
        met_before(_plan.c.group_id).label("met_before_on"),
        _IMPORTING,
    )
    .outerjoin(_group, _OPEN_GROUP)
    .order_by(_plan.c.year.desc())
)


def _of_plan(columns: Sequence[ColumnElement[Any]], order: Sequence[ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    """The actions of a plan."""
    in_plan = and_(_theme.c.id == _action.c.theme_id, _theme.c.plan_id == bindparam("plan_id"))
    return select(*columns).select_from(_action).join(_theme, in_plan).order_by(*order)


_GROUP_ID = bindparam("group_id", type_=_plan.c.group_id.type)
_OF_PLAN = _of_plan(row_columns(_GROUP_ID), IN_PLAN_ORDER)
_OF_PLAN_AS_AT = _of_plan(row_columns(_GROUP_ID, as_at=True), IN_PLAN_ORDER_AS_AT)
_READ_PLANS = Read(PlanLine, _PLANS)
_READ_ROWS = Read(ActionRow, joined_today(_OF_PLAN), given=("on", "rights"))
_READ_ROWS_AS_AT = Read(ActionRow, joined_as_at(_OF_PLAN_AS_AT), given=("on", "rights"))


def plan_page(
    year: int | None, *, filters: Filters, seen_by: Actor, on: date, as_at: datetime | None = None
) -> PlanPage | None:
    """The plan of `year`, else of the year that `on` is in, else the latest; None when there is none.

    With `as_at` it is the plan as it stood at that instant, and nothing in it can be updated.
    """
    plans = _READ_PLANS.all({"kind": GroupKind.STEERING, "on": on, "before": on})
    plan = _chosen(plans, year, on)
    if plan is None:
        return None
    values = {"plan_id": plan.id, "group_id": plan.group_id, "before": on, **who(seen_by)}
    rights = rights_of(seen_by, as_at=as_at)
    if as_at:
        rows = _READ_ROWS_AS_AT.all(values | {"as_at": as_at}, on=on, rights=rights)
    else:
        rows = _READ_ROWS.all(values, on=on, rights=rights)
    return _page(plan, plans, rows, filters)


def _chosen(plans: Sequence[PlanLine], year: int | None, on: date) -> PlanLine | None:
    """The plan of the year asked for; of the year of `on` when none was asked for; else the latest."""
    by_year = {plan.year: plan for plan in plans}
    if year is not None:
        return by_year.get(year)
    return by_year.get(plan_year_of(on)) or (plans[0] if plans else None)


def _page(plan: PlanLine, plans: Sequence[PlanLine], rows: Sequence[ActionRow], filters: Filters) -> PlanPage:
    by_theme: dict[int, list[ActionRow]] = {}
    for row in rows:
        by_theme.setdefault(row.theme_id, []).append(row)
    themes = [_theme_rows(own, filters) for own in by_theme.values()]
    return PlanPage(
        id=plan.id,
        year=plan.year,
        title=plan.title,
        importing_id=plan.importing_id,
        years=tuple(p.year for p in plans),
        met_before_on=plan.met_before_on,
        themes=tuple(theme for theme in themes if theme.rows),
        theme_titles=tuple((own[0].theme_id, own[0].theme) for own in by_theme.values()),
        lead_names=tuple(sorted({name for row in rows for name in row.lead_names}, key=str.casefold)),
        counts=status_counts(row.rag for row in rows),
        attention=Attention.of(rows),
        shown=_count(row for theme in themes for row in theme.rows),
        total=_count(rows),
    )


def _theme_rows(own: Sequence[ActionRow], filters: Filters) -> ThemeRows:
    """A theme from all its rows, of which there is at least one."""
    first, admits = own[0], filters.admits
    return ThemeRows(
        id=first.theme_id,
        position=first.theme_position,
        title=first.theme_title,
        rows=tuple(row for row in own if admits(row)) if filters.is_set else tuple(own),
        counts=status_counts(row.rag for row in own),
    )


def _count(rows: Iterable[ActionRow]) -> tuple[int, int]:
    """How many actions and how many sub-actions."""
    actions = subs = 0
    for row in rows:
        if row.is_sub_action:
            subs += 1
        else:
            actions += 1
    return actions, subs


# The plan that is shown where none is asked for; takes `year`, the one that the day is in.
_ANY_PLAN = _plan.alias()
PRESENT_PLAN = (
    select(_ANY_PLAN.c.id)
    .order_by((_ANY_PLAN.c.year == bindparam("year")).desc(), _ANY_PLAN.c.year.desc())
    .limit(1)
    .scalar_subquery()
)
# Its group, whose meetings its "not updated since" counts from.
PRESENT_GROUP = (
    select(_ANY_PLAN.c.group_id)
    .order_by((_ANY_PLAN.c.year == bindparam("year")).desc(), _ANY_PLAN.c.year.desc())
    .limit(1)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Importing:
    """Which group's secretary imports the plan of a year, by year; of a year without a plan `front_id`."""

    by_year: Mapping[int, int | None]
    front_id: int | None

    def group_of(self, year: int) -> int | None:
        """The group; None where none is set up."""
        return self.by_year.get(year, self.front_id)


# By year, and beside no year that of a year without a plan.
_IMPORTING_BY_YEAR = union_all(
    select(_plan.c.year, _IMPORTING).select_from(_plan).outerjoin(_group, _OPEN_GROUP),
    select(cast(null(), _plan.c.year.type), FRONT.label("importing_id")),
)


def importing_groups(*, on: date) -> Importing:
    """Which groups' secretaries import plans on a day."""
    rows = db.session.execute(_IMPORTING_BY_YEAR, {"kind": GroupKind.STEERING, "on": on})
    by_year = {row.year: row.importing_id for row in rows}
    return Importing(by_year, by_year.pop(None))
