"""Kinds of sparse autoencoders beside one another: what they find, what they leave, what they take over (C6)."""

from collections.abc import Sequence

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex")


def _kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    names = tuple(kinds)
    if not 1 <= len(names) <= len(MARKERS) or not all(isinstance(one, str) for one in names):
        raise InputError(f"kinds must be 1 to {len(MARKERS)} names, got {len(names)}")
    return names


def _rows(names: tuple[str, ...], across: theme.Limits, label: str) -> figure:
    """A panel with a row for every kind, the first on top."""
    plot = theme.panel(across, (len(names) - 0.4, -0.6), height=60 + 44 * len(names))
    plot.xaxis.axis_label = label
    theme.label_ticks(plot.yaxis, dict(enumerate(names)))
    plot.ygrid.grid_line_color = None
    return plot


def recovered(
    kinds: Sequence[str],
    activations: ArrayLike,
    gaussian: ArrayLike,
    chance: float | int,
    bar: float | int,
    about: str = "",
) -> Figure:
    """The mean largest cosine of every seed, by kind, on activations and on a Gaussian with their covariance.

    kinds: at most six names. activations: (kind, seed). gaussian: (kind, null). chance: that of random directions.
    bar: what is asked of it. about: what was trained. Raises InputError for other shapes and values. Row C6.
    """
    names = _kinds(kinds)
    there = checks.array("activations", activations, len(names), "seed")
    without = checks.array("gaussian", gaussian, len(names), "null")
    plot = _rows(names, (0.3, 1.03), "mean over features of the largest cosine with a latent")
    theme.guide(plot, "height", bar, "dashed")
    theme.guide(plot, "height", chance)
    drawn = (
        ("activations", there, "circle", palette.GOLD, -0.12),
        ("Gaussian", without, "square", palette.SLATE, 0.12),
    )
    for label, values, marker, colour, shift in drawn:
        place = np.repeat(np.arange(len(names)) + shift, values.shape[1])
        data = theme.source(f"recovered-{label}", x=values.ravel(), y=place)
        dots = plot.scatter(
            *("x", "y"),
            size=9,
            marker=marker,
            source=data,
            fill_color=colour,
            line_color=None,
            legend_label=label,
        )
        theme.tips(plot, dots, mean_largest_cosine="@x{0.000}")
    theme.legend_above(plot)
    look = (
        "Every gold dot is an autoencoder trained on a model's activations, every slate square one trained on a "
        "Gaussian with the same covariance. The dashed line is the bar, the solid one what random directions have."
    )
    means = [f"{name} {words.number(one, 3)}" for name, one in zip(names, there.mean(1), strict=True)]
    alt = (
        f"Means on activations: {words.listing(means)}; on the Gaussian {words.interval(without.mean(1))}; of random "
        f"directions {words.number(chance)}."
    )
    return Figure(theme.stack([plot]), words.caption(look, about), alt)


def frontier(
    kinds: Sequence[str],
    active: ArrayLike,
    unexplained: ArrayLike,
    scale: ArrayLike,
    wanted: float | int,
    about: str = "",
) -> Figure:
    """What is left unexplained, and how much too short reconstructions are, over how many latents are on.

    kinds: at most six names. active, unexplained, scale: (kind, tried), > 0. wanted: features that are on, > 0.
    about: what was trained. Raises InputError for other shapes and values. Row C6.
    """
    names = _kinds(kinds)
    across = checks.array("active", active, len(names), "tried")
    left, factor = (
        checks.array(name, values, *across.shape)
        for name, values in (("unexplained", unexplained), ("scale", scale))
    )
    if min(across.min(), left.min(), factor.min(), wanted) <= 0:
        raise InputError("active, unexplained, scale and wanted must be > 0, got one that is not")
    limits = across.min() / 1.3, across.max() * 1.3
    panels = (
        _lines("left", names, across, left, limits, (left.min() / 1.4, left.max() * 1.4), "log"),
        _lines("scale", names, across, factor, limits, (min(0.5, factor.min() - 0.05), 1.15), "linear"),
    )
    panels[0].yaxis.axis_label = "share of the variance left"
    panels[1].yaxis.axis_label = "length of ĥ over what fits best"
    theme.guide(panels[1], "width", 1, "dashed")
    for plot in panels:
        theme.guide(plot, "height", wanted)
    look = (
        "Each line is a kind with several penalties or k. First, what reconstructions leave of activations; second, "
        "by what factor they are too long, 1 being right. As many are on as features at the line."
    )
    ends = [
        f"{name}: {words.interval(one)} left, factor {words.interval(two)}"
        for name, one, two in zip(names, left, factor, strict=True)
    ]
    return Figure(theme.wrap(panels, least=300), words.caption(look, about), f"{'; '.join(ends)}.")


