"""Two-way tables of people, as a breakdown publishes them, and an attacker who reckons with what is published."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

Figure = frozenset[str]


def atoms_of(table: Sequence[Sequence[int]]) -> dict[str, int]:
    """The cells of a table by name, row and column."""
    return {f"{row}.{column}": number for row, cells in enumerate(table) for column, number in enumerate(cells)}


def levels_of(people: Mapping[str, int]) -> list[list[Figure]]:
    """What would be published of a table: the whole, its rows and columns, its cells."""
    rows, columns = (sorted({atom.split(".")[part] for atom in people}) for part in (0, 1))
    margins = [frozenset(atom for atom in people if atom.split(".")[0] == row) for row in rows]
    margins += [frozenset(atom for atom in people if atom.split(".")[1] == column) for column in columns]
    return [[frozenset(people)], margins, [frozenset((atom,)) for atom in people]]


def naive(levels: Sequence[Collection[Figure]], people: Mapping[str, int], *, threshold: int) -> frozenset[Figure]:
    """What a site publishes that only hides what is small."""
    return frozenset(f for level in levels for f in level if sum(people[atom] for atom in f) >= threshold)


def solved(told: Collection[Figure], people: Mapping[str, int], *, threshold: int) -> Figure | None:
    """A group of fewer than `threshold` people of which the figures told leave one number only, None if none.

    The attacker knows which cells are empty, that nobody is counted by halves or below nothing, and tries every
    division of people that fits: by whole numbers, and without the algebra of the rules.
    """
    there = [atom for atom, number in people.items() if number]
    known = [(figure, sum(people[atom] for atom in figure)) for figure in told]
    for size in range(1, threshold):
        for group in map(frozenset, combinations(there, size)):
            number = sum(people[atom] for atom in group)
            others = [other for other in range(number + size + 1) if other != number]
            if number < threshold and not any(_fits(there, [*known, (group, other)]) for other in others):
                return group
    return None


def _fits(atoms: Sequence[str], sums: list[tuple[Figure, int]]) -> bool:
    """Whether people can be divided among the atoms so that every sum is met."""
    if any(left < 0 for _, left in sums):
        return False
    if not atoms:
        return not any(left for _, left in sums)
    first, *rest = atoms
    # Nobody left to be in a figure that still wants people: no division below here fits.
    if any(left and figure.isdisjoint(atoms) for figure, left in sums):
        return False
    most = min((left for figure, left in sums if first in figure), default=0)
    return any(
        _fits(rest, [(figure, left - number if first in figure else left) for figure, left in sums])
        for number in range(most + 1)
    )
