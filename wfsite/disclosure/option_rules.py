"""How many of a group chose each option, as far as that may be told. Pure.

A count that would tell what (nearly) everybody of a small group said gives way to a mask: all or all but one are
`MOST`, none or one are `FEW`.
"""

from collections.abc import Sequence

from wfsite.disclosure.group_rules import SMALL

MOST, FEW = "most", "few"
# In a part of a whole, so many people or none stand behind an option that is shown.
_TOGETHER = 3

Told = int | str


def told_counts(counts: Sequence[int], answered: int) -> list[Told]:
    """The counts of options of which each of `answered` people chose one; all masked where one would tell too much."""
    if answered >= SMALL or not any(_nearly_all(count, answered) for count in counts):
        return list(counts)
    return [MOST if _nearly_all(count, answered) else FEW for count in counts]


def told_apart(counts: Sequence[int], answered: int) -> list[Told]:
    """The counts of options of which people chose several: each is a yes-or-no question of its own."""
    return list(counts) if answered >= SMALL else [_masked(count, answered) for count in counts]


def _masked(count: int, answered: int) -> Told:
    if _nearly_all(count, answered):
        return MOST
    return FEW if _nearly_all(answered - count, answered) else count


def _nearly_all(count: int, answered: int) -> bool:
    # All but one counts as all: were only "all" hidden, the hiding itself would say it.
    return count >= answered - 1


def mask_words(mask: str, answered: int) -> str:
    """The share that a mask stands for, of so many; it never means one number only."""
    if answered < 10:
        return "80% or more" if mask == MOST else "20% or less"
    return "90% or more" if mask == MOST else "10% or less"


def stands_alone(counts: Sequence[int]) -> bool:
    """Whether one or two people stand alone behind an option, as where nine said yes and one said no.

    For parts of a whole (a team, a role): those close to them would know who. The whole audience is exempt.
    """
    return any(0 < count < _TOGETHER for count in counts)


def shown_together(counts: Sequence[int], splits: Sequence[Sequence[range]]) -> tuple[tuple[range, int], ...]:
    """The first of `splits`, from fine to coarse, in which nobody stands alone, with its counts; else all in one part.

    A split is the parts of the options' places, as favourable, neutral and unfavourable are of agreement.
    """
    for split in splits:
        parts = [sum(counts[place] for place in part) for part in split]
        if not stands_alone(parts):
            return tuple(zip(split, parts, strict=True))
    return ((range(len(counts)), sum(counts)),)
