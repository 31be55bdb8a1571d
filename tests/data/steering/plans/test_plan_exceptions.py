"""What a chair looks at first: what is red and why, and what has another status than when the group last met."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.engines import NOW
from tests.support.groups import group_id
from tests.support.plans import TODAY, action_id, actor, rag_update
from tests.support.present import the
from wfsite.core.clock import end_of_day
from wfsite.core.groups import GroupKind
from wfsite.core.paging import First
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.groups.models import Group, Meeting
from wfsite.groups.queries import met_before_on
from wfsite.people.models import Person
from wfsite.steering.plans import queries
from wfsite.steering.plans.exception_queries import leads_gone, plan_exceptions
from wfsite.steering.plans.models import RagUpdate
from wfsite.steering.plans.queries import Filters
from wfsite.steering.plans.row_rules import ActionRow

pytestmark = pytest.mark.usefixtures("context")


def rows(as_at: datetime | None = None, on: date = TODAY) -> dict[str, ActionRow]:
    plan = the(queries.plan_page(2025, filters=Filters(), seen_by=actor("chair"), on=on, as_at=as_at))
    return {row.reference: row for theme in plan.themes for row in theme.rows}


def test_red_is_what_the_plan_shows_as_red_with_its_reason() -> None:
    found = plan_exceptions(on=TODAY, most=99)
    red = {reference: row.note for reference, row in rows().items() if row.rag is Rag.RED}
    assert {row.reference: row.note for row in found.red.shown} == red and red
    assert found.red.total == len(red)
    few = plan_exceptions(on=TODAY, most=1)
    assert (len(few.red.shown), few.red.total) == (1, len(red))


def moved_by_the_plan_itself() -> dict[str, tuple[Rag, Rag]]:
    """Today's plan beside the plan as it stood at the end of the day before the meeting."""
    met_on = the(met_before_on(group_id(), before=TODAY))
    day = met_on - timedelta(days=1)
    then = rows(as_at=end_of_day(day), on=day)
    return {
        reference: (then[reference].rag if reference in then else Rag.NOT_STARTED, row.rag)
        for reference, row in rows().items()
        if (then[reference].rag if reference in then else Rag.NOT_STARTED) is not row.rag
    }


def moved() -> dict[str, tuple[Rag, Rag]]:
    """Those that moved, red ones among them: these stand with the red, and nothing stands twice."""
    found = plan_exceptions(on=TODAY, most=99)
    assert not {row.id for row in found.red.shown} & {row.id for row in found.moved.shown}
    both = [*found.moved.shown, *(row for row in found.red.shown if row.before is not row.rag)]
    return {row.reference: (row.before, row.rag) for row in both}


def test_moved_is_the_difference_between_two_plans() -> None:
    assert moved() == moved_by_the_plan_itself()
    assert moved()
    reference = next(r for r, row in rows().items() if row.rag is Rag.GREEN and r not in moved())
    rag_update(action_id(reference), Rag.AMBER)
    rag_update(action_id(reference), Rag.RED, at=NOW + timedelta(minutes=1))
    assert moved()[reference] == (Rag.GREEN, Rag.RED)  # not from Amber, which the last meeting never saw
    rag_update(action_id(reference), Rag.GREEN, at=NOW + timedelta(minutes=2))
    assert reference not in moved()
    assert moved() == moved_by_the_plan_itself()


def test_before_the_first_meeting_nothing_has_moved() -> None:
    group = db.session.scalar(select(Group.id).where(Group.kind == GroupKind.STEERING))
    for meeting in db.session.scalars(select(Meeting).where(Meeting.group_id == group)):
        db.session.delete(meeting)
    db.session.flush()
    assert plan_exceptions(on=TODAY, most=99).moved == First()


def test_a_plan_without_red() -> None:
    db.session.execute(update(RagUpdate).values(rag=Rag.GREEN, previous_rag=None))
    assert plan_exceptions(on=TODAY, most=99).red == First()


def test_an_action_whose_lead_has_left_is_named_until_it_is_finished() -> None:
    assert leads_gone(actor("secretary"), on=TODAY, most=99) == First()
    person = db.session.scalars(select(Person).where(Person.email == "manager@demo.example")).one()
    person.active = False
    db.session.flush()
    found = leads_gone(actor("secretary"), on=TODAY, most=99).shown
    mine = {r for r, row in rows().items() if "Martin Hale" in row.lead_names and not row.rag.is_finished}
    assert {one.reference for one in found} == mine and len(mine) > 1
    assert {one.lead for one in found} == {"Martin Hale"}
    assert leads_gone(actor("secretary"), on=TODAY, most=1) == First(found[:1], len(mine))
    rag_update(action_id(found[0].reference), Rag.COMPLETE)
    assert found[0].reference not in {one.reference for one in leads_gone(actor("secretary"), on=TODAY, most=99).shown}
