"""What the workforce figures say to the board, in sentences with their numbers. It declares nothing; it only reads."""

from collections.abc import Sequence

from wfsite.core.words import listed, month_name
from wfsite.steering.workforce.rules import Month, adding_up_all
from wfsite.steering.workforce.target_rules import Judged, Outcome

SHOWN = 3  # months in a board paper's table


def evidence(months: Sequence[Month], targets: Sequence[Judged], conflicts: Sequence[str]) -> list[str]:
    """The sentences, those that ask for attention first."""
    found = [_missed(target) for target in targets if target.outcome is Outcome.MISSED]
    found += _moved(months)
    found += conflicts
    found += _unexplained(months[-SHOWN:], months)
    found += [_met(target) for target in targets if target.outcome is Outcome.MET]
    return found


def _missed(judged: Judged) -> str:
    target = judged.target
    return f"The target of {target.value_text} by {target.due_text} was missed: {judged.sentence}"


def _met(judged: Judged) -> str:
    target = judged.target
    return f"The target of {target.value_text} by {target.due_text} was met: {judged.sentence}"


def _moved(months: Sequence[Month]) -> list[str]:
    known = [(month.month, month.counts.agency) for month in months if month.counts.agency is not None]
    if len(known) < 2:
        return []
    (before, was), (after, now) = known[-2:]
    moved = f"stayed at {now:,}" if was == now else f"{'rose' if now > was else 'fell'} from {was:,} to {now:,}"
    peak_on, peak = max(known, key=lambda item: item[1])
    highest = f" The highest figure given is {peak:,}, in {month_name(peak_on)}." if peak_on != after else ""
    return [f"Agency workers {moved} between {month_name(before)} and {month_name(after)}.{highest}"]


def _unexplained(shown: Sequence[Month], months: Sequence[Month]) -> list[str]:
    first = shown[0].month if shown else None
    left = [s for s in adding_up_all(months) if first and s.month >= first and s.residual and not s.explanation]
    if not left:
        return []
    named = listed(f"{one.residual_text} in {month_name(one.month)}" for one in left)
    return [f"The permanent workers do not add up from month to month: a difference of {named} is not explained."]
