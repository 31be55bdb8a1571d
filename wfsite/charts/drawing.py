"""Draws a spec with matplotlib: few colours that survive grey print, direct labels, no chart junk.

Never pyplot: a `Figure` of its own is safe in any thread. matplotlib is imported at the first drawing.
"""

from io import BytesIO
from textwrap import wrap
from typing import Any

from wfsite.charts.specs import Bars, Line, Spec, StackedBars

_BLUE, _DARK, _GREY, _PALE, _ORANGE = "#1f5c8b", "#0b0c0c", "#505a5f", "#b1b4b6", "#b8500f"
_PARTS = (("#1f5c8b", ""), ("#8fb3cc", "///"), ("#d9dee2", "..."), ("#f0a35e", "xx"), ("#505a5f", "\\\\"))


def draw(spec: Spec) -> bytes:
    """The picture as SVG, byte for byte the same for the same spec."""
    figure_class = _matplotlib()
    match spec:
        case Bars():
            figure = _bars(figure_class, spec)
        case StackedBars():
            figure = _stacked(figure_class, spec)
        case Line():
            figure = _line(figure_class, spec)
    out = BytesIO()
    # Without a date and a creator the bytes depend on the figures alone.
    figure.savefig(out, format="svg", metadata={"Title": spec.title, "Date": None, "Creator": None})
    return out.getvalue()


def _matplotlib() -> Any:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "wfsite",
            "font.family": "sans-serif",
            "font.sans-serif": ["Arial", "DejaVu Sans"],
            "font.size": 11,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "hatch.linewidth": 0.6,
        }
    )
    return Figure


def _frame(figure_class: Any, height: float) -> tuple[Any, Any]:
    figure = figure_class(figsize=(7.5, height), layout="constrained")
    return figure, figure.add_subplot()


def _wrapped(labels: tuple[str, ...]) -> list[str]:
    return ["\n".join(wrap(label, 28)) for label in labels]


def _bare_rows(axes: Any, labels: tuple[str, ...], most: float) -> None:
    axes.set_yticks(range(len(labels)), _wrapped(labels))
    axes.invert_yaxis()
    axes.set_xlim(0, most)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_color(_PALE)
    axes.tick_params(axis="y", length=0)


def _bars(figure_class: Any, spec: Bars) -> Any:
    figure, axes = _frame(figure_class, 0.6 + 0.5 * len(spec.labels))
    axes.barh(range(len(spec.labels)), [value or 0 for value in spec.values], color=_BLUE, height=0.62)
    _bare_rows(axes, spec.labels, spec.most * 1.3)
    for row, (value, words) in enumerate(zip(spec.values, spec.texts, strict=True)):
        axes.text((value or 0) + spec.most * 0.015, row, words, va="center", color=_DARK)
    return figure


def _stacked(figure_class: Any, spec: StackedBars) -> Any:
    figure, axes = _frame(figure_class, 1.1 + 0.5 * len(spec.labels))
    most = max((sum(row) for row in spec.values), default=0) or 1
    starts = [0.0] * len(spec.labels)
    for number, part in enumerate(spec.parts):
        widths = [row[number] for row in spec.values]
        colour, hatch = _PARTS[number % len(_PARTS)]
        axes.barh(range(len(widths)), widths, left=starts, color=colour, hatch=hatch, edgecolor="white", height=0.62, label=part)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    _bare_rows(axes, spec.labels, most * 1.12)
    for row, total in enumerate(starts):
        axes.text(total + most * 0.01, row, f"{total:,.0f}", va="center", color=_DARK)
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=10)
    return figure


def _line(figure_class: Any, spec: Line) -> Any:
    figure, axes = _frame(figure_class, 3.6)
    places = list(range(len(spec.labels)))
    known = [(x, y) for x, y in zip(places, spec.values, strict=True) if y is not None]
    if spec.lower is not None and spec.upper is not None:
        axes.axhspan(max(spec.lower, 0), spec.upper, color="#eef3f7", zorder=0)
    if spec.mean is not None:
        axes.axhline(spec.mean, color=_PALE, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot([x for x, _ in known], [y for _, y in known], color=_BLUE, linewidth=2, marker="o", markersize=4)
    if known:
        x, y = known[-1]
        axes.annotate(f"{y:g}{spec.unit}", (x, y), xytext=(6, 6), textcoords="offset points", color=_DARK, weight="bold")
    start = 0.0
    for due, value, words in spec.targets:
        end = spec.labels.index(due) if due in spec.labels else places[-1] if places else 0
        axes.hlines(value, start, max(end, start + 0.5), color=_ORANGE, linewidth=1.6, linestyle=(0, (1, 1)))
        axes.annotate(words, (max(end, start + 0.5), value), xytext=(-2, 4), textcoords="offset points", ha="right", color=_ORANGE, fontsize=9)
        start = end
    top = max([y for _, y in known] + [value for _, value, _ in spec.targets] + [spec.upper or 0], default=1)
    axes.set_ylim(0, top * 1.15 or 1)
    axes.margins(x=0.06)
    step = max(1, len(places) // 9)
    axes.set_xticks(places[::step], [spec.labels[i] for i in places[::step]], fontsize=9)
    axes.tick_params(colors=_GREY)
    axes.set_ylabel(spec.unit, rotation=0, color=_GREY)
    return figure
