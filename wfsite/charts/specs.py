"""What a chart shows, as finished values: nothing suppressed ever gets this far.

`narrow` asks for the drawing that a phone gets; pages leave it to `templates/macros/chart.html`.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from textwrap import wrap

# Goes up when the drawing changes, so that kept pictures are drawn again.
STYLE = 2


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one a category, each labelled with its own text; None draws no bar, only the text."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    most: float = 100
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Horizontal bars of several parts that add up; parts differ in shade and hatch, named above the first."""

    title: str
    labels: tuple[str, ...]
    parts: tuple[str, ...]
    # One tuple of part values per label.
    values: tuple[tuple[float, ...], ...]
    narrow: bool = False


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
    narrow: bool = False


Spec = Bars | StackedBars | Line

_WIDE, _NARROW = 7.5, 4.2  # inches; a phone gets a drawing of its own, so that its words stay readable


def wrapped(spec: Bars | StackedBars) -> list[str]:
    """The labels of the rows, broken into lines that leave room for the bars."""
    return ["\n".join(wrap(label, 16 if spec.narrow else 28)) for label in spec.labels]


def size(spec: Spec) -> tuple[float, float]:
    """The width and height of a spec's picture, in inches."""
    width = _NARROW if spec.narrow else _WIDE
    if isinstance(spec, Line):
        return width, 3.2 if spec.narrow else 3.6
    rows = len(spec.labels)
    lines = max((label.count("\n") + 1 for label in wrapped(spec)), default=1)
    row = max(0.5 if rows <= 8 else 0.34, 0.12 + 0.19 * lines if lines > 1 else 0)
    if isinstance(spec, Bars):
        return width, 0.6 + row * rows
    legend = 0.25 * len(spec.parts) if spec.narrow else 0.25 * ((len(spec.parts) + 2) // 3)
    return width, 0.75 + legend + row * rows


def pixels(spec: Spec) -> tuple[int, int]:
    """The size that a page keeps free for the picture, so that nothing jumps when it comes."""
    width, height = size(spec)
    return round(width * 96), round(height * 96)


def fingerprint(spec: Spec) -> str:
    """The name under which a spec's picture is kept: the same figures, the same picture."""
    content = json.dumps([STYLE, type(spec).__name__, asdict(spec)], sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
