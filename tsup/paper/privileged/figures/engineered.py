"""What the bias that neurons start from does to them, and what it costs (C4)."""

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure


def engineered(start: ArrayLike, monosemantic: ArrayLike, ratio: ArrayLike, about: str = "") -> Figure:
    """The share of monosemantic neurons from every hidden bias at the start, and the loss beside the ordinary start's.

    start: (start,) biases, falling. monosemantic: (start, seed) in [0, 1]. ratio: (start, seed) > 0, the loss in units
    of that from the first start. about: what was trained. Raises InputError for other shapes. Row C4.
    """
    bias = checks.array("start", start, "start")
    shares = checks.array("monosemantic", monosemantic, len(bias), "seed")
    ratios = checks.array("ratio", ratio, *shares.shape)
    left = _panel(bias, (-0.02, 1.2 * max(0.1, float(shares.max()))), "share of monosemantic neurons")
    _seeds(left, "engineered-share", bias, shares)
    low, high = min(0.95, float(ratios.min()) - 0.02), max(1.05, float(ratios.max()) + 0.02)
    right = _panel(bias, (low, high), "loss / loss from the first start")
    theme.guide(right, "width", 1, "dotted")
    _seeds(right, "engineered-ratio", bias, ratios)
    look = (
        "First, which share of the neurons is monosemantic, for every hidden bias at the start: a point for each seed, "
        "and a line through their means. Second, the loss in units of that of the same seed from the first start."
    )
    told = [
        f"from {words.number(one)} {words.interval(share)} are monosemantic, loss × {words.interval(loss, 3)}"
        for one, share, loss in zip(bias, shares, ratios, strict=True)
    ]
    alt = f"{len(bias)} starts, {shares.shape[1]} seeds: {'; '.join(told)}."
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _panel(bias: np.ndarray, y: theme.Limits, label: str) -> figure:
    room = 0.06 * max(0.1, float(bias.max() - bias.min()))
    plot = theme.panel((bias.max() + room, bias.min() - room), y, height=320)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "hidden bias at the start", label
    theme.label_ticks(plot.xaxis, {float(one): words.number(one) for one in bias})
    return plot


def _seeds(plot: figure, name: str, bias: np.ndarray, values: np.ndarray) -> None:
    """A point for every seed, and a line through the means."""
    means = theme.source(f"{name}-mean", x=bias, y=values.mean(1))
    plot.line("x", "y", source=means, line_color=palette.SLATE, line_width=2.5)
    each = theme.source(name, x=np.repeat(bias, values.shape[1]), y=values.ravel())
    dots = plot.scatter(
        "x", "y", size=9, source=each, fill_color=palette.GOLD, line_color=None, fill_alpha=0.75
    )
    theme.tips(plot, dots, start="@x", value="@y{0.000}")
