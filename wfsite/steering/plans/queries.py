"""Reads of the annual plan: the whole of it, today or as it stood at the end of another day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, or_, select

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.periods import Timescale
from wfsite.core.permissions import Permission, Reach
from wfsite.core.rag import Rag, movement
from wfsite.core.words import month_name
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.models import GroupKind
from wfsite.groups.queries import LAST_MEETING
from wfsite.people.models import Person
from wfsite.steering.plans.date_rules import DateStep, waits
from wfsite.steering.plans.models import (
    Action,
    ActionLead,
    ActionWording,
    Lead,
    Plan,
    RagUpdate,
    RevisedDate,
    Theme,
)
from wfsite.steering.plans.rules import (
    NOT_UPDATED,
    Attention,
    is_stale,
    overdue_words,
    plan_year_of,
    start_of,
    status_counts,
)

_action = table_of(Action)
_action_lead = table_of(ActionLead)
_wording = table_of(ActionWording)
_lead = table_of(Lead)
_person = table_of(Person)
_plan = table_of(Plan)
_update = table_of(RagUpdate)
_date = table_of(RevisedDate)
_theme = table_of(Theme)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as the plan prints it.

    `timescale` is what the plan says, `revised` what was agreed instead, else ""; `due_on` is of the one in force.
    """

    id: int
    theme_id: int
    is_sub_action: bool
    reference: str
    version: int
    title: str
    timescale: str
    revised: str
    due_on: date | None
    is_past_due: bool
    date_step_id: int
    date_step: DateStep | None
    date_step_text: str
    leads: str
    criteria: str
    monitors: str
    rag: Rag
    note: str
    route_to_green: str
    updated_at: datetime | None
    updated_by: str
    movement: str
    is_stale: bool
    may_update: bool
    reach_to_propose: bool
    reach_to_decide: bool

    @property
    def is_overdue(self) -> bool:
        """Whether the last day of the date in force has passed with work still to do."""
        return self.is_past_due and not self.rag.is_finished

    @property
    def overdue_words(self) -> str:
        """ "Overdue since 31 March 2026", or ""."""
        return overdue_words(self.due_on) if self.is_overdue else ""

    @property
    def stale_words(self) -> str:
        """ "Not updated since the last meeting", or ""."""
        return NOT_UPDATED if self.is_stale else ""

    @property
    def timescale_words(self) -> str:
        """ "was March 2026, revised to June 2026", or what the plan says."""
        return f"was {self.timescale}, revised to {self.revised}" if self.revised else self.timescale

    @property
    def in_force(self) -> str:
        """The date that counts: the agreed one, else what the plan says."""
        return self.revised or self.timescale

    @property
    def waits_for_decision(self) -> bool:
        """Whether a revised date is proposed and not yet decided."""
        return waits(self.date_step, self.rag)

    @property
    def was_declined(self) -> bool:
        """Whether the newest revised date was declined, of work that goes on."""
        return self.date_step is DateStep.DECLINED and not self.rag.is_finished

    @property
    def needs_date(self) -> bool:
        """Whether it is overdue with nothing proposed: its lead is asked for a revised date."""
        return self.is_overdue and not self.waits_for_decision

    @property
    def may_propose(self) -> bool:
        """Whether the reader may propose a revised date now."""
        return self.reach_to_propose and not self.rag.is_finished

    @property
    def may_decide(self) -> bool:
        """Whether the reader may decide on the revised date that waits."""
        return self.reach_to_decide and self.waits_for_decision

    @property
    def leads_text(self) -> str:
        """The leads on one line."""
        return self.leads.replace("\n", ", ")

    @property
    def monitors_text(self) -> str:
        """The monitoring leads on one line."""
        return self.monitors.replace("\n", ", ")

    @property
    def lead_names(self) -> list[str]:
        """The action's leads, the accountable one first."""
        return self.leads.split("\n") if self.leads else []


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
    years: tuple[int, ...]
    last_met_on: date | None
    themes: tuple[ThemeRows, ...]
    theme_titles: tuple[tuple[int, str], ...]
    lead_names: tuple[str, ...]
    counts: tuple[tuple[Rag, int], ...]
    attention: Attention
    shown: tuple[int, int]  # actions, sub-actions
    total: tuple[int, int]


_UPDATER = _person.alias()
AGREED, STEP = _date.alias(), _date.alias()

