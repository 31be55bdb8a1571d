"""No small group can be worked out from figures that are told together; hiding small cells alone does not do."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import example, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.two_way import atoms_of, levels_of, naive, solved
from wfsite.disclosure.span_rules import released, small_group

THRESHOLD = 3
ONE_SMALL = [[2, 5], [5, 5]]


def _tables(most: int = 5) -> SearchStrategy[list[list[int]]]:
    width = st.shared(st.integers(1, 3), key="width")
    row = width.flatmap(lambda n: st.lists(st.integers(0, most), min_size=n, max_size=n))
    return st.lists(row, min_size=1, max_size=3)


def _solved(table: list[list[int]], hide: Callable[..., Any]) -> frozenset[str] | None:
    people = atoms_of(table)
    return solved(hide(levels_of(people), people, threshold=THRESHOLD), people, threshold=THRESHOLD)


def _released(
    levels: list[list[frozenset[str]]], people: dict[str, int], *, threshold: int
) -> frozenset[frozenset[str]]:
    return released(levels, people, threshold=threshold, chance=Random(1))


def test_a_naive_table_is_solved_from_its_margins() -> None:
    assert _solved(ONE_SMALL, naive) == frozenset({"0.0"})
    assert find(_tables(), lambda table: _solved(table, naive) is not None)


@settings(max_examples=200, deadline=None)
@example(ONE_SMALL)
@example([[1, 1, 1], [1, 1, 1], [1, 1, 1]])
@example([[5, 0, 2], [0, 5, 2], [2, 2, 0]])
@given(_tables())
def test_no_small_group_is_solved_from_what_is_released(table: list[list[int]]) -> None:
    assert _solved(table, _released) is None


def test_most_random_tables_leak_where_only_small_cells_are_hidden_and_none_of_ours() -> None:
    chance, leaks = Random(26), [0, 0]
    for _ in range(150):
        table = [[chance.choice((0, 1, 2, 4, 6)) for _ in range(3)] for _ in range(chance.randint(2, 3))]
        leaks[0] += _solved(table, naive) is not None
        leaks[1] += _solved(table, _released) is not None
    assert leaks[0] > 100 and leaks[1] == 0, leaks


@settings(max_examples=200, deadline=None)
@given(_tables(most=14))
def test_nothing_is_refused_that_could_be_told(table: list[list[int]]) -> None:
    people = atoms_of(table)
    levels = levels_of(people)
    told = _released(levels, people, threshold=THRESHOLD)
    for figure in frozenset().union(*levels) - told:
        is_small = sum(people[atom] for atom in figure) < THRESHOLD
        assert is_small or small_group([*told, figure], people, threshold=THRESHOLD)


def test_a_table_without_small_groups_is_told_whole() -> None:
    people = atoms_of([[10, 11], [12, 30]])
    levels = levels_of(people)
    assert _released(levels, people, threshold=10) == frozenset().union(*levels)


def test_what_would_give_a_small_group_away_gives_way_later_levels_first() -> None:
    people = {"east": 9, "west": 11, "north": 12}
    whole, teams = frozenset(people), [frozenset({team}) for team in people]
    assert _released([[whole], teams], people, threshold=10) == {whole, frozenset({"north"})}
    assert _released([teams, [whole]], people, threshold=10) == {frozenset({"north"}), frozenset({"west"})}


def test_what_gives_way_is_next_in_size_and_equals_by_chance() -> None:
    # Were it the first in the list, two hidden teams with 18 people between them would have 9 each for certain.
    people = {"a": 10, "b": 10, "c": 8, "d": 30}
    levels = [[frozenset(people)], [frozenset({team}) for team in people]]
    hidden = set()
    for seed in range(20):
        told = released(levels, people, threshold=10, chance=Random(seed))
        hidden.add(frozenset(people).difference(*(figure for figure in told if len(figure) == 1)))
    assert hidden == {frozenset("ac"), frozenset("bc")}


def test_a_level_above_is_no_way_round() -> None:
    # A service of two teams, one of them small, beside another service: its total less the large team is the small one.
    people = {"a1": 4, "a2": 20, "b1": 15, "b2": 16}
    service, other = frozenset({"a1", "a2"}), frozenset({"b1", "b2"})
    levels = [[service | other], [service, other], [frozenset({team}) for team in people]]
    told = _released(levels, people, threshold=10)
    assert told == {service | other, service, other, frozenset({"b1"}), frozenset({"b2"})}


@pytest.mark.parametrize("threshold", [2, 5, 10])
def test_a_group_that_follows_by_a_long_way_round_is_found(threshold: int) -> None:
    # Around a ring of four: ab - bc + cd = a + d.
    people = {"a": 1, "b": 40, "c": 40, "d": threshold - 2}
    ring = [frozenset("ab"), frozenset("bc"), frozenset("cd")]
    assert small_group(ring[:2], people, threshold=threshold) is None
    assert small_group(ring, people, threshold=threshold) == frozenset({"a", "d"} if threshold > 2 else {"a"})


def test_a_large_table_is_audited_while_somebody_waits() -> None:
    chance = Random(3)
    people = atoms_of([[chance.choice((0, 0, 1, 2, 3, 5, 9, 14)) for _ in range(6)] for _ in range(12)])
    assert len(_released(levels_of(people), people, threshold=10)) > 10
