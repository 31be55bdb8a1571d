"""Draws a spec with matplotlib: few colours that survive grey print, direct labels, no chart junk.

Never pyplot: a `Figure` of its own is safe in any thread. matplotlib comes with this module, so only a process
apart (`core.apart`) imports it. Text is drawn with the reader's own fonts, so room for it is reckoned from its length,
with some to spare.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from wfsite.charts.specs import Bars, Line, Spec, StackedBars, size, wrapped

_BLUE, _DARK, _GREY, _PALE, _ORANGE = "#1f5c8b", "#0b0c0c", "#505a5f", "#b1b4b6", "#a0440b"
_PARTS = (("#1f5c8b", ""), ("#8fb3cc", "///"), ("#d9dee2", "..."), ("#f0a35e", "xx"), ("#505a5f", "\\\\"))
_LETTER = 0.6  # the width of a letter as a share of its height
_FONT, _SMALL = 11, 9.5

matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "wfsite",
        "font.family": "sans-serif",
        "font.sans-serif": ["Arial", "DejaVu Sans"],
        "font.size": _FONT,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "hatch.linewidth": 0.6,
    }
)


def draw(spec: Spec) -> bytes:
    """The picture as SVG, byte for byte the same for the same spec."""
    match spec:
        case Bars():
            figure = _bars(spec)
        case StackedBars():
            figure = _stacked(spec)
        case Line():
            figure = _line(spec)
    out = BytesIO()
    # Without a date and a creator the bytes depend on the figures alone.
    figure.savefig(out, format="svg", metadata={"Title": spec.title, "Date": None, "Creator": None})
    return out.getvalue()


def _frame(spec: Spec) -> tuple[Any, Any]:
    figure = Figure(figsize=size(spec), layout="constrained")
    return figure, figure.add_subplot()


def _points(text: str, font: float = _FONT) -> float:
    """About how wide a text is, in points."""
    return max((len(line) for line in text.split("\n")), default=0) * font * _LETTER


def _room(spec: Bars | StackedBars) -> float:
    """How wide the bars' own space is beside their labels, in points."""
    labels = max((_points(label) for label in wrapped(spec)), default=0)
    return max(size(spec)[0] * 72 - labels - 24, 72)


def _bare_rows(axes: Any, spec: Bars | StackedBars, most: float) -> None:
    axes.set_yticks(range(len(spec.labels)), wrapped(spec))
    axes.set_ylim(max(len(spec.labels), 1) - 0.5, -0.5)
    axes.set_xlim(0, most)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_color(_PALE)
    axes.tick_params(axis="y", length=0)


def _with_words(values: Sequence[float], texts: Sequence[str], room: float, most: float) -> float:
    """The end of the axis at which each bar and the words behind it fit into `room` points."""
    shares = [min(0.75, (_points(text) + 12) / room) for text in texts]
    ends = [value / (1 - share) for value, share in zip(values, shares, strict=True)]
    return max([most, *ends]) or 1


def _bars(spec: Bars) -> Any:
    figure, axes = _frame(spec)
    values = [value or 0 for value in spec.values]
    end = _with_words(values, spec.texts, _room(spec), spec.most)
    axes.barh(range(len(values)), values, color=_BLUE, height=0.62)
    _bare_rows(axes, spec, end)
    for row, (value, words) in enumerate(zip(values, spec.texts, strict=True)):
        axes.text(value + end * 0.012, row, words, va="center", color=_DARK)
    return figure


def _stacked(spec: StackedBars) -> Any:
    figure, axes = _frame(spec)
    totals = [sum(row) for row in spec.values]
    texts = [f"{total:,.0f}" for total in totals]
    room = _room(spec)
    end = _with_words(totals, texts, room, 0)
    starts = [0.0] * len(spec.labels)
    for number, part in enumerate(spec.parts):
        widths = [row[number] for row in spec.values]
        colour, hatch = _PARTS[number % len(_PARTS)]
        axes.barh(
            range(len(widths)),
            widths,
            left=starts,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            height=0.7,
            label=part,
        )
        for row, (start, width) in enumerate(zip(starts, widths, strict=True)):
            _inside(axes, start, width, row, room / end, dark=colour in (_BLUE, _GREY))
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    _bare_rows(axes, spec, end)
    for row, (total, words) in enumerate(zip(totals, texts, strict=True)):
        axes.text(total + end * 0.012, row, words, va="center", color=_DARK, weight="bold")
    figure.legend(loc="outside upper left", ncols=1 if spec.narrow else 3, frameon=False, fontsize=10)
    return figure


