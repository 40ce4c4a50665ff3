"""Interference between features on the way to their absolute values, and how often its inhibition is found (F34)."""

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import circuits
from tsup.errors import InputError
from tsup.plots import circuits as circuits_plot
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.bars import stacked
from tsup.plots.kit.figure import Figure


def pushes(
    W1: ArrayLike,
    W2: ArrayLike,
    feature: int,
    sign: float | int,
    reach: tuple[float | int, float | int] | None = None,
    about: str = "",
) -> Figure:
    """What every output receives from every neuron when one feature alone is active.

    W1: (hidden, feature). W2: (feature, hidden). feature: the active one. sign: 1 or −1, its value. reach: the ends of
    the scale, beyond which bars are cut; without it, all features and signs fit. about: what was trained. Raises
    InputError for other shapes and values. Row F34.
    """
    inward = checks.array("W1", W1, "hidden", "feature")
    outward = checks.array("W2", W2, inward.shape[1], len(inward))
    n = inward.shape[1]
    if n < 2:
        raise InputError(f"W1 must have at least 2 features, got {n}")
    if not 0 <= feature < n:
        raise InputError(f"feature must be in 0 … {n - 1}, got {feature}")
    if sign not in (1, -1):
        raise InputError(f"sign must be 1 or -1, got {sign}")
    parts = circuits.pushes(inward, outward, feature, sign)
    plot = _received(parts, *(reach or _common_scale(inward, outward)))
    look = (
        "The wires are the weights, those that carry something strong. Bars: what single neurons push an output up "
        "(red) or down (blue) when one feature alone is active; diamonds: all together. The active feature's own "
        "output should receive 1, the others 0 or less, which the ReLU clips."
    )
    total = parts.sum(1)
    others = np.delete(total, feature)
    alt = (
        f"x{feature} = {'1' if sign > 0 else '−1'}: its own output receives {words.number(total[feature])}, the others "
        f"{words.interval(others)}; the strongest single pushes are {words.number(parts.max())} and "
        f"{words.number(parts.min())}."
    )
    wires = _wires(inward, outward, feature, sign)
    return Figure(theme.wrap([wires, plot], least=270), words.caption(look, about), alt)


def _received(parts: np.ndarray, low: float | int, high: float | int) -> figure:
    """What every output receives: a bar from each neuron, and a diamond for all together."""
    n, pad = len(parts), 0.06 * (high - low) + 0.05
    plot = theme.panel((-0.6, n - 0.4), (low - pad, high + pad), height=300)
    plot.xgrid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "output", "received before the ReLU"
    theme.count_along(plot.xaxis, n, 12)
    theme.guide(plot, "width", 0)
    _push_bars(plot, parts)
    marks = theme.source("pushes-total", output=np.arange(n).astype(float), total=parts.sum(1))
    dots = plot.scatter(
        *("output", "total"),
        size=13,
        marker="diamond",
        source=marks,
        fill_color=palette.GOLD,
        line_color=theme.INK,
    )
    theme.tips(plot, dots, output="@output", total="@total{0.00}")
    return plot


def _push_bars(plot: figure, parts: np.ndarray) -> None:
    inner, outer = stacked(parts)
    output, neuron = (values.ravel() for values in np.indices(parts.shape))
    data = theme.source(
        "pushes",
        output=output.astype(float),
        neuron=neuron.astype(float),
        top=outer.ravel(),
        bottom=inner.ravel(),
        push=parts.ravel(),
        colour=[palette.POSITIVE if value > 0 else palette.NEGATIVE for value in parts.ravel()],
    )
    bars = plot.vbar(
        *("output", 0.7, "top", "bottom"),
        source=data,
        fill_color="colour",
        fill_alpha=0.8,
        line_color=theme.GRID,
    )
    theme.tips(plot, bars, output="@output", neuron="@neuron", push="@push{0.00}")


