"""What the workforce figures say, in sentences with their numbers: the same on every page that shows them.

It declares nothing; it only reads.
"""

from collections.abc import Sequence

from wfsite.core.words import listed, month_name
from wfsite.steering.workforce.gap_rules import over_gap
from wfsite.steering.workforce.rules import Month
from wfsite.steering.workforce.sum_rules import AddingUp, adding_up_all
from wfsite.steering.workforce.target_rules import Judged, Outcome

BOARD_MONTHS = 3  # in a board paper's table


def what_they_say(months: Sequence[Month], targets: Sequence[Judged], conflicts: Sequence[str]) -> list[str]:
    """The sentences, those that ask for attention first."""
    found = [_judged(target, "missed") for target in targets if target.outcome is Outcome.MISSED]
    found += _moved(months)
    found += _undecided(targets)
    found += conflicts
    found += unexplained(months)
    found += [_judged(target, "met") for target in targets if target.outcome is Outcome.MET]
    return found


def _judged(judged: Judged, verb: str) -> str:
    return f"The target {judged.goal} was {verb}: {judged.sentence}"


def _undecided(targets: Sequence[Judged]) -> list[str]:
    goals = [one.goal for one in targets if one.outcome in (Outcome.NO_FIGURE, Outcome.CANNOT_BE_JUDGED)]
    if not goals:
        return []
    return [f"Figures are missing to judge the target{'' if len(goals) == 1 else 's'} {listed(goals)}."]


def _moved(months: Sequence[Month]) -> list[str]:
    known = [(month.month, month.counts.agency) for month in months if month.counts.agency is not None]
    if len(known) < 2:
        return []
    (before, was), (after, now) = known[-2:]
    moved = f"stayed at {now:,}" if was == now else f"{'rose' if now > was else 'fell'} from {was:,} to {now:,}"
    peak_on, peak = max(known, key=lambda item: item[1])
    gap = over_gap(before, after)
    highest = f" The highest figure given is {peak:,}, in {month_name(peak_on)}." if peak_on != after else ""
    return [f"Agency workers {moved} between {month_name(before)} and {month_name(after)}{gap}.{highest}"]


def unexplained(months: Sequence[Month]) -> list[str]:
    """That permanent workers do not add up in a month that the board's table shows, where nobody has said why."""
    left = months_unexplained(months)
    if not left:
        return []
    named = listed(f"{one.residual_text} in {month_name(one.month)}" for one in left)
    return [f"The permanent workers do not add up from month to month: a difference of {named} is not explained."]


def months_unexplained(months: Sequence[Month]) -> list[AddingUp]:
    """The latest months, as many as the board's table has, whose difference nobody has explained, oldest first."""
    return [one for one in adding_up_all(months)[-BOARD_MONTHS:] if one.residual and not one.explanation]
