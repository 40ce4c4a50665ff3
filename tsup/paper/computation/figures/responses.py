"""Absolute values in superposition: what it gains, and what single neurons respond to (F32, F33)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.paper.computation.analysis import causes
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

BANDS = ((0.0, 0.01), (0.01, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1.0))
CAUSES = ("largest weight", "second weight", "any other")
SHADES = (palette.SLATE, palette.GOLD, palette.ABSENT)
SHOWN = 8


def computing(
    density: ArrayLike,
    ratio: ArrayLike,
    ordinary: ArrayLike,
    computed: ArrayLike,
    hidden: int,
    about: str = "",
) -> Figure:
    """Losses over that of the model by hand, and how many absolute values the best model computes, over density.

    density: (density,) in (0, 1]. ratio, ordinary: (density, start) > 0, of starts with a positive read-out and of
    ordinary ones. computed: (density,) features computed. hidden: neurons. about: what was trained. Raises InputError
    for other shapes and values. Row F32.
    """
    p = checks.densities(density, "density")
    starts = {
        "small, positive read-out": checks.array("ratio", ratio, len(p), "start"),
        "ordinary": checks.array("ordinary", ordinary, len(p), "start"),
    }
    for name, values in zip(("ratio", "ordinary"), starts.values(), strict=True):
        if values.min() <= 0:
            raise InputError(f"{name} must be > 0, got {values.min():g}")
    count = checks.array("computed", computed, len(p))
    trained, glorot = starts.values()
    left, right = _losses(p, starts), _computed(p, count, hidden)
    look = (
        "First, every start's loss as a multiple of what the model by hand loses, which gives a feature two neurons: "
        "below the dashed line, superposition pays. Second, how many features have more than half of |x| explained by "
        "the best model; dashed: one a neuron, dotted: two neurons each."
    )
    best = [f"{words.number(values.min(), 2)} at {at:g}" for at, values in zip(p, trained, strict=True)]
    alt = (
        f"Least ratio: {words.listing(best)}; the best ordinary starts reach "
        f"{words.numbers(glorot.min(1))}. Computed: {words.listing(f'{value:g}' for value in count)}."
    )
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _losses(p: np.ndarray, starts: Mapping[str, np.ndarray]) -> figure:
    """Every start's loss over that of the model by hand, the kinds of starts beside each other at each density."""
    every = np.concatenate([values.ravel() for values in starts.values()])
    limits = 0.2 * every.min(), 2 * every.max()
    plot = theme.panel(_edges(p), limits, x_axis_type="log", y_axis_type="log", height=340)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p", "loss over that of the model by hand"
    theme.guide(plot, "width", 1, "dashed")
    for k, (name, values) in enumerate(starts.items()):
        shift = (0.96, 1.04)[k]
        data = theme.source(
            f"computing-{k}",
            density=np.repeat(p, values.shape[1]),
            x=np.repeat(p * shift, values.shape[1]),
            ratio=values.ravel(),
        )
        dots = plot.scatter(
            *("x", "ratio"),
            size=9,
            marker=("circle", "triangle")[k],
            source=data,
            fill_color=(palette.GOLD, palette.SLATE)[k],
            fill_alpha=0.75,
            line_color=None,
            legend_label=name,
        )
        theme.tips(plot, dots, density="@density", ratio="@ratio{0.000}")
    theme.legend_above(plot)
    return plot


def _computed(p: np.ndarray, count: np.ndarray, hidden: int) -> figure:
    """How many absolute values are computed, with a line at one neuron each and one at two."""
    plot = theme.panel(_edges(p), (0, 1.15 * max(count.max(), hidden)), x_axis_type="log", height=340)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p", "absolute values computed"
    theme.guide(plot, "width", hidden, "dashed")
    theme.guide(plot, "width", hidden / 2, "dotted")
    data = theme.source("computing-count", density=p, count=count)
    plot.line("density", "count", source=data, line_color=palette.GOLD, line_width=2.5)
    dots = plot.scatter("density", "count", size=10, source=data, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, dots, density="@density", computed="@count")
    return plot


