"""Three ways to count features by sparse autoencoders of many sizes (C6)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

PANELS = ("alive", "error", "common")
LABELS = ("latents alive", "share of the variance left", "directions in common")


def counts(
    size: ArrayLike,
    activations: Mapping[str, ArrayLike],
    gaussian: Mapping[str, ArrayLike],
    features: int,
    top: float | int,
    about: str = "",
) -> Figure:
    """Latents alive, error and directions in common with the next larger size, over the number of latents.

    size: (size,), rising. activations, gaussian: `alive`, `error` and `common`, (size,), on a model's activations and
    on a Gaussian with their covariance. features: how many there are, ≥ 1. top: up to where errors are drawn, > 0.
    about: what was trained. Raises InputError for other shapes and values. Row C6.
    """
    latents = checks.array("size", size, "size")
    if features < 1 or top <= 0 or (np.diff(latents) <= 0).any():
        raise InputError("features must be ≥ 1, top > 0 and size rising, got others")
    for values in (activations, gaussian):
        checks.names("what is counted", values, PANELS)
    panels, told = [], []
    for name, label in zip(PANELS, LABELS, strict=True):
        own, null = (
            checks.array(f"{name} of {where}", values[name], len(latents))
            for where, values in (("activations", activations), ("gaussian", gaussian))
        )
        limit = top if name == "error" else 1.05 * latents.max()
        panels.append(_panel(name, label, latents, own, null, float(limit), features))
        digits = 2 if name == "error" else 0
        told.append(f"{label}: {words.numbers(own, digits)}, on the Gaussian {words.numbers(null, digits)}")
    look = (
        "Gold is on a model's activations, slate on a Gaussian with their covariance. First, latents that are ever on; "
        "second, what is left of the variance; third, directions that the next larger dictionary has too, of another "
        "seed. The solid line is the true number of features, the dotted one as many as there are latents."
    )
    return Figure(
        theme.wrap(panels, least=230),
        words.caption(look, about),
        f"For {words.numbers(latents, 0)} latents, {'; '.join(told)}.",
    )


def _panel(
    name: str, label: str, x: np.ndarray, own: np.ndarray, null: np.ndarray, top: float, features: int
) -> figure:
    plot = theme.panel((0.9 * x.min(), 1.04 * x.max()), (0, top), height=250)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "latents", label
    theme.guide(plot, "height", features)
    if name != "error":
        ends = np.array([0, x.max()])
        plot.line(
            "x",
            "y",
            source=theme.source(f"counts-{name}-all", x=ends, y=ends),
            line_color=theme.MUTED,
            line_dash="2 4",
        )
    for where, values, marker, colour in (
        ("Gaussian", null, "square", palette.SLATE),
        ("activations", own, "circle", palette.GOLD),
    ):
        data = theme.source(f"counts-{name}-{where}", x=x, y=values)
        plot.line("x", "y", source=data, line_color=colour, line_width=2.5)
        dots = plot.scatter(
            *("x", "y"),
            size=8,
            marker=marker,
            source=data,
            fill_color=colour,
            line_color=None,
            legend_label=where,
        )
        theme.tips(plot, dots, latents="@x{0}", value="@y{0.00}")
    theme.legend_above(plot)
    return plot
