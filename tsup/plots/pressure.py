"""How clean polytopes come out, and what bounds a feature's dimensionality (C5, C8)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from tsup import measure
from tsup.plots import checks, curves, palette, theme, words
from tsup.plots.figure import Figure


def pressure(per_dimension: ArrayLike, spread: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """How far features stay from their nearest plateau, against the number that compete for a dimension.

    per_dimension: (size,) features per dimension n/m, > 0. spread: label → (size,) ≥ 0, up to five; NaN, where nothing
    was measured, leaves a gap. about: what was trained. Raises InputError for other shapes. Row C5.
    """
    x = checks.array("per_dimension", per_dimension, "size")
    curves.check("spread", spread)
    lines = {label: _measured(f"spread[{label!r}]", one, len(x)) for label, one in spread.items()}
    top = max(float(np.nanmax(one)) for one in lines.values())
    plot = theme.panel(
        (0.9 * x.min(), 1.1 * x.max()), (0, 1.25 * max(top, 1e-9)), height=340, x_axis_type="log"
    )
    plot.xaxis.axis_label, plot.yaxis.axis_label = "features per dimension n/m", "spread about the plateaus"
    plot.xgrid.minor_grid_line_color = None
    curves.draw(plot, "pressure", x, lines, "top_right")
    look = "The distance of features' dimensionalities from the nearest plateau: the lower, the cleaner the polytopes."
    ends = [f"{label}: {_ends(x, one)}" for label, one in lines.items()]
    alt = f"Spread from {x.min():g} to {x.max():g} features per dimension. {'; '.join(ends)}."
    return Figure(plot, words.caption(look, about), alt)


def _measured(name: str, values: ArrayLike, size: int) -> np.ndarray:
    """A line with at least one finite value."""
    line = np.asarray(values, dtype=float)
    gaps = np.isnan(line)
    checks.array(name, np.where(gaps & ~gaps.all(), 0, line), size)
    return line


def _ends(x: np.ndarray, line: np.ndarray) -> str:
    """The values for the fewest and the most features per dimension that were measured."""
    order = [k for k in np.argsort(x) if np.isfinite(line[k])]
    last = f"to {words.number(line[order[-1]], 3)}"
    beyond = "" if order[-1] == x.argmax() else f" at {x[order[-1]]:g}, with nothing measured beyond"
    return f"from {words.number(line[order[0]], 3)} {last}{beyond}"


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
    plot.line("x", "y", source=line, line_color=theme.MUTED, line_dash=[6, 4])
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
