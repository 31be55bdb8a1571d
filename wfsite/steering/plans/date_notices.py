"""Who is told of a revised date: of a proposal those who may decide, of the decision who asked for it and the leads."""

from datetime import date, datetime

from sqlalchemy import and_, bindparam, or_, select

from wfsite.core.clock import london_date
from wfsite.core.permissions import Permission, Reach
from wfsite.core.words import brief
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.seat_queries import people_who_can_for
from wfsite.outbox.services import Told, notice_add, notices_end
from wfsite.people.models import Person
from wfsite.people.queries import people_who_can
from wfsite.steering.plans.action_queries import ActionPage
from wfsite.steering.plans.models import Action, ActionLead, Lead
from wfsite.steering.plans.row_rules import ActionRow

# The kinds of things that these notices are about; the id of either is the action's.
DATE_TO_DECIDE = "date-to-decide"
DATE_DECIDED = "date-decided"

_action, _action_lead, _lead = table_of(Action), table_of(ActionLead), table_of(Lead)
_person = table_of(Person)
# As the plan has "mine": named as lead or monitoring lead, oneself or by one's team.
_LEADS = (
    select(_person.c.id)
    .select_from(_action)
    .join(_action_lead, _action_lead.c.wording_id == _action.c.wording_id)
    .join(_lead, _lead.c.id == _action_lead.c.lead_id)
    .join(
        _person,
        and_(_person.c.active, or_(_person.c.id == _lead.c.person_id, _person.c.team_id == _lead.c.team_id)),
    )
    .where(_action.c.id == bindparam("action_id"))
    .distinct()
)


def tell_proposed(found: ActionPage, *, by_id: int, at: datetime) -> None:
    """A date is proposed: whoever may decide is told, and what was decided before is nothing to be seen any longer."""
    if found.newest is None:
        return
    row, step = found.row, found.newest
    words = f"{step.sentence}. Timescale now: {row.in_force}. Why: {brief(step.reason)}"
    deciders = people_who_can_for(Permission.DATE_AGREE, row.group_id, on=london_date(at)) - {by_id}
    notice_add(deciders, Told(DATE_TO_DECIDE, row.id, _title(found), words), at=at)
    notices_end(DATE_DECIDED, row.id, at=at)


def tell_decided(found: ActionPage, *, proposed_by: int | None, by_id: int, at: datetime) -> None:
    """A date is decided: whoever asked for it and the leads are told, and no other decider needs to look."""
    if found.newest is None:
        return
    row, step = found.row, found.newest
    words = f"{step.sentence}." + (f" Why: {brief(step.reason)}" if step.reason else "")
    people = _leads(row, on=london_date(at)) | ({proposed_by} if proposed_by else set())
    notices_end(DATE_TO_DECIDE, row.id, at=at)
    notice_add(people - {by_id}, Told(DATE_DECIDED, row.id, _title(found), words), at=at)


def _title(found: ActionPage) -> str:
    return f"{found.row.reference} {found.row.title}"


def _leads(row: ActionRow, *, on: date) -> frozenset[int]:
    """Who leads or watches an action and may propose dates for it, by their roles or by their seat."""
    led_by = frozenset(db.session.scalars(_LEADS, {"action_id": row.id}))
    by_seat = people_who_can_for(Permission.DATE_PROPOSE, row.group_id, on=on)
    return led_by & (people_who_can(Permission.DATE_PROPOSE, Reach.OWN) | by_seat)
