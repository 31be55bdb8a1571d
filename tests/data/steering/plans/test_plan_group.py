"""Whose plan it is: by whose meetings it is judged, who imports it, and who takes it over."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.data.steering.plans.test_revised_dates import REFERENCE, propose
from tests.support.groups import STEERING, TRAINING, add_group, sit
from tests.support.plans import TODAY, action_id, actor, confirm, upload
from wfsite.core.errors import Missing, RuleBroken
from wfsite.extensions import db
from wfsite.groups.models import Group, Meeting
from wfsite.steering.plans.action_queries import action_page, action_to_decide, action_to_update
from wfsite.steering.plans.exception_queries import leads_gone
from wfsite.steering.plans.front_door import dates_to_decide_open
from wfsite.steering.plans.headline_queries import plan_headlines
from wfsite.steering.plans.models import Plan
from wfsite.steering.plans.own_queries import dates_to_decide
from wfsite.steering.plans.queries import Filters, importing_groups, plan_page

pytestmark = pytest.mark.usefixtures("context")

FILE = """Theme and action,Timescales,Leads,Success criteria/key measurables,Monitoring lead
A theme,,,,
Do it,March 2031,Martin Hale,It is done,Martin Hale
"""


def _whose(year):
    return db.session.scalar(select(Plan.group_id).where(Plan.year == year))


def _import(year):
    upload_id, checked = upload(FILE.encode(), year=year)
    assert checked.is_good, checked.errors
    confirm(upload_id, checked.fingerprint)


def _end(group):
    db.session.execute(update(Group).where(Group.id == group).values(ended_on=TODAY))


def test_a_new_plan_is_the_oldest_open_steering_groups():
    add_group("Another")
    _import(2030)
    assert _whose(2030) == STEERING


def test_of_a_group_that_ended_the_one_in_its_place_takes_the_plan():
    other = add_group("Another")
    _end(STEERING)
    groups = importing_groups(on=TODAY)
    assert (groups.group_of(2025), groups.group_of(2030)) == (other, other)
    assert plan_page(2025, filters=Filters(), seen_by=actor("staff"), on=TODAY).importing_id == other
    _import(2025)
    assert _whose(2025) == other


def test_without_a_steering_group_there_is_nobody_whose_plan_it_would_be():
    _end(STEERING)
    assert importing_groups(on=TODAY).group_of(2030) is None
    with pytest.raises(RuleBroken, match="No steering group is set up"):
        _import(2030)


def test_the_secretary_of_another_group_reads_and_changes_nothing(context):
    propose()
    sit("staff", TRAINING)
    found, by = action_id(REFERENCE), actor("staff")
    row = action_page(found, seen_by=by, on=TODAY).row
    assert (row.may_update, row.reach_to_propose, row.reach_to_decide) == (False, False, False)
    for read in (action_to_update, action_to_decide):
        with pytest.raises(Missing):
            read(found, seen_by=by, on=TODAY)
    assert (
        dates_to_decide(by, on=TODAY, most=9).total == 0 < dates_to_decide(actor("secretary"), on=TODAY, most=9).total
    )
    assert dates_to_decide_open([found], seen_by=by, on=TODAY) == {}
    assert leads_gone(by, on=TODAY, most=9).total == 0


@pytest.mark.parametrize("days", [1, 400])
def test_last_time_is_the_meeting_of_the_plans_own_group(days):
    other, met_on = add_group("Another"), TODAY - timedelta(days=days)
    before = plan_headlines(on=TODAY)
    db.session.add(Meeting(group_id=other, held_on=met_on))
    db.session.flush()
    assert plan_headlines(on=TODAY) == before
    db.session.execute(update(Plan).values(group_id=other))
    assert plan_headlines(on=TODAY).met_before_on == met_on
    page = plan_page(2025, filters=Filters(), seen_by=actor("secretary"), on=TODAY)
    rows = [row for theme in page.themes for row in theme.rows]
    assert {page.met_before_on, *(row.met_before_on for row in rows)} == {met_on}
    assert plan_headlines(on=TODAY).attention == page.attention
    assert page.attention.stale and (page.attention.stale > before.attention.stale) == (days == 1)
