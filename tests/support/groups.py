"""What tests of groups need: their ids, a second one of a kind, and somebody who sits on one."""

from datetime import date

from sqlalchemy import select

from wfsite.core.groups import GroupKind, GroupRole
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember
from wfsite.people.models import Person

# The demo's groups, in the order in which it adds them.
IMPROVEMENT, STEERING, TRAINING = 1, 2, 3
LONG_AGO = date(2024, 4, 1)


def group_id(kind: GroupKind = GroupKind.STEERING) -> int:
    """The id of the demo's group of a kind."""
    found = db.session.scalar(select(Group.id).where(Group.kind == kind).order_by(Group.id).limit(1))
    assert found
    return found


def add_group(name: str, kind: GroupKind = GroupKind.STEERING, *, ended_on: date | None = None) -> int:
    """Another group of a kind; returns its id."""
    group = Group(kind=kind, name=name, cadence="monthly", ended_on=ended_on)
    db.session.add(group)
    db.session.flush()
    return group.id


def sit(
    account: str,
    group: int,
    role: GroupRole = GroupRole.SECRETARY,
    *,
    from_on: date = LONG_AGO,
    to_on: date | None = None,
) -> int:
    """Give somebody a seat on a group; returns its id."""
    person = db.session.scalar(select(Person.id).where(Person.email == f"{account}@{DOMAIN}"))
    assert person
    seat = GroupMember(group_id=group, person_id=person, role=role, from_on=from_on, to_on=to_on)
    db.session.add(seat)
    db.session.flush()
    return seat.id
