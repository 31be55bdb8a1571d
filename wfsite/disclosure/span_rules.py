"""Which figures may be told together, so that no small group's follows from them by adding and taking away. Pure.

People are divided into atoms, the finest groups that any figure tells apart (a team's people of one role); a figure
counts the people of some atoms. Hiding small cells alone does not do: a row's total less the cells beside it is the
cell that was hidden. `released` refuses what is small, and what would make a small group follow.

A group follows when it is a sum of figures, each times a number: when it lies in their span. Nobody can reckon more
than that, even who knows which atoms are empty: with people behind every other one, there is a different division a
step away that fits all figures. That holds in whole numbers too where the figures are those of two breakdowns, each
with the levels above it. It does not hold against who knows this rule and meets hidden groups that together are as
large as hidden groups can be (9, 9 and 9 in 27): each follows. Before breakdowns are told, that sum is to be refused.
"""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from random import Random

# The atoms whose people it counts.
Figure = frozenset[str]
# A row of the span: how much of each block of atoms it holds.
_Row = list[Fraction]


def released(
    levels: Sequence[Collection[Figure]], people: Mapping[str, int], *, threshold: int, chance: Random
) -> frozenset[Figure]:
    """The figures that may be told, those of the first levels rather than those of later ones.

    `people` are those behind each atom who answered. Whatever is of fewer than `threshold` is refused, none included.
    In a level the largest is told first and equals by `chance`: what gives way beside a small group is then next to
    it in size, so that who knows this rule cannot tell the two apart.
    """
    told: list[Figure] = []
    for level in levels:
        for figure in sorted(chance.sample(list(level), len(level)), key=lambda figure: -_size(figure, people)):
            wanted = [*told, figure]
            if _size(figure, people) >= threshold and small_group(wanted, people, threshold=threshold) is None:
                told = wanted
    return frozenset(told)


def _size(figure: Figure, people: Mapping[str, int]) -> int:
    return sum(people[atom] for atom in figure)


def small_group(figures: Sequence[Figure], people: Mapping[str, int], *, threshold: int) -> Figure | None:
    """A group of at least one person and fewer than `threshold` whose number follows from the figures; None if none.

    Its cost grows with the number of figures, and with how many of their smallest groups fit under the threshold.
    """
    blocks = _blocks(figures, people)
    numbers = [_size(block, people) for block in blocks]
    rows, pivots = _reduced([[Fraction(block <= figure) for block in blocks] for figure in figures])
    held = _held(rows, [numbers[pivot] for pivot in pivots], numbers, threshold)
    return (
        None
        if held is None
        else frozenset().union(*(block for block, is_in in zip(blocks, held, strict=True) if is_in))
    )


def _blocks(figures: Sequence[Figure], people: Mapping[str, int]) -> list[Figure]:
    """The atoms with people that no figure tells apart, together; the largest first.

    Rows lead where most people are, for what is large is left out of a small group at once.
    """
    found: dict[tuple[bool, ...], list[str]] = {}
    for atom, number in people.items():
        if number:
            found.setdefault(tuple(atom in figure for figure in figures), []).append(atom)
    return sorted(map(frozenset, found.values()), key=lambda block: -_size(block, people))


def _reduced(rows: list[_Row]) -> tuple[list[_Row], list[int]]:
    """The rows' reduced echelon form without its empty rows, and the place of each one's leading 1."""
    pivots: list[int] = []
    for place in range(len(rows[0]) if rows else 0):
        done = len(pivots)
        found = next((row for row in rows[done:] if row[place]), None)
        if found is None:
            continue
        rows.remove(found)
        lead = [value / found[place] for value in found]
        rows = [_without(row, lead, place) for row in rows]
        rows.insert(done, lead)
        pivots.append(place)
    return rows[: len(pivots)], pivots


def _without(row: _Row, lead: _Row, place: int) -> _Row:
    """`row` less as much of `lead` as leaves nothing at `place`."""
    much = row[place]
    return [value - much * taken for value, taken in zip(row, lead, strict=True)] if much else row


def _held(rows: list[_Row], sizes: list[int], numbers: list[int], threshold: int) -> _Row | None:
    """A sum of rows that holds each atom wholly or not at all, with 1 to `threshold` - 1 people; None if none.

    At its pivot a row alone says whether the atom is held, so each row is taken once or not at all.
    """
    waiting: list[tuple[int, int, _Row]] = [(0, 0, [Fraction(0)] * len(numbers))]
    while waiting:
        start, least, held = waiting.pop()
        if _is_small(held, numbers, threshold):
            return held
        waiting += [
            (place + 1, least + sizes[place], [a + b for a, b in zip(held, rows[place], strict=True)])
            for place in range(start, len(rows))
            if least + sizes[place] < threshold
        ]
    return None


def _is_small(held: _Row, numbers: list[int], threshold: int) -> bool:
    if any(value not in (0, 1) for value in held):
        return False
    return 0 < sum(number for value, number in zip(held, numbers, strict=True) if value) < threshold