def _lines(
    name: str,
    kinds: Sequence[str],
    x: np.ndarray,
    y: np.ndarray,
    across: tuple[float, float],
    up: tuple[float, float],
    axis: str,
) -> figure:
    plot = theme.panel(across, up, x_axis_type="log", y_axis_type=axis, height=380)
    plot.xaxis.axis_label = "latents on in a row"
    theme.tick(plot.xaxis, [1, 2, 5, 10, 20], grid=plot.xgrid[0])
    if axis == "log":
        theme.tick(plot.yaxis, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1], grid=plot.ygrid[0])
    for k, kind in enumerate(kinds):
        order = np.argsort(x[k])
        data = theme.source(f"frontier-{name}-{k}", x=x[k][order], y=y[k][order])
        colour = palette.FEATURES[k]
        plot.line("x", "y", source=data, line_color=colour, line_width=2)
        dots = plot.scatter(
            *("x", "y"),
            size=8,
            marker=MARKERS[k],
            source=data,
            fill_color=colour,
            line_color=None,
            legend_label=kind,
        )
        theme.tips(plot, dots, latents_on="@x{0.00}", value="@y{0.000}")
    theme.legend_above(plot)
    plot.legend.ncols = 3
    return plot


def absorbed(kinds: Sequence[str], silent: ArrayLike, about: str = "") -> Figure:
    """How often a parent's latent is off though the parent is on, with its child and without it.

    kinds: at most six names. silent: (kind, 2) in [0, 1], with the child and without. about: what was trained. Raises
    InputError for other shapes and values. Row C6.
    """
    names = _kinds(kinds)
    share = checks.array("silent", silent, len(names), 2)
    if share.min() < 0 or share.max() > 1:
        raise InputError(f"silent must be in [0, 1], got {share.min():g} to {share.max():g}")
    plot = _rows(names, (-0.03, 1.03), "share of rows with the parent on in which its latent is off")
    place = np.arange(len(names))
    line = theme.source("absorbed-line", x0=share[:, 1], x1=share[:, 0], y=place)
    plot.segment("x0", "y", "x1", "y", source=line, line_color=theme.MUTED, line_width=2)
    drawn = (("child on", 0, "circle", palette.GOLD), ("child off", 1, "square", palette.SLATE))
    for label, column, marker, colour in drawn:
        data = theme.source(f"absorbed-{column}", x=share[:, column], y=place)
        dots = plot.scatter(
            *("x", "y"),
            size=11,
            marker=marker,
            source=data,
            fill_color=colour,
            line_color=None,
            legend_label=label,
        )
        theme.tips(plot, dots, silent="@x{0.00}")
    theme.legend_above(plot)
    look = (
        "Gold is how often the latent along a parent feature is silent while the parent and its child are on, "
        "slate how often while the parent is on alone. Where gold lies to the right the child's latent has taken over."
    )
    ends = [
        f"{name} {words.number(one[0])} and {words.number(one[1])}"
        for name, one in zip(names, share, strict=True)
    ]
    return Figure(
        theme.stack([plot]), words.caption(look, about), f"With the child and without: {words.listing(ends)}."
    )