def _edges(p: np.ndarray) -> theme.Limits:
    """The ends of an axis on which densities fall from left to right."""
    return 1.4 * p.max(), 0.7 * p.min()


def profile(
    activation: ArrayLike, cause: ArrayLike, weights: ArrayLike, neuron: int, about: str = ""
) -> Figure:
    """What drives one neuron, by how strongly it is active.

    activation: (row,) > 0, falling, of the rows on which it is active; cause: (row,), the feature that pushes it up
    most in each. weights: (feature,), its weights from the inputs. neuron: its number. about: what was trained.
    At least 20 rows. Raises InputError for other shapes, fewer rows or activations that rise. Row F33.
    """
    h = checks.array("activation", activation, "row")
    if len(h) < 20 or (np.diff(h) > 0).any() or h[-1] <= 0:
        raise InputError(f"activation must be at least 20 falling values > 0, got {len(h)}")
    driver, W = checks.array("cause", cause, len(h)).astype(int), checks.array("weights", weights, "feature")
    rank = np.argsort(-np.abs(W), kind="stable")
    shares = causes(driver, W, BANDS)
    left = theme.panel((0, 1), (len(BANDS) - 0.4, -1.9), height=360)
    left.ygrid.visible = False
    left.xaxis.axis_label, left.yaxis.axis_label = "share of the inputs", "activations"
    theme.label_ticks(left.yaxis, {k: _band_name(band) for k, band in enumerate(BANDS)})
    ends = shares.cumsum(1)
    for k, name in enumerate(CAUSES):
        data = theme.source(
            f"profile-{k}",
            band=np.arange(len(BANDS)).astype(float),
            left=ends[:, k] - shares[:, k],
            right=ends[:, k],
            share=shares[:, k],
        )
        bars = left.hbar(
            y="band",
            left="left",
            right="right",
            height=0.78,
            source=data,
            fill_color=SHADES[k],
            line_color=None,
            legend_label=name,
        )
        theme.tips(left, bars, share="@share{0%}")
    theme.legend(left, "top_left")
    right = _largest_weights(W, rank[:SHOWN])
    look = (
        "First, which weight of the neuron drives it, from its strongest activations at the top to its weakest; "
        f"second, its {SHOWN} largest weights. At the top the neuron looks as if it stood for one feature."
    )
    alt = (
        f"Neuron {neuron}: its largest weight is feature {rank[0]}'s, {words.number(W[rank[0]])}, then feature "
        f"{rank[1]}'s, {words.number(W[rank[1]])}. Of the top {BANDS[0][1]:.0%} of its activations {shares[0, 0]:.0%} "
        "are due to the "
        f"first, of the lower half {shares[-1, 0]:.0%}."
    )
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _band_name(band: tuple[float, float]) -> str:
    return f"top {band[1]:.0%}" if band[0] == 0 else f"{band[0]:.0%} – {band[1]:.0%}"


def _largest_weights(W: np.ndarray, rank: np.ndarray) -> figure:
    plot = theme.panel((-1.08, 1.08), (len(rank) - 0.4, -0.6), height=360)
    plot.ygrid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "weight", "largest weights"
    plot.yaxis.ticker = []
    theme.guide(plot, "height", 0)
    at, weight = np.arange(len(rank)).astype(float), W[rank]
    data = theme.source(
        "profile-weights",
        y=at,
        x=np.where(weight > 0, -0.14, 0.14),
        weight=weight,
        feature=np.array(rank, float),
        text=[f"x{k}" for k in rank],
    )
    bars = plot.hbar(
        y="y", left=0, right="weight", height=0.78, source=data, fill_color=palette.SLATE, line_color=None
    )
    theme.tips(plot, bars, feature="@feature", weight="@weight{0.00}")
    theme.write(plot, data)
    return plot
