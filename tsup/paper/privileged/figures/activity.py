"""How the model escapes its hidden ReLU: how often it lets activations through, and what that is worth (F29)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, curves, theme, words
from tsup.plots.kit.figure import Figure

TICKS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)


def escape(
    density: ArrayLike, positive: Mapping[str, ArrayLike], ratio: Mapping[str, ArrayLike], about: str = ""
) -> Figure:
    """The share of positive hidden activations of each kind of model, and its loss beside that of a linear layer.

    density: (density,) in (0, 1]. positive: label → (density,) in [0, 1], up to five. ratio: label → (density,) > 0,
    the loss in units of that of the model without a hidden ReLU, for the same labels. about: what was trained.
    Raises InputError for other shapes. Row F29.
    """
    p = checks.densities(density, "density")
    curves.check("positive", positive)
    shares = {k: checks.array(f"positive[{k!r}]", one, len(p)) for k, one in positive.items()}
    if list(positive) != list(ratio):
        raise InputError(f"ratio must name the models {list(positive)}, got {list(ratio)}")
    ratios = {k: checks.array(f"ratio[{k!r}]", one, len(p)) for k, one in ratio.items()}
    left = _axes(p, (0, 1.04), "share of positive activations")
    theme.guide(left, "width", 0.95, "dotted")
    curves.draw(left, "escape-positive", p, shares, "bottom_left")
    top = max(float(one.max()) for one in ratios.values())
    right = _axes(p, (0, 1.15 * top), "loss / loss without hidden ReLU")
    theme.guide(right, "width", 1, "dotted")
    curves.draw(right, "escape-ratio", p, ratios, "top_left")
    look = (
        "First, how often a hidden activation is positive, so that the ReLU does nothing to it; dotted at 0.95. "
        "Second, the loss in units of that of a model without the hidden ReLU; dotted where the two are equal."
    )
    ends = [
        f"{label}: {words.interval(shares[label])} positive, loss {words.interval(ratios[label])} times the linear one"
        for label in shares
    ]
    alt = f"Over densities {p.max():g} to {p.min():g}. {'; '.join(ends)}."
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _axes(p: np.ndarray, y: theme.Limits, label: str) -> figure:
    plot = theme.panel((1.1 * p.max(), p.min() / 1.1), y, height=340, x_axis_type="log")
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p, sparser to the right", label
    plot.xgrid.minor_grid_line_color = None
    theme.tick(plot.xaxis, TICKS)
    return plot
