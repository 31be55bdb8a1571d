"""Seats on a group: one at a time for a person, nothing overwritten, twice is once, also when two come at once."""

from datetime import date, timedelta

import pytest

from tests.support.engines import NOW
from tests.support.groups import TRAINING
from tests.support.plans import actor
from tests.support.waiting import second_of_two
from wfsite.core.clock import london_date
from wfsite.core.errors import RuleBroken
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.extensions import db
from wfsite.groups import queries, services
from wfsite.groups.models import GroupMember

pytestmark = pytest.mark.usefixtures("context")

KIND, GROUP = GroupKind.TRAINING, TRAINING
TODAY = london_date(NOW)


def add(role=GroupRole.ADVISER, represents="", from_on=TODAY, email="data@demo.example"):
    by = actor("secretary")
    return services.member_add(GROUP, email=email, role=role, represents=represents, from_on=from_on, by=by, on=TODAY)


def end(seat):
    return services.member_end(GROUP, seat, by=actor("secretary"), on=TODAY)


def seats(name="Owen Pritchard"):
    group = queries.group_page(GROUP, on=TODAY)
    return [(seat.role, seat.represents, seat.from_on) for seat in (*group.members, *group.coming) if seat.name == name]


def test_an_open_seat_is_never_overwritten():
    add()
    for other in ({"role": GroupRole.CHAIR}, {"represents": "Alder College"}, {"from_on": TODAY + timedelta(days=9)}):
        with pytest.raises(RuleBroken) as refused:
            add(**other)
        assert refused.value.messages == {
            "email": "Owen Pritchard is already on this group as Adviser since 10 March 2026. End that first"
        }
    assert seats() == [(GroupRole.ADVISER, "", TODAY)]


def test_the_same_again_is_once():
    assert add() == add()
    assert seats() == [(GroupRole.ADVISER, "", TODAY)]


def test_a_seat_that_begins_later_is_in_the_way_too():
    later = date(2026, 12, 1)
    add(from_on=later)
    with pytest.raises(
        RuleBroken, match=r"Owen Pritchard is to join this group as Adviser on 1 December 2026. End that"
    ):
        add(GroupRole.CHAIR)
    assert seats() == [(GroupRole.ADVISER, "", later)]


def test_a_seat_ended_today_makes_room_from_today():
    for role in (GroupRole.ADVISER, GroupRole.CHAIR, GroupRole.ADVISER):
        end(add(role))
        assert seats() == []
    add(GroupRole.DEPUTY)
    assert seats() == [(GroupRole.DEPUTY, "", TODAY)]


def test_a_new_seat_does_not_begin_before_the_last_one_ended():
    end(add(from_on=TODAY - timedelta(days=9)))
    with pytest.raises(RuleBroken) as refused:
        add(GroupRole.CHAIR, from_on=TODAY - timedelta(days=1))
    words = "Owen Pritchard was on this group as Adviser until 10 March 2026. Enter that day or a later one"
    assert refused.value.messages == {"from_on": words}


def test_a_seat_ended_before_it_began_never_was():
    seat = add(from_on=date(2026, 12, 1))
    for _ in range(2):
        end(seat)
    assert seats() == []
    assert "Owen Pritchard" not in [m.name for m in queries.group_page(GROUP, on=date(2026, 12, 1)).members]


def test_of_two_secretaries_the_second_is_told(site):
    came_to = second_of_two(site, add, lambda: add(GroupRole.CHAIR, from_on=TODAY - timedelta(days=9)))
    assert came_to == "RuleBroken"
    assert seats() == [(GroupRole.ADVISER, "", TODAY)]


def test_of_two_who_send_the_same_both_are_done_and_there_is_one(site):
    assert second_of_two(site, add, add) == "done"
    person = [row.person_id for row in db.session.query(GroupMember).filter(GroupMember.group_id == GROUP)]
    assert len(person) == len(set(person)) == 5


def test_the_list_of_groups_counts_who_sits_there_today():
    def count():
        return next(line.members for line in queries.group_list(on=TODAY) if line.kind is KIND)

    before = count()
    add(from_on=date(2026, 12, 1))
    assert count() == before
    seat = add(email="survey@demo.example")
    assert count() == before + 1
    end(seat)
    assert count() == before
