"""Rates and how they are printed: half up on decimals, with the published shorthand for what is no number."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import sqrt

NOT_APPLICABLE, LOW, NOT_AVAILABLE, SUPPRESSED, UNRELIABLE = "[z]", "[low]", "[x]", "[c]", "[u]"

SHORTHAND = {
    NOT_APPLICABLE: "not applicable: there is nothing to divide by",
    LOW: "more than zero, but rounds to zero",
    NOT_AVAILABLE: "not available: no figure was supplied",
    SUPPRESSED: "suppressed: too few people to show safely",
    UNRELIABLE: "unreliable: the parts add up to more than the whole",
}


def round_half_up(value: Decimal, places: int) -> Decimal:
    """`value` at `places` decimals, halves away from zero, as published statistics round."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage with the numerator and denominator it came from; None means not supplied."""

    numerator: int | Decimal | None
    denominator: int | Decimal | None
    places: int = 1

    @property
    def percent(self) -> Decimal | None:
        """The unrounded percentage, or None when there is none to give."""
        if self.numerator is None or self.denominator is None or self.denominator == 0:
            return None
        return Decimal(self.numerator) * 100 / Decimal(self.denominator)

    @property
    def text(self) -> str:
        """The percentage as printed ("26.94%"), or the shorthand that says why there is none."""
        if self.numerator is None or self.denominator is None:
            return NOT_AVAILABLE
        percent = self.percent
        if percent is None:
            return NOT_APPLICABLE
        if percent > 100:
            return UNRELIABLE
        rounded = round_half_up(percent, self.places)
        return LOW if rounded == 0 and percent > 0 else f"{rounded}%"

    @property
    def basis(self) -> str:
        """The numerator and denominator as printed beside the percentage: "52 of 193"."""
        if self.numerator is None or self.denominator is None:
            return ""
        return f"{self.numerator:,} of {self.denominator:,}"

    def __str__(self) -> str:
        return self.text


def wilson_interval(successes: int, total: int) -> tuple[float, float] | None:
    """The 95 % Wilson score interval as two proportions, or None when nobody answered."""
    if total == 0:
        return None
    z, share = 1.959963984540054, successes / total
    centre = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


@dataclass(frozen=True, slots=True)
class VariationLimits:
    """XmR limits of a run of figures: mean ± 2.66 × the mean moving range."""

    mean: Decimal
    lower: Decimal
    upper: Decimal
    trial: bool


def variation_limits(values: list[Decimal]) -> VariationLimits | None:
    """The XmR limits of `values` in time order; trial under twelve points, None under six."""
    if len(values) < 6:
        return None
    mean = sum(values, Decimal(0)) / len(values)
    moves = [abs(b - a) for a, b in pairwise(values)]
    spread = Decimal("2.66") * sum(moves, Decimal(0)) / len(moves)
    return VariationLimits(mean, mean - spread, mean + spread, trial=len(values) < 12)


def variation_sentence(values: list[Decimal]) -> str:
    """Whether the latest change is a signal or month-to-month variation, in plain words."""
    limits = variation_limits(values)
    if limits is None:
        return "There are too few months to say whether the changes are more than month-to-month variation."
    trial = " These are trial limits: there are fewer than 12 months." if limits.trial else ""
    if values[-1] > limits.upper or values[-1] < limits.lower:
        return "The latest figure is outside the usual range, so something has changed." + trial
    last = values[-7:]
    if len(last) == 7 and (all(v > limits.mean for v in last) or all(v < limits.mean for v in last)):
        return "Seven months in a row are on one side of the average, so something has changed." + trial
    pairs = list(pairwise(last))
    if len(last) == 7 and (all(a < b for a, b in pairs) or all(a > b for a, b in pairs)):
        return "Seven months in a row move the same way, so there is a trend." + trial
    return "The changes are within month-to-month variation: no signal yet." + trial
