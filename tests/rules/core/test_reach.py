"""How far grants go: the reaches that widen, and GROUP beside them, which somebody's seats give."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from wfsite.core import permissions
from wfsite.core.actor import Actor, Seat
from wfsite.core.groups import GroupKind, GroupRole, seats_of
from wfsite.core.permissions import WIDENING, Permission, Reach, Role, hats_with, reach_of, roles_with

OWN, TEAM, AGENCY, ALL, GROUP = Reach.OWN, Reach.TEAM, Reach.AGENCY, Reach.ALL, Reach.GROUP
DO, READ = Permission.GROUP_MANAGE, Permission.PLAN_READ
NOBODY = Actor(1, "A person", "", None, None, frozenset())


def sits(*seats: tuple[int, GroupRole], roles: Iterable[Role] = ()) -> Actor:
    """Somebody who sits on groups: (group id, what they are there)."""
    held = tuple(Seat(group_id, GroupKind.STEERING, role) for group_id, role in seats)
    return replace(NOBODY, roles=frozenset(roles), seats=held)


@pytest.fixture(autouse=True)
def granted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table in which only the secretary's seat gives one thing, and the administrator has it for all."""
    table = {role: dict(grants) for role, grants in permissions.GRANTS.items()}
    for grants in table.values():
        grants.pop(DO, None)
    table[Role.SECRETARY][DO], table[Role.ADMINISTRATOR][DO] = GROUP, ALL
    monkeypatch.setattr(permissions, "GRANTS", table)
    monkeypatch.setattr("wfsite.core.actor._reach_of", reach_of)
    monkeypatch.setattr("wfsite.core.actor._hats_with", hats_with)


def test_reaches_cannot_be_compared_but_by_what_they_cover() -> None:
    with pytest.raises(TypeError):
        assert GROUP < ALL  # type: ignore[operator]  # that it has no order is the point
    covered = {wide: {asked for asked in Reach if wide.covers(asked)} for wide in Reach}
    assert covered == {
        OWN: {OWN},
        TEAM: {OWN, TEAM},
        AGENCY: {OWN, TEAM, AGENCY},
        ALL: set(Reach),
        GROUP: {OWN, GROUP},
    }
    assert set(WIDENING) == set(Reach) - {GROUP}


def test_a_seat_reaches_its_own_group_and_no_other() -> None:
    actor = sits((7, GroupRole.SECRETARY))
    assert (actor.reach(DO), actor.groups_for(DO)) == (None, frozenset({7}))
    assert (actor.can(DO), actor.can(DO, GROUP), actor.can(DO, ALL), actor.can(DO, TEAM)) == (True, True, False, False)
    assert (actor.can_for(DO, 7), actor.can_for(DO, 8), actor.can_for(DO, None)) == (True, False, False)


def test_a_role_without_a_seat_reads_but_reaches_no_group() -> None:
    actor = replace(NOBODY, roles=frozenset({Role.SECRETARY}))
    assert actor.reach(READ) is ALL
    assert (actor.can(DO), actor.can(DO, GROUP), actor.groups_for(DO)) == (False, False, frozenset())


def test_one_seat_does_not_lend_its_role_to_another() -> None:
    actor = sits((7, GroupRole.SECRETARY), (8, GroupRole.CHAIR), (9, GroupRole.MEMBER), roles={Role.SECRETARY})
    assert actor.groups_for(DO) == frozenset({7})
    assert actor.hats == {Role.SECRETARY, Role.CHAIR}


@pytest.mark.parametrize("role", GroupRole)
def test_a_seat_gives_the_role_that_it_is(role: GroupRole) -> None:
    hat = {"chair": Role.CHAIR, "deputy-chair": Role.CHAIR, "secretary": Role.SECRETARY}.get(role)
    actor = sits((7, role))
    assert actor.roles == ({hat} if hat else set())
    assert actor.can(READ) == (hat is not None)
    assert (role in seats_of(frozenset(Role))) == (hat is not None)


def test_who_may_for_all_may_for_every_group() -> None:
    actor = sits((7, GroupRole.MEMBER), roles={Role.ADMINISTRATOR})
    assert actor.groups_for(DO) is None
    assert actor.can(DO, GROUP) and actor.can(DO, ALL) and actor.can_for(DO, 8) and actor.can_for(DO, None)


def test_the_table_says_whose_roles_cover_what() -> None:
    assert roles_with(DO) == {Role.SECRETARY, Role.ADMINISTRATOR} == roles_with(DO, GROUP)
    assert roles_with(DO, ALL) == {Role.ADMINISTRATOR}
    assert hats_with(DO) == {Role.SECRETARY}
    assert reach_of(frozenset({Role.SECRETARY}), DO) is None
