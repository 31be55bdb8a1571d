"""The exceptions of the present plan, as its chair looks at them: what is red and why, what moved since last time."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from wfsite.core.actor import Actor
from wfsite.core.paging import First
from wfsite.core.permissions import Permission
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.reading import ReadFirst
from wfsite.people.models import Person
from wfsite.steering.plans.models import UPDATES, Action, ActionLead, ActionWording, Lead, RagUpdate, Theme
from wfsite.steering.plans.queries import PRESENT_GROUP, PRESENT_PLAN
from wfsite.steering.plans.row_queries import RAG, joined_today, reach_values, reached, since_meeting
from wfsite.steering.plans.rules import plan_year_of

_action, _theme = table_of(Action), table_of(Theme)
_wording, _update = table_of(ActionWording), table_of(RagUpdate)
_action_lead, _lead, _person = table_of(ActionLead), table_of(Lead), table_of(Person)
_earlier = _update.alias()


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An action that stands out: its status, what it was when the group last met, and what was said of it last."""

    id: int
    reference: str
    title: str
    rag: Rag
    before: Rag
    note: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanExceptions:
    """What is red, and what else has another status than when the group last met."""

    red: First[ExceptionRow]
    moved: First[ExceptionRow]


_SINCE_MEETING = since_meeting(PRESENT_GROUP)
_WAS = (
    select(_earlier.c.rag)
    .where(_earlier.c.id == UPDATES.newest(_action.c.id, before=_SINCE_MEETING))
    .correlate(_action)
    .scalar_subquery()
)
_BEFORE = func.coalesce(_WAS, Rag.NOT_STARTED)


def _exceptions(*where: ColumnElement[bool]) -> ReadFirst[ExceptionRow]:
    """The actions of the present plan that stand out, the worst status first, the latest word first among these."""
    statement = select(
        _action.c.id,
        _action.c.reference,
        _wording.c.title,
        RAG,
        _BEFORE.label("before"),
        func.coalesce(_update.c.note, "").label("note"),
        _update.c.recorded_at.label("updated_at"),
    ).select_from(_action)
    rank = case({rag: rag.rank for rag in Rag}, value=RAG.element)
    return ReadFirst(
        ExceptionRow,
        joined_today(statement.join(_theme, _theme.c.id == _action.c.theme_id))
        .where(_theme.c.plan_id == PRESENT_PLAN, *where)
        .order_by(rank, _update.c.recorded_at.desc(), _theme.c.position, _action.c.position, _action.c.id),
    )


_READ_RED = _exceptions(RAG.element == Rag.RED)
_READ_MOVED = _exceptions(_update.c.recorded_at >= _SINCE_MEETING, RAG.element != _BEFORE, RAG.element != Rag.RED)


def plan_exceptions(*, on: date, most: int) -> PlanExceptions:
    """What is red in the present plan, and what else has another status than when the group last met; `most` each."""
    values = {"year": plan_year_of(on), "before": on}
    return PlanExceptions(_READ_RED.few(values, most=most), _READ_MOVED.few(values, most=most))


@dataclass(frozen=True, slots=True)
class LeadGone:
    """An unfinished action of whose leads somebody has left."""

    id: int
    reference: str
    title: str
    lead: str


_READ_GONE = ReadFirst(
    LeadGone,
    joined_today(
        select(
            _action.c.id,
            _action.c.reference,
            _wording.c.title,
            func.min(_lead.c.name).label("lead"),
        )
        .select_from(_action)
        .join(_theme, _theme.c.id == _action.c.theme_id)
        .join(_action_lead, and_(_action_lead.c.wording_id == _action.c.wording_id, _action_lead.c.monitors.is_(False)))
        .join(_lead, _lead.c.id == _action_lead.c.lead_id)
        .join(_person, and_(_person.c.id == _lead.c.person_id, _person.c.active.is_(False)))
    )
    .where(
        _theme.c.plan_id == PRESENT_PLAN,
        reached(PRESENT_GROUP),
        RAG.element.not_in([rag for rag in Rag if rag.is_finished]),
    )
    .group_by(_action.c.id, _action.c.reference, _wording.c.title, _theme.c.position, _action.c.position)
    .order_by(_theme.c.position, _action.c.position, _action.c.id),
)


def leads_gone(actor: Actor, *, on: date, most: int) -> First[LeadGone]:
    """The unfinished actions of the present plan of whose leads somebody's account is closed, in the plan's order.

    Only for who may import that plan, and so give them another lead.
    """
    if not actor.can(Permission.PLAN_IMPORT):
        return First()
    groups = actor.groups_for(Permission.PLAN_IMPORT)
    return _READ_GONE.few({"year": plan_year_of(on), **reach_values(groups)}, most=most)
