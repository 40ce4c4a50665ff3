"""Neurons as stacks of their weights, a block for every feature (F27)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import FixedTicker, LayoutDOM
from bokeh.plotting import figure
from bokeh.transform import transform
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.plots import checks, heat, palette, theme, words
from tsup.plots.figure import Figure

SHARED = "interference: 0 alone, 1 shared"
PAPER = "#ffffff"  # of the numbers on blocks, which keep their colours in the dark
FEW, WIDE = 20, 0.8
GAP, ROOM = 0.008, 0.05  # between blocks, and for a number on one, as shares of the scale
Matrices = ArrayLike | Mapping[str, ArrayLike]


def stacks(
    weights: Matrices,
    *,
    values: ArrayLike | None = None,
    meaning: str = SHARED,
    importance: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
    order: ArrayLike | None = None,
    reach: tuple[float | int, float | int] | None = None,
    about: str = "",
) -> Figure:
    """A column for every neuron: blocks as high as its weights are large, positive above the axis, negative below.

    weights: (hidden, feature), or several of them by title, each a panel. values: (feature,) in [0, 1], the colour of
    each feature's blocks, slate at 0 and gold at 1, and meaning, what they are; interference without them. importance:
    (feature,), colours that tell features apart instead. labels: a text for every neuron. order: (hidden,), the
    neurons of every panel from left to right; without it, each panel's own `order_of`. reach: the ends of the scale,
    below 0 and above, which the frames of an explorer must share. A tile below each column says whether the neuron
    holds one feature, several, or none. Raises InputError for other shapes, for values outside [0, 1], and for an order
    that isn't one. Row F27.
    """
    panels = _matrices(weights)
    size = next(iter(panels.values())).shape
    colours = _colours(size[1], values, importance)
    names = list(labels) if labels is not None else None
    if names is not None and len(names) != size[0]:
        raise InputError(f"labels must hold {size[0]} texts, got {len(names)}")
    ends = reach or _reach(list(panels.values()))
    drawn: list[LayoutDOM] = [
        _panel(
            f"stacks-{k}",
            title,
            W,
            order_of(W) if order is None else _order(order, size[0]),
            ends,
            colours,
            names,
        )
        for k, (title, W) in enumerate(panels.items())
    ]
    scale = palette.superposition()
    ticks = {0.0: "0", 0.5: "0.5", 1.0: "≥ 1" if values is None else "1"}
    keys = [heat.key("stacks-key", scale, (0, 1), ticks, meaning)] if importance is None else []
    said = [f"{title}: {_said(W)}" if title else _said(W) for title, W in panels.items()]
    look = (
        "Each column is a neuron, each block a weight: positive ones upwards from the axis, negative ones downwards. "
        "The tile below says slate for a neuron that holds one feature, gold for one that holds several."
    )
    layout = theme.stack([drawn[0] if len(drawn) == 1 else theme.wrap(drawn, least=270), *keys])
    return Figure(layout, words.caption(look, about), f"{'; '.join(said)}.")


def order_of(W: np.ndarray) -> np.ndarray:
    """The neurons of W (hidden, feature) by their largest weight's feature; those that hold none come last."""
    size = np.abs(W)
    empty = ~measure.neurons(W).any(1)
    return np.lexsort((-size.max(1), size.argmax(1), empty))


def _matrices(weights: Matrices) -> dict[str, np.ndarray]:
    given = weights if isinstance(weights, Mapping) else {"": weights}
    if not given:
        raise InputError("weights must hold at least one matrix, got none")
    found: dict[str, np.ndarray] = {}
    for title, W in given.items():
        shape = next(iter(found.values())).shape if found else ("hidden", "feature")
        found[title] = checks.array(f"weights[{title!r}]" if title else "weights", W, *shape)
    return found


def _colours(n: int, values: ArrayLike | None, importance: ArrayLike | None) -> Any:
    """The feature's colours: names, or values of the scale, or None for each matrix's own interference."""
    if importance is not None:
        return palette.features(checks.array("importance", importance, n))
    if values is None:
        return None
    found = checks.array("values", values, n)
    if found.min() < 0 or found.max() > 1:
        raise InputError(f"values must lie in [0, 1], got {found[(found < 0) | (found > 1)][0]:g}")
    return found


def _order(order: ArrayLike, hidden: int) -> np.ndarray:
    found = checks.array("order", order, hidden).astype(int)
    if sorted(found.tolist()) != list(range(hidden)):
        raise InputError(f"order must hold each of 0 … {hidden - 1} once, got {found.tolist()}")
    return found


def _reach(matrices: list[np.ndarray]) -> tuple[float, float]:
    """Ends of a scale that all stacks fit, at halves."""
    low = min(float(np.minimum(W, 0).sum(1).min()) for W in matrices)
    high = max(float(np.maximum(W, 0).sum(1).max()) for W in matrices)
    return min(np.floor(2 * low) / 2, -0.25), max(np.ceil(2 * high) / 2, 0.5)


def _panel(
    name: str,
    title: str,
    W: np.ndarray,
    order: np.ndarray,
    ends: tuple[float | int, float | int],
    colours: Any,
    labels: list[str] | None,
) -> figure:
    low, high = float(ends[0]), float(ends[1])
    unit = (high - low) / 100
    foot, head = low - (16 if labels else 8) * unit, high + (10 if title else 0) * unit
    plot = theme.panel((-0.5, len(W) - 0.5), (foot, head), height=330 if title else 360)
    plot.xgrid.visible = False
    plot.yaxis.axis_label, plot.xaxis.axis_label = "weight", "neuron"
    plot.yaxis.bounds = (low, high)
    plot.xaxis.ticker = FixedTicker(ticks=[])
    theme.guide(plot, "width", 0)
    columns = _blocks(W[order], order, 100 * unit * GAP)
    _draw(plot, name, columns, colours if colours is not None else measure.interference(W), 100 * unit)
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
    above, below = np.maximum(W, 0).cumsum(1), np.minimum(W, 0).cumsum(1)
    outer = np.where(W > 0, above, below)
    inner = outer - W
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


def _draw(plot: figure, name: str, columns: dict[str, np.ndarray], colours: Any, span: float) -> None:
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
        _numbers(plot, name, columns, ROOM * span)


def _numbers(plot: figure, name: str, columns: dict[str, np.ndarray], room: float) -> None:
    """The feature's number on every block that has room for it."""
    tall = np.abs(columns["weight"]) > room
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


def _said(W: np.ndarray) -> str:
    """How many neurons of each kind there are, and for few of them what each holds."""
    held = measure.neurons(W)
    one, several, none = ((held.sum(1) == 1).sum(), (held.sum(1) > 1).sum(), (held.sum(1) == 0).sum())
    kinds = f"{one} with one feature, {several} with several, {none} with none"
    text = f"{words.count(len(W), 'neuron')} of {words.count(W.shape[1], 'feature')}, {kinds}"
    if len(W) > 6 or W.shape[1] > FEW:
        return text
    each = [words.listing(np.flatnonzero(row).tolist()) or "nothing" for row in held[order_of(W)]]
    return f"{text}: they hold {', '.join(each)}"