# What a row needs, whichever wording and update it is joined to.
ROW_COLUMNS: tuple[Any, ...] = (
    _action.c.id,
    _action.c.theme_id,
    _action.c.parent_id,
    _action.c.reference,
    _action.c.version,
    _wording.c.title,
    _wording.c.timescale_kind,
    _wording.c.starts_on,
    _wording.c.due_on,
    _wording.c.leads,
    _wording.c.criteria,
    _wording.c.monitors,
    _update.c.rag,
    _update.c.note,
    _update.c.route_to_green,
    _update.c.recorded_at,
    _update.c.recorded_by,
    _update.c.previous_rag,
    _update.c.previous_at,
    AGREED.c.timescale_kind.label("agreed_kind"),
    AGREED.c.starts_on.label("agreed_starts_on"),
    AGREED.c.due_on.label("agreed_due_on"),
    STEP.c.id.label("step_id"),
    STEP.c.step,
    STEP.c.timescale_kind.label("step_kind"),
    STEP.c.starts_on.label("step_starts_on"),
    STEP.c.due_on.label("step_due_on"),
    _UPDATER.c.name.label("updated_by"),
    exists()
    .where(
        _action_lead.c.wording_id == _wording.c.id,
        _action_lead.c.lead_id == _lead.c.id,
        or_(_lead.c.person_id == bindparam("person_id"), _lead.c.team_id == bindparam("team_id")),
    )
    .label("is_mine"),
)

_EARLIER_WORDING, _EARLIER_UPDATE = _wording.alias(), _update.alias()
_EARLIER_AGREED, _EARLIER_STEP = _date.alias(), _date.alias()
# A new date in the plan itself ends what was agreed in place of the one before.
_STILL_AGREED = and_(
    AGREED.c.was_kind == _wording.c.timescale_kind,
    AGREED.c.was_starts_on.is_not_distinct_from(_wording.c.starts_on),
    AGREED.c.was_due_on.is_not_distinct_from(_wording.c.due_on),
)


def _newest(table: Any, *conditions: Any) -> Any:
    """The id of an action's newest row of `table` recorded up to `as_at`."""
    return (
        select(table.c.id)
        .where(table.c.action_id == _action.c.id, table.c.recorded_at <= bindparam("as_at"), *conditions)
        .order_by(table.c.recorded_at.desc(), table.c.id.desc())
        .limit(1)
        .correlate(_action)
        .scalar_subquery()
    )


def joined_today(statement: Select[Any]) -> Select[Any]:
    """`statement` about actions, joined to their newest wording, update and dates by key."""
    return (
        statement.join(_wording, _wording.c.id == _action.c.wording_id)
        .outerjoin(_update, _update.c.id == _action.c.rag_update_id)
        .outerjoin(AGREED, and_(AGREED.c.id == _action.c.date_agreed_id, _STILL_AGREED))
        .outerjoin(STEP, STEP.c.id == _action.c.date_step_id)
        .outerjoin(_UPDATER, _UPDATER.c.id == _update.c.recorded_by)
    )


def joined_as_at(statement: Select[Any]) -> Select[Any]:
    """`statement` about actions, joined to the wording, update and dates that stood at `as_at`."""
    agreed = _newest(_EARLIER_AGREED, _EARLIER_AGREED.c.step == DateStep.AGREED)
    return (
        statement.join(_wording, _wording.c.id == _newest(_EARLIER_WORDING))
        .outerjoin(_update, _update.c.id == _newest(_EARLIER_UPDATE))
        .outerjoin(AGREED, and_(AGREED.c.id == agreed, _STILL_AGREED))
        .outerjoin(STEP, STEP.c.id == _newest(_EARLIER_STEP))
        .outerjoin(_UPDATER, _UPDATER.c.id == _update.c.recorded_by)
        .where(_action.c.added_at <= bindparam("as_at"))
    )


_PLANS = select(
    _plan.c.id,
    _plan.c.year,
    _plan.c.title,
    LAST_MEETING.scalar_subquery().label("last_met_on"),
).order_by(_plan.c.year.desc())

_OF_PLAN = (
    select(*ROW_COLUMNS, _theme.c.position.label("theme_position"), _theme.c.title.label("theme_title"))
    .select_from(_action)
    .join(_theme, and_(_theme.c.id == _action.c.theme_id, _theme.c.plan_id == bindparam("plan_id")))
    .order_by(_theme.c.position, _action.c.position, _action.c.id)
)
_ROWS = joined_today(_OF_PLAN)
_ROWS_AS_AT = joined_as_at(_OF_PLAN)


def plan_page(
    year: int | None, *, filters: Filters, seen_by: Actor, on: date, as_at: datetime | None = None
) -> PlanPage | None:
    """The plan of `year`, else of the year that `on` is in, else the latest; None when there is none.

    With `as_at` it is the plan as it stood at that instant, and nothing in it can be updated.
    """
    plans = db.session.execute(_PLANS, {"kind": GroupKind.STEERING, "before": on}).all()
    plan = _chosen(plans, year, on)
    if plan is None:
        return None
    values = {"plan_id": plan.id, **who(seen_by)}
    since = start_of(plan.last_met_on) if plan.last_met_on else None
    rights = rights_of(seen_by, as_at=as_at)
    if as_at:
        found = db.session.execute(_ROWS_AS_AT, values | {"as_at": as_at}).all()
    else:
        found = db.session.execute(_ROWS, values).all()
    themes: dict[int, tuple[int, str]] = {}
    rows = []
    for record in found:
        themes.setdefault(record.theme_id, (record.theme_position, record.theme_title))
        rows.append(action_row(record, on=on, since=since, rights=rights))
    return _page(plan, plans, themes, rows, filters)