def _wires(inward: np.ndarray, outward: np.ndarray, feature: int, sign: float | int) -> figure:
    """The model as a graph in which only the wires that carry something are strong."""
    plot, (lines, dots) = circuits_plot.graph(inward, outward)
    awake = sign * inward[:, feature] > circuits_plot.SEEN
    into, of = np.asarray(lines.data["x0"]) == circuits_plot.INPUT, np.asarray(lines.data["feature"])
    carries = np.isin(lines.data["neuron"], np.flatnonzero(awake)) & (~into | (of == feature))
    lines.data["alpha"] = np.where(carries, 1, circuits_plot.FAINT).astype(np.float32)
    dots.data["alpha"] = np.where(awake, 1, circuits_plot.FAINT).astype(np.float32)
    return plot


def _common_scale(inward: np.ndarray, outward: np.ndarray) -> tuple[float, float]:
    """The ends of a scale that every feature and sign fit."""
    driven = np.maximum(circuits.SIGNS[:, None, None] * inward.T, 0)
    parts = driven[:, :, None] * outward
    return float(np.minimum(parts, 0).sum(-1).min()), float(np.maximum(parts, 0).sum(-1).max())


def motif_counts(
    density: ArrayLike, motifs: ArrayLike, shuffled: ArrayLike, ratio: ArrayLike, about: str = ""
) -> Figure:
    """How many instances of the motif trained models hold, beside models with shuffled read-outs, over density.

    density: (density,) in (0, 1]. motifs, shuffled: (density, start) counts. ratio: (density, start) > 0, losses over
    that of the model by hand. about: what was trained. Raises InputError for other shapes. Row F34.
    """
    p = checks.densities(density, "density")
    count = checks.array("motifs", motifs, len(p), "start")
    null = checks.array("shuffled", shuffled, *count.shape)
    loss = checks.array("ratio", ratio, *count.shape)
    edges = (1.4 * p.max(), 0.7 * p.min())
    left = theme.panel(edges, (-0.15, 1.2 * max(count.mean(1).max(), 1)), x_axis_type="log", height=320)
    left.xaxis.axis_label, left.yaxis.axis_label = "density p", "instances in a model"
    for k, (name, values) in enumerate({"trained": count, "read-out shuffled": null}.items()):
        data = theme.source(
            f"motifs-{k}", density=p, mean=values.mean(1), share=(values > 0).mean(1), most=values.max(1)
        )
        colour, dash = (palette.GOLD, palette.SLATE)[k], ("solid", "dashed")[k]
        left.line(
            *("density", "mean"),
            source=data,
            line_color=colour,
            line_width=2.5,
            line_dash=dash,
            legend_label=name,
        )
        dots = left.scatter("density", "mean", size=9, source=data, fill_color=colour, line_color=None)
        theme.tips(left, dots, density="@density", mean="@mean{0.00}", share_with="@share{0%}", most="@most")
    theme.legend_above(left)
    right = theme.panel(
        (-0.5, count.max() + 0.5), (0.7 * loss.min(), 1.5 * loss.max()), y_axis_type="log", height=320
    )
    right.xaxis.axis_label = "instances in a model"
    right.yaxis.axis_label = "loss over that of the model by hand"
    theme.guide(right, "width", 1, "dashed")
    colours = palette.sequence(len(p))
    shift = np.linspace(-0.3, 0.3, len(p))[:, None]
    data = theme.source(
        "motifs-starts",
        x=(count + shift).ravel(),
        count=count.ravel(),
        ratio=loss.ravel(),
        density=np.repeat(p, count.shape[1]),
        colour=np.repeat(colours, count.shape[1]).tolist(),
    )
    dots = right.scatter(
        "x", "ratio", size=7, source=data, fill_color="colour", fill_alpha=0.7, line_color=None
    )
    theme.tips(right, dots, density="@density", instances="@count", ratio="@ratio{0.000}")
    look = (
        "First, instances of the motif, by the rule of the text, in an average model; the dashed line is what the same "
        "rule finds when every neuron's read-out is shuffled among the outputs. Second, every start, from dense "
        "(violet) to sparse (green)."
    )
    alt = (
        f"At densities {words.listing([f'{at:g}' for at in p])} an average model holds "
        f"{words.numbers(count.mean(1), 1)} instances, a shuffled one {words.numbers(null.mean(1), 2)}."
    )
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)
