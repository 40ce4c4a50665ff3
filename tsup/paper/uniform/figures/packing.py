"""How clean polytopes come out, and what bounds a feature's dimensionality (C5, C8)."""

from collections.abc import Mapping

import numpy as np
from bokeh.models import FixedTicker
from numpy.typing import ArrayLike

from tsup import measure
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure


def pressure(per_dimension: ArrayLike, filled: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """How much of the space known polytopes fill, against the number of features that compete for a dimension.

    per_dimension: (size,) features per dimension n/m, > 0. filled: label → (size,) in [0, 1], up to five. about: what
    was trained. Raises InputError for other shapes. Row C5.
    """
    x = checks.array("per_dimension", per_dimension, "size")
    curves.check("filled", filled)
    lines = {label: checks.array(f"filled[{label!r}]", one, len(x)) for label, one in filled.items()}
    plot = theme.panel((0.9 * x.min(), 1.1 * x.max()), (0, 1.5), height=340, x_axis_type="log")
    plot.xaxis.axis_label, plot.yaxis.axis_label = "features per dimension n/m", "share filled by polytopes"
    plot.xgrid.minor_grid_line_color = None
    plot.yaxis.ticker = plot.ygrid.ticker = FixedTicker(ticks=[0, 0.25, 0.5, 0.75, 1])
    theme.tick(plot.xaxis, x)
    curves.draw(plot, "pressure", x, lines, "top_right")
    look = "The share of the hidden dimensions that known polytopes fill: 1 is a clean product, 0 is no order at all."
    first, last = x.argmin(), x.argmax()
    ends = [f"{label}: from {one[first]:.2f} to {one[last]:.2f}" for label, one in lines.items()]
    alt = f"Share filled from {x.min():g} to {x.max():g} features per dimension. {'; '.join(ends)}."
    return Figure(plot, words.caption(look, about), alt)


def leverage(W: ArrayLike, about: str = "") -> Figure:
    """Every represented feature by its leverage τᵢ and its dimensionality Dᵢ, which is never larger.

    W: (hidden, feature). about: what was trained. Raises InputError for other shapes. Row C8.
    """
    matrix = checks.array("W", W, "hidden", "feature")
    kept = np.flatnonzero(measure.represented(matrix))
    tau, D = measure.leverage(matrix)[kept], measure.dimensionality(matrix)[kept]
    plot = theme.panel((0, 1.05), (0, 1.05), aspect_ratio=1, max_width=460)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "leverage τᵢ", "dimensionality Dᵢ"
    line = theme.source("leverage-equal", x=np.array([0.0, 1]), y=np.array([0.0, 1]))
    plot.line("x", "y", source=line, line_color=theme.MUTED, line_dash="6 4")
    data = theme.source("leverage", x=tau, y=D, feature=kept)
    dots = plot.scatter(
        "x", "y", size=8, source=data, fill_color=palette.GOLD, fill_alpha=0.6, line_color=None
    )
    theme.tips(plot, dots, feature="@feature", leverage="@x{0.000}", dimensionality="@y{0.000}")
    look = "Each dot is a represented feature; on the dashed line leverage and dimensionality are equal."
    equal, above = int((np.abs(tau - D) < 0.01).sum()), int((D > tau + 1e-9).sum())
    alt = (
        f"{words.count(len(kept), 'represented feature')}: {equal} within 0.01 of the line and {above} above it; "
        f"leverages sum to {words.number(tau.sum())}."
    )
    return Figure(theme.stack([plot]), words.caption(look, about), alt)