def who(actor: Actor) -> dict[str, int | None]:
    """The parameters that tell a statement whose actions are "mine"."""
    return {"person_id": actor.person_id, "team_id": actor.team_id}


@dataclass(frozen=True, slots=True)
class Rights:
    """How far a reader reaches among the actions: to update, to propose a date, to decide on one."""

    update: Reach | None = None
    propose: Reach | None = None
    decide: Reach | None = None


def rights_of(actor: Actor, *, as_at: datetime | None = None) -> Rights:
    """What `actor` may do; nothing to a plan of the past."""
    if as_at:
        return Rights()
    wanted = (Permission.PLAN_UPDATE, Permission.DATE_PROPOSE, Permission.DATE_AGREE)
    return Rights(*(actor.reach(permission) for permission in wanted))


def _reaches(reach: Reach | None, is_mine: bool) -> bool:
    return reach is not None and (reach is Reach.ALL or is_mine)


def _chosen(plans: Any, year: int | None, on: date) -> Any:
    """The plan of the year asked for; of the year of `on` when none was asked for; else the latest."""
    by_year = {plan.year: plan for plan in plans}
    if year is not None:
        return by_year.get(year)
    return by_year.get(plan_year_of(on)) or (plans[0] if plans else None)


def _page(
    plan: Any, plans: Any, themes: dict[int, tuple[int, str]], rows: list[ActionRow], filters: Filters
) -> PlanPage:
    by_theme: dict[int, list[ActionRow]] = {theme_id: [] for theme_id in themes}
    for row in rows:
        by_theme[row.theme_id].append(row)
    admits = filters.admits
    shown = [
        ThemeRows(
            theme_id,
            *themes[theme_id],
            tuple(row for row in own if admits(row)) if filters.is_set else tuple(own),
            status_counts(row.rag for row in own),
        )
        for theme_id, own in by_theme.items()
    ]
    return PlanPage(
        plan.id,
        plan.year,
        plan.title,
        tuple(p.year for p in plans),
        plan.last_met_on,
        tuple(theme for theme in shown if theme.rows),
        tuple((theme_id, f"{position} {title}") for theme_id, (position, title) in themes.items()),
        tuple(sorted({name for row in rows for name in row.lead_names}, key=str.casefold)),
        status_counts(row.rag for row in rows),
        Attention.of(rows),
        _count(row for theme in shown for row in theme.rows),
        _count(rows),
    )


def _count(rows: Any) -> tuple[int, int]:
    """How many actions and how many sub-actions."""
    actions = subs = 0
    for row in rows:
        if row.is_sub_action:
            subs += 1
        else:
            actions += 1
    return actions, subs


def baseline_of(record: Any) -> Timescale:
    """When the plan itself says that the action of a record of `ROW_COLUMNS` is to be done."""
    return Timescale(record.timescale_kind, record.starts_on, record.due_on)


def agreed_of(record: Any) -> Timescale | None:
    """What was agreed in its place, or None."""
    kind = record.agreed_kind
    return Timescale(kind, record.agreed_starts_on, record.agreed_due_on) if kind else None


def step_of(record: Any) -> Timescale | None:
    """The date that the newest step speaks of, or None."""
    kind = record.step_kind
    return Timescale(kind, record.step_starts_on, record.step_due_on) if kind else None


def action_row(record: Any, *, on: date, since: datetime | None, rights: Rights) -> ActionRow:
    """A record of `ROW_COLUMNS` as the plan prints it on a day; `rights` are the reader's."""
    rag = record.rag or Rag.NOT_STARTED
    baseline, agreed, step = baseline_of(record), agreed_of(record), step_of(record)
    in_force, is_mine = agreed or baseline, bool(record.is_mine)
    return ActionRow(
        record.id,
        record.theme_id,
        record.parent_id is not None,
        record.reference,
        record.version,
        record.title,
        baseline.text,
        agreed.text if agreed else "",
        in_force.due_on,
        in_force.is_overdue(on=on),
        record.step_id or 0,
        record.step,
        step.text if step else "",
        record.leads,
        record.criteria,
        record.monitors,
        rag,
        record.note or "",
        record.route_to_green or "",
        record.recorded_at,
        record.updated_by or "",
        travel(record.previous_rag, rag, record.previous_at),
        is_stale(rag, record.recorded_at, since=since),
        _reaches(rights.update, is_mine),
        _reaches(rights.propose, is_mine),
        _reaches(rights.decide, is_mine),
    )


def travel(before: Rag | None, after: Rag, before_at: datetime | None) -> str:
    """The direction of travel, said only of work that goes on and whose status moved."""
    if before is None or before is after or before_at is None or after.is_finished:
        return ""
    return movement(before, after, since=month_name(london_date(before_at)))


# The plan that is shown where none is asked for; takes `year`, the one that the day is in.
_ANY_PLAN = _plan.alias()
PRESENT_PLAN = (
    select(_ANY_PLAN.c.id)
    .order_by((_ANY_PLAN.c.year == bindparam("year")).desc(), _ANY_PLAN.c.year.desc())
    .limit(1)
    .scalar_subquery()
)
