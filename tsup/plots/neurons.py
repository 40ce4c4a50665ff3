"""One panel of neurons as stacks of their weights, its order, its scale, and what it shows in words (F27)."""

from typing import Any

import numpy as np
from bokeh.models import FixedTicker
from bokeh.plotting import figure
from bokeh.transform import transform

from tsup import measure
from tsup.plots.kit import bars, palette, theme, words

PAPER = "#ffffff"  # of the numbers on blocks, which keep their colours in the dark
FEW, WIDE = 20, 0.8
GAP = 0.008  # between blocks, as a share of the scale
NUMBER, AXES = 14, 40  # pixels that a number takes, and those of a panel below its scale


def common_scale(matrices: list[np.ndarray]) -> tuple[float, float]:
    """Ends of a scale that all stacks fit, at halves."""
    low = min(float(np.minimum(W, 0).sum(1).min()) for W in matrices)
    high = max(float(np.maximum(W, 0).sum(1).max()) for W in matrices)
    return min(np.floor(2 * low) / 2, -0.25), max(np.ceil(2 * high) / 2, 0.5)


def panel(
    name: str,
    title: str,
    W: np.ndarray,
    order: np.ndarray,
    ends: tuple[float | int, float | int],
    colours: Any = None,
    labels: list[str] | None = None,
    height: int = 340,
) -> figure:
    """The neurons of W (hidden, feature) in an order; colours: features' names, values in [0, 1], or interference."""
    low, high = float(ends[0]), float(ends[1])
    unit = (high - low) / 100
    foot, head = low - (16 if labels else 8) * unit, high + (10 if title else 0) * unit
    plot = theme.panel((-0.5, len(W) - 0.5), (foot, head), height=height)
    plot.xgrid.visible = False
    plot.yaxis.axis_label, plot.xaxis.axis_label = "weight", "neuron"
    plot.yaxis.bounds = (low, high)
    plot.xaxis.ticker = FixedTicker(ticks=[])
    theme.guide(plot, "width", 0)
    columns = _cut(_blocks(W[order], order, 100 * unit * GAP), low, high)
    _draw_blocks(
        plot,
        name,
        columns,
        colours if colours is not None else measure.interference(W),
        100 * unit * NUMBER / (height - AXES),
    )
    _tiles(plot, name, W[order], (low - 5 * unit, low - 2 * unit))
    if labels:
        at = np.arange(len(W)).astype(float)
        texts = theme.source(
            f"{name}-labels", x=at, y=np.full(len(W), low - 11 * unit), text=[labels[k] for k in order]
        )
        theme.write(plot, texts, text_font_size=theme.SMALL)
    if title:
        middle = len(W) / 2 - 0.5
        theme.label(plot, f"{name}-title", middle, high + 5 * unit, title, text_font_style="bold")
    return plot


def _blocks(W: np.ndarray, neuron: np.ndarray, gap: float) -> dict[str, np.ndarray]:
    """The blocks of all columns, neuron after neuron: where they begin and end, and whose weight they are."""
    inner, outer = bars.stacked(W)
    inset = np.minimum(gap / 2, 0.2 * np.abs(W)) * np.sign(W)
    hidden, n = W.shape
    return {
        "column": np.repeat(np.arange(hidden), n).astype(float),
        "bottom": (inner + inset).ravel(),
        "top": (outer - inset).ravel(),
        "neuron": np.repeat(neuron, n).astype(float),
        "feature": np.tile(np.arange(n), hidden).astype(float),
        "weight": W.ravel(),
    }


def _cut(columns: dict[str, np.ndarray], low: float, high: float) -> dict[str, np.ndarray]:
    """The blocks as far as the scale reaches."""
    return {**columns, **{end: columns[end].clip(low, high) for end in ("bottom", "top")}}


def _draw_blocks(plot: figure, name: str, columns: dict[str, np.ndarray], colours: Any, least: float) -> None:
    feature = columns["feature"].astype(int)
    fill: Any
    if isinstance(colours, list):
        data = theme.source(name, **columns, colour=[colours[k] for k in feature])
        fill = "colour"
    else:
        data = theme.source(name, **columns, value=colours[feature])
        fill = transform("value", palette.superposition())
    drawn = plot.vbar(
        "column",
        WIDE,
        "top",
        "bottom",
        source=data,
        fill_color=fill,
        line_color=None,
        hover_line_color=theme.INK,
    )
    theme.tips(plot, drawn, neuron="@neuron", feature="@feature", weight="@weight{0.00}")
    if feature.max() < FEW and columns["column"].max() < FEW:
        _numbers(plot, name, columns, least)


def _numbers(plot: figure, name: str, columns: dict[str, np.ndarray], least: float) -> None:
    """The feature's number on every block that is tall enough for it."""
    seen = np.abs(columns["top"] - columns["bottom"])
    tall = (np.abs(columns["weight"]) > least) & (seen > least / 2)
    texts = theme.source(
        f"{name}-numbers",
        x=columns["column"][tall],
        y=(columns["bottom"] + columns["top"])[tall] / 2,
        text=[str(int(k)) for k in columns["feature"][tall]],
    )
    theme.write(plot, texts, text_color=PAPER, text_font_style="bold", text_font_size=theme.SMALL)


def _tiles(plot: figure, name: str, W: np.ndarray, place: tuple[float, float]) -> None:
    """What kind of neuron each column is."""
    held = measure.neurons(W).sum(1)
    colours = (palette.ABSENT, palette.SLATE, palette.GOLD)
    data = theme.source(
        f"{name}-kinds",
        column=np.arange(len(W)).astype(float),
        bottom=np.full(len(W), place[0]),
        top=np.full(len(W), place[1]),
        held=held.astype(float),
        colour=[colours[min(count, 2)] for count in held],
    )
    drawn = plot.vbar("column", WIDE, "top", "bottom", source=data, fill_color="colour", line_color=None)
    theme.tips(plot, drawn, features_held="@held")


def _kinds_in_words(W: np.ndarray) -> str:
    """How many neurons of each kind there are."""
    held = measure.neurons(W).sum(1)
    counts = [int((held == 1).sum()), int((held > 1).sum()), int((held == 0).sum())]
    none = f" and {counts[2]} with none" if counts[2] else ""
    return f"{words.count(counts[0], 'neuron')} with one feature, {counts[1]} with several{none}"


def in_words(W: np.ndarray) -> str:
    """The kinds of neurons, and for few of them which features each holds."""
    if len(W) > 6 or W.shape[1] > FEW:
        return _kinds_in_words(W)
    each = [", ".join(map(str, np.flatnonzero(row))) for row in measure.neurons(W)[measure.neuron_order(W)]]
    return f"{_kinds_in_words(W)}: they hold {' '.join(f'{{{one}}}' for one in each)}"
