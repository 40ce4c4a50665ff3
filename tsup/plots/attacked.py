"""One input of a small model and what a small move of it does to the outputs (F24)."""

from collections.abc import Sequence

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.plots import checks, palette, theme, words
from tsup.plots.figure import Figure

PLANE = 1.5
LOW, HIGH = -0.75, 1.75
LOOK = (
    "Left, the hidden plane: the features' directions, the input (ring) and where the attack puts it (gold). Right, "
    "bars for every feature's input above and output below, and a gold dot where the attack puts each. The inputs "
    "hardly move; look at what happens to the outputs."
)


def attacked(W: ArrayLike, b: ArrayLike, x: ArrayLike, move: ArrayLike, about: str = "") -> Figure:
    """An input of a model x' = ReLU(WᵀWx + b) with two hidden dimensions, before and after it is moved.

    W: (2, feature), at most eight features. b, x, move: (feature,). about: what was trained. Raises InputError for
    other shapes. Row F24.
    """
    weights = checks.array("W", W, 2, "feature")
    n = weights.shape[1]
    bias, clean, shift = (
        checks.array(name, values, n) for name, values in (("b", b), ("x", x), ("move", move))
    )
    inputs = np.array([clean, clean + shift])
    hidden = inputs @ weights.T
    outputs = np.maximum(hidden @ weights + bias, 0)
    colours = palette.features(np.ones(n))
    sides = theme.stack(
        [_bars("inputs", "input", inputs, colours), _bars("outputs", "output", outputs, colours)]
    )
    layout = theme.wrap([_plane(weights, hidden, colours), sides], least=280)
    return Figure(layout, words.caption(LOOK, about), _alt(inputs, outputs))


def _alt(inputs: np.ndarray, outputs: np.ndarray) -> str:
    before, after = ((inputs[0] - out) @ (inputs[0] - out) for out in outputs)
    moved, answered = (float(np.linalg.norm(values[1] - values[0])) for values in (inputs, outputs))
    most = int(np.abs(outputs[1] - outputs[0]).argmax())
    return (
        f"The input moves by {words.number(moved)} and the outputs by {words.number(answered)}. "
        f"The largest change is that of output {most}, from {words.number(outputs[0, most])} to "
        f"{words.number(outputs[1, most])}; the squared error goes from {words.number(before, 3)} to "
        f"{words.number(after, 3)}."
    )


def _plane(W: np.ndarray, hidden: np.ndarray, colours: Sequence[str]) -> figure:
    """The directions of the features, and the input's place before and after."""
    plot = theme.bare(theme.panel((-PLANE, PLANE), (-PLANE, PLANE), aspect_ratio=1, max_width=340))
    zero = np.zeros(W.shape[1])
    arms = theme.source(
        "attacked-directions",
        x0=zero,
        y0=zero,
        x1=W[0],
        y1=W[1],
        colour=list(colours),
        feature=np.arange(len(zero)),
    )
    plot.segment("x0", "y0", "x1", "y1", source=arms, line_color="colour", line_width=3)
    dots = plot.scatter("x1", "y1", size=9, source=arms, color="colour")
    theme.tips(plot, dots, feature="@feature")
    (before, after) = hidden
    way = theme.source("attacked-way", x0=before[:1], y0=before[1:], x1=after[:1], y1=after[1:])
    plot.segment("x0", "y0", "x1", "y1", source=way, line_color=palette.GOLD, line_width=4)
    plot.scatter("x1", "y1", size=13, source=way, fill_color=palette.GOLD, line_color=theme.INK)
    plot.scatter("x0", "y0", size=13, source=way, fill_color=None, line_color=theme.INK, line_width=2)
    return plot


def _bars(name: str, label: str, values: np.ndarray, colours: Sequence[str]) -> figure:
    """One bar a feature for the clean value, with a stroke to a dot at the attacked one."""
    n = len(colours)
    plot = theme.panel((-0.6, n - 0.4), (LOW, HIGH), height=170)
    plot.xgrid.visible = False
    plot.min_border_left = 52
    plot.xaxis.axis_label, plot.yaxis.axis_label = f"{label} of feature", label
    theme.count_along(plot.xaxis, n, 8)
    theme.guide(plot, "width", 0)
    data = theme.source(
        f"attacked-{name}", x=np.arange(n), before=values[0], after=values[1], colour=list(colours)
    )
    bars = plot.vbar("x", 0.5, "before", source=data, color="colour", line_color=None, fill_alpha=0.55)
    plot.segment("x", "before", "x", "after", source=data, line_color=palette.GOLD, line_width=4)
    plot.scatter("x", "after", size=10, source=data, fill_color=palette.GOLD, line_color=theme.INK)
    theme.tips(plot, bars, feature="@x", clean="@before{0.00}", attacked="@after{0.00}")
    return plot
