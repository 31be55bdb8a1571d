"""What holds for groups, whoever asks."""

from collections.abc import Collection, Mapping

# Each group's parents, by id.
Parents = Mapping[int, Collection[int]]


def reports_to_itself(group_id: int, wanted: Collection[int], parents: Parents) -> bool:
    """Whether a group that reports to `wanted` would come to report to itself, through whatever groups."""
    seen: set[int] = set()
    above = set(wanted)
    while above:
        seen |= above
        above = {parent for one in above for parent in parents.get(one, ())} - seen
    return group_id in seen
