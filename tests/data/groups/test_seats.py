"""Seats as they are loaded with who acts, and who may act for a group by them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.groups import IMPROVEMENT, STEERING, TRAINING, add_group, sit
from tests.support.plans import TODAY, actor, seats_of_person
from wfsite.core.actor import Seat
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.permissions import Permission
from wfsite.extensions import db
from wfsite.groups.models import Group
from wfsite.groups.seat_queries import people_who_can_for
from wfsite.people.models import Person

pytestmark = pytest.mark.usefixtures("context")

DAY = timedelta(days=1)
DECIDE, MANAGE = Permission.DATE_AGREE, Permission.GROUP_MANAGE


def _id(account):
    return actor(account).person_id


def test_the_seats_of_today_are_those_of_open_groups():
    other, gone = add_group("Another"), add_group("Gone", ended_on=TODAY)
    sit("staff", other, GroupRole.CHAIR)
    sit("staff", gone)
    sit("staff", STEERING, to_on=TODAY)
    sit("staff", TRAINING, from_on=TODAY + DAY)
    assert seats_of_person(_id("staff")) == (Seat(other, GroupKind.STEERING, GroupRole.CHAIR),)
    yesterday = {seat.group_id for seat in seats_of_person(_id("staff"), on=TODAY - DAY)}
    assert yesterday == {other, gone, STEERING}


def test_who_may_act_for_a_group_sits_on_it_or_may_for_all():
    secretary, admin, staff = _id("secretary"), _id("admin"), _id("staff")
    sit("staff", TRAINING)
    sit("manager", STEERING, GroupRole.CHAIR, from_on=TODAY - DAY)
    assert people_who_can_for(DECIDE, STEERING, on=TODAY) == {secretary}
    assert people_who_can_for(DECIDE, TRAINING, on=TODAY) == {secretary, staff}
    assert people_who_can_for(MANAGE, STEERING, on=TODAY) == {secretary, admin}
    assert people_who_can_for(DECIDE, None, on=TODAY) == set()
    db.session.execute(update(Person).where(Person.id == staff).values(active=False))
    db.session.execute(update(Group).where(Group.id == IMPROVEMENT).values(ended_on=TODAY))
    assert people_who_can_for(DECIDE, TRAINING, on=TODAY) == {secretary}
    assert people_who_can_for(DECIDE, IMPROVEMENT, on=TODAY) == set()


def test_who_acts_as_loaded_agrees_with_who_may_act():
    """The two readings of a seat, for one person and for one group, say the same."""
    sit("staff", add_group("Another"), GroupRole.SECRETARY)
    accounts = ("secretary", "chair", "staff", "admin", "manager")
    for group in db.session.query(Group.id).order_by(Group.id):
        for permission in (DECIDE, MANAGE, Permission.PLAN_IMPORT):
            by_group = people_who_can_for(permission, group.id, on=TODAY)
            assert {_id(one) for one in accounts if actor(one).can_for(permission, group.id)} == by_group
