"""Seats as the rest of the site reads them: whose they are today, and who by them may do something for a group."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select

from wfsite.core.groups import seats_of
from wfsite.core.permissions import Permission, Reach, hats_with
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember
from wfsite.groups.queries import is_open
from wfsite.people.models import Person
from wfsite.people.queries import people_who_can

_group, _seat, _person = table_of(Group), table_of(GroupMember), table_of(Person)
_ON: BindParameter[date] = bindparam("on")
# A seat is held from its first day up to the day before `to_on`.
HELD = and_(_seat.c.from_on <= _ON, or_(_seat.c.to_on.is_(None), _seat.c.to_on > _ON))


def with_seats(statement: Select[*tuple[Any, ...]], person_id: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """`statement` about a person, with each seat that they hold on the day `on`, as `people/loading.py` asks for it.

    Two joins rather than one of both tables, which SQLite would make a list of first.
    """
    return (
        statement.add_columns(
            _group.c.id.label("seat_group_id"), _group.c.kind.label("seat_kind"), _seat.c.role.label("seat_role")
        )
        .outerjoin(_seat, and_(_seat.c.person_id == person_id, HELD))
        .outerjoin(_group, and_(_group.c.id == _seat.c.group_id, is_open(_group)))
    )


_SEATED = (
    select(_seat.c.person_id)
    .join(_person, and_(_person.c.id == _seat.c.person_id, _person.c.active))
    .join(_group, and_(_group.c.id == _seat.c.group_id, is_open(_group)))
    .where(_seat.c.group_id == bindparam("group_id"), HELD, _seat.c.role.in_(bindparam("roles", expanding=True)))
)


def people_who_can_for(permission: Permission, group_id: int | None, *, on: date) -> frozenset[int]:
    """Who may do so for that group on a day: who may for all, and who sits on it in a role that gives it."""
    roles = seats_of(hats_with(permission))
    seated = db.session.scalars(_SEATED, {"group_id": group_id, "on": on, "roles": list(roles)}) if roles else ()
    return people_who_can(permission, Reach.ALL) | frozenset(seated)
