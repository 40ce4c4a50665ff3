"""A small layer that stands in for a larger sparse one: what goes in, and what is read back (F03)."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

LIMIT = 3.0


def simulation(x: ArrayLike, read: ArrayLike, m: int, about: str = "") -> Figure:
    """Every feature of a sparse input with what a linear read-out finds of it in m hidden dimensions.

    x: (feature,), the input. read: (feature,), WᵀWx. m: hidden dimensions, ≥ 1. about: what was trained, if anything.
    Raises InputError for other shapes or values. Row F03.
    """
    true = checks.array("x", x, "feature")
    found = checks.array("read", read, len(true))
    if m < 1:
        raise InputError(f"m must be at least 1, got {m}")
    n, on = len(true), true != 0
    plot = theme.panel((-1.0, float(n)), (-LIMIT, LIMIT), height=320)
    plot.xgrid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "feature i", "value"
    theme.guide(plot, "width", 0.0)
    data = theme.source(
        "simulation",
        feature=np.arange(n),
        x=true,
        read=found,
        colour=[palette.GOLD if active else palette.SLATE for active in on],
        size=np.where(on, 10, 5),
        ring=np.where(on, 15, 0),
    )
    plot.segment("feature", "x", "feature", "read", source=data, line_color="colour", line_width=1.5)
    plot.scatter(
        "feature", "x", size="ring", source=data, fill_color=None, line_color=theme.INK, line_width=1.5
    )
    drawn = plot.scatter("feature", "read", size="size", source=data, fill_color="colour", line_color=None)
    theme.tips(plot, drawn, feature="@feature", value="@x{0.00}", read_back="@read{0.00}")
    look = (
        "Dots: what is read back for each feature, gold where the feature is active and slate where it is off. "
        "Rings: the true values of the active ones. The line from true to read is the noise."
    )
    noise = float(np.sqrt(np.mean((found - true) ** 2)))
    alt = (
        f"{int(on.sum())} of {words.count(n, 'feature')} active in {words.count(int(m), 'hidden dimension')}: "
        f"the values read back are off by {words.number(noise)} on average (root mean square)."
    )
    return Figure(plot, words.caption(look, about), alt)
