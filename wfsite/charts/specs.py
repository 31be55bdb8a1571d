"""What a chart shows, as finished values: nothing suppressed ever gets this far."""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal

# Goes up when the drawing changes, so that kept pictures are drawn again.
STYLE = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one a category, each labelled with its own text; None draws no bar, only the text."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    most: float = 100


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Horizontal bars of several parts that add up; parts differ in shade and hatch, named above the first."""

    title: str
    labels: tuple[str, ...]
    parts: tuple[str, ...]
    # One tuple of part values per label.
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure over time with its targets as labelled steps; None is a month without a figure."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    unit: str
    # (label at which it is due, value, words)
    targets: tuple[tuple[str, float, str], ...] = ()
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None


Spec = Bars | StackedBars | Line


def fingerprint(spec: Spec) -> str:
    """The name under which a spec's picture is kept: the same figures, the same picture."""
    content = json.dumps([STYLE, type(spec).__name__, asdict(spec)], sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
