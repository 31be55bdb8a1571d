"""Trees of teams, and words for every permission."""

from wfsite.core.permissions import Permission
from wfsite.people.rules import PERMISSION_WORDS, TeamNode, in_tree_order, would_be_inside_itself


def _team(number: int, parent: int | None, name: str) -> TeamNode:
    return TeamNode(number, 1, parent, name, True, 0, 1)


def test_parents_come_before_children_and_siblings_by_name() -> None:
    teams = [_team(1, None, "zebra"), _team(2, 1, "b"), _team(3, None, "Éclair"), _team(4, 1, "A"), _team(5, 4, "x")]
    assert [(t.path, t.depth) for t in in_tree_order(teams)] == [
        ("Éclair", 0),
        ("zebra", 0),
        ("zebra: A", 1),
        ("zebra: A: x", 2),
        ("zebra: b", 1),
    ]


def test_a_circle_is_seen_however_long() -> None:
    parents = {1: None, 2: 1, 3: 2}
    assert would_be_inside_itself(1, 3, parents)
    assert would_be_inside_itself(1, 1, parents)
    assert not would_be_inside_itself(3, 1, parents)
    assert not would_be_inside_itself(3, None, parents)
    assert not would_be_inside_itself(9, 1, {1: 2, 2: 1})


def test_every_permission_has_words() -> None:
    assert set(PERMISSION_WORDS) == set(Permission)
