"""How the rows of actions are read: their columns, and what they are joined to today or on another day."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from wfsite.core.actor import Actor
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.dated import Dated
from wfsite.db.london import london_midnight
from wfsite.groups.queries import met_before
from wfsite.people.models import Person
from wfsite.steering.plans.date_rules import DateStep
from wfsite.steering.plans.models import (
    DATES,
    PLACINGS,
    THEME_WORDINGS,
    UPDATES,
    WORDINGS,
    Action,
    ActionLead,
    ActionPlacing,
    ActionWording,
    Lead,
    RagUpdate,
    RevisedDate,
    Theme,
    ThemeWording,
)

_action, _theme = table_of(Action), table_of(Theme)
_action_lead, _lead = table_of(ActionLead), table_of(Lead)
_wording, _update = table_of(ActionWording), table_of(RagUpdate)
_date, _person = table_of(RevisedDate), table_of(Person)
_placing, _theme_wording = table_of(ActionPlacing), table_of(ThemeWording)
_updater, AGREED, STEP = _person.alias(), _date.alias(), _date.alias()


def who(actor: Actor) -> dict[str, int | None]:
    """The parameters that tell a statement whose actions are "mine"."""
    return {"person_id": actor.person_id, "team_id": actor.team_id}


RAG = func.coalesce(_update.c.rag, Rag.NOT_STARTED).label("rag")
_REST: tuple[ColumnElement[Any], ...] = (
    _action.c.version,
    _wording.c.title,
    _wording.c.timescale_kind.label("plan_kind"),
    _wording.c.starts_on.label("plan_starts_on"),
    _wording.c.due_on.label("plan_due_on"),
    _wording.c.leads,
    _wording.c.criteria,
    _wording.c.monitors,
    RAG,
    func.coalesce(_update.c.note, "").label("note"),
    func.coalesce(_update.c.route_to_green, "").label("route_to_green"),
    _update.c.recorded_at.label("updated_at"),
    _update.c.recorded_by.label("updated_by_id"),
    func.coalesce(_updater.c.name, "").label("updated_by"),
    _update.c.previous_rag,
    _update.c.previous_at,
    AGREED.c.timescale_kind.label("agreed_kind"),
    AGREED.c.starts_on.label("agreed_starts_on"),
    AGREED.c.due_on.label("agreed_due_on"),
    func.coalesce(STEP.c.id, 0).label("date_step_id"),
    STEP.c.step.label("date_step"),
    STEP.c.timescale_kind.label("step_kind"),
    STEP.c.starts_on.label("step_starts_on"),
    STEP.c.due_on.label("step_due_on"),
    exists()
    .where(
        _action_lead.c.wording_id == _wording.c.id,
        _action_lead.c.lead_id == _lead.c.id,
        or_(_lead.c.person_id == bindparam("person_id"), _lead.c.team_id == bindparam("team_id")),
    )
    .label("is_mine"),
)


def row_columns(group_id: ColumnElement[int], *, as_at: bool = False) -> tuple[ColumnElement[Any], ...]:
    """`ActionRow`'s fields in their order, whichever wording, update and dates the actions are joined to.

    `group_id` is the group whose plan it is. What an action and its theme say themselves is where they stand today.
    """
    placing: FromClause = _placing if as_at else _action
    theme: FromClause = _theme_wording if as_at else _theme
    return (
        _action.c.id,
        group_id.label("group_id"),
        placing.c.theme_id,
        theme.c.position.label("theme_position"),
        theme.c.title.label("theme_title"),
        placing.c.parent_id,
        placing.c.reference,
        *_REST,
        met_before(group_id).label("met_before_on"),
    )


IN_PLAN_ORDER = (_theme.c.position, _action.c.position, _action.c.id)
IN_PLAN_ORDER_AS_AT = (_theme_wording.c.position, _placing.c.position, _action.c.id)
# The date in force, as `ActionRow.timescale_in_force` has it.
KIND_IN_FORCE = func.coalesce(AGREED.c.timescale_kind, _wording.c.timescale_kind)
DUE_IN_FORCE = func.coalesce(AGREED.c.due_on, _wording.c.due_on)


def since_meeting(group_id: ColumnElement[int]) -> ScalarSelect[datetime]:
    """When the day of a group's last meeting began; NULL before the first."""
    return select(london_midnight(met_before(group_id))).scalar_subquery()


def was_silent(group_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether nobody has said a word since then, as `rules.is_stale` has it of unfinished work."""
    since = since_meeting(group_id)
    return and_(since.is_not(None), or_(_update.c.recorded_at.is_(None), _update.c.recorded_at < since))


def reached(group_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a group is one of those for which somebody may do something; takes the values of `reach_values`."""
    return or_(bindparam("all_groups", type_=Boolean), group_id.in_(bindparam("groups", expanding=True)))


def reach_values(groups: frozenset[int] | None) -> dict[str, object]:
    """What `reached` needs of `Actor.groups_for`."""
    return {"all_groups": groups is None, "groups": sorted(groups or ())}


# A new date in the plan itself ends what was agreed in place of the one before.
_STILL_AGREED = and_(
    AGREED.c.was_kind == _wording.c.timescale_kind,
    AGREED.c.was_starts_on.is_not_distinct_from(_wording.c.starts_on),
    AGREED.c.was_due_on.is_not_distinct_from(_wording.c.due_on),
)


def _newest(facts: Dated, **only: Any) -> ScalarSelect[int]:
    """The id of an action's newest fact recorded up to `as_at`."""
    return facts.newest(_action.c.id, up_to=bindparam("as_at"), **only)


def joined_today(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """`statement` about actions, joined to their newest wording, update and dates by key."""
    return (
        statement.join(_wording, _wording.c.id == _action.c.wording_id)
        .outerjoin(_update, _update.c.id == _action.c.rag_update_id)
        .outerjoin(AGREED, and_(AGREED.c.id == _action.c.date_agreed_id, _STILL_AGREED))
        .outerjoin(STEP, STEP.c.id == _action.c.date_step_id)
        .outerjoin(_updater, _updater.c.id == _update.c.recorded_by)
    )


def joined_as_at(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """`statement` about actions, joined to the place, theme, wording, update and dates that stood at `as_at`."""
    agreed = _newest(DATES, step=DateStep.AGREED)
    theme_wording = THEME_WORDINGS.newest(_placing.c.theme_id, up_to=bindparam("as_at"))
    return (
        statement.join(_placing, _placing.c.id == _newest(PLACINGS))
        .join(_theme_wording, _theme_wording.c.id == theme_wording)
        .join(_wording, _wording.c.id == _newest(WORDINGS))
        .outerjoin(_update, _update.c.id == _newest(UPDATES))
        .outerjoin(AGREED, and_(AGREED.c.id == agreed, _STILL_AGREED))
        .outerjoin(STEP, STEP.c.id == _newest(DATES))
        .outerjoin(_updater, _updater.c.id == _update.c.recorded_by)
        .where(_action.c.added_at <= bindparam("as_at"))
    )