def _inside(axes: Any, start: float, width: float, row: int, points: float, *, dark: bool) -> None:
    """A part's figure inside its bar, where there is room for it."""
    words = f"{width:,.0f}"
    if width * points < _points(words, _SMALL) + 8:
        return
    ground = {} if dark else {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.2}}
    colour = "white" if dark else _DARK
    axes.text(start + width / 2, row, words, ha="center", va="center", color=colour, fontsize=_SMALL, **ground)


def _line(spec: Line) -> Any:
    figure, axes = _frame(spec)
    known = [(x, y) for x, y in enumerate(spec.values) if y is not None]
    if spec.lower is not None and spec.upper is not None:
        axes.axhspan(max(spec.lower, 0), spec.upper, color="#eef3f7", zorder=0)
    if spec.mean is not None:
        axes.axhline(spec.mean, color=_PALE, linewidth=1, linestyle=(0, (4, 3)))
    for run in _runs(spec.values):
        axes.plot([x for x, _ in run], [y for _, y in run], color=_BLUE, linewidth=2, marker="o", markersize=4)
    top = max([y for _, y in known] + [value for _, value, _ in spec.targets] + [spec.upper or 0], default=0) or 1
    axes.set_ylim(0, top * 1.18)
    axes.set_xlim(-0.6, max(len(spec.labels) - 1, 0) + _behind(spec, known))
    _axes(axes, spec)
    _targets(axes, spec, top * 1.18)
    if known:
        x, y = known[-1]
        place = {"xytext": (5, 7), "textcoords": "offset points", "bbox": _GROUND}
        axes.annotate(_number(y) + spec.unit, (x, y), color=_DARK, weight="bold", **place)
    return figure


_GROUND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Months without a break between them: a missing month is a gap in the line, not a slope."""
    runs: list[list[tuple[int, float]]] = [[]]
    for x, y in enumerate(values):
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _axes_points(spec: Line) -> float:
    return size(spec)[0] * 72 - 55


def _behind(spec: Line, known: list[tuple[int, float]]) -> float:
    """Room behind the last month for the latest figure's words, in months."""
    if not known or known[-1][0] < len(spec.labels) - 1:
        return 0.6
    width = _points(_number(known[-1][1]) + spec.unit) + 8
    return len(spec.labels) * min(0.4, width / _axes_points(spec))


def _axes(axes: Any, spec: Line) -> None:
    places = range(len(spec.labels))
    widest = max((_points(label, _SMALL) for label in spec.labels), default=1)
    step = max(1, -(-len(spec.labels) * (widest + 10) // _axes_points(spec)))
    ticks = list(places)[:: -int(step)][::-1]
    axes.set_xticks(ticks, [spec.labels[i] for i in ticks], fontsize=_SMALL)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}{spec.unit}"))
    axes.tick_params(colors=_GREY, labelsize=_SMALL)
    axes.grid(axis="y", color="#e4e7ea", linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_PALE)


def _targets(axes: Any, spec: Line, top: float) -> None:
    """Each target as a step from the one before it to its date; two on one date keep clear of each other."""
    start = -0.4
    month = _axes_points(spec) / max(len(spec.labels), 1)
    steps = sorted((spec.labels.index(due), value, words) for due, value, words in spec.targets if due in spec.labels)
    for place in sorted({place for place, _, _ in steps}):
        here = [(value, words) for at, value, words in steps if at == place]
        end = max(float(place), start + 0.5)
        for number, (value, words) in enumerate(here):
            axes.hlines(value, start, end, color=_ORANGE, linewidth=1.8, linestyle=(0, (1.5, 1)))
            under = number < len(here) - 1
            fits = _points(words, _SMALL) < (end + 0.6) * month
            axes.annotate(
                words,
                (end if fits else -0.4, value),
                xytext=(0, -4 if under else 4),
                textcoords="offset points",
                ha="right" if fits else "left",
                va="top" if under else "bottom",
                color=_ORANGE,
                fontsize=_SMALL,
                bbox=_GROUND,
            )
        start = end
