"""Bars of the features' norms, one a feature, in reading order from the top, and what they show in words."""

from typing import Any

import numpy as np
from bokeh.core.property.vectorization import Field
from bokeh.models import FixedTicker
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure
from bokeh.transform import transform

from tsup import measure
from tsup.plots.kit import palette, theme

NORM_LIMIT = 1.5
TIPS = {"feature": "@feature", "norm": "@norm{0.00}", "interference": "@interference{0.00}"}


def panel(n: int, top: float | int = -0.5, **options: Any) -> figure:
    """An empty panel for the norms of n features; its scale reaches 1.5, for norms can exceed 1."""
    defaults = {"height": max(150, min(24 * n, 420) + 50), "min_border_right": 14}
    plot = theme.panel((0, NORM_LIMIT), (n - 0.5, top), **defaults | options)
    plot.ygrid.visible = False
    plot.xaxis.ticker = FixedTicker(ticks=[0, 0.5, 1, 1.5])
    plot.xaxis.axis_label, plot.yaxis.axis_label = "norm ‖Wᵢ‖", "feature i"
    theme.count_along(plot.yaxis, n, 10)
    plot.yaxis.bounds = (-0.5, n - 0.5)
    return plot


def draw(plot: figure, name: str, norms: np.ndarray, fill: Any, **columns: Any) -> GlyphRenderer:
    """Draw a bar as long as its feature's norm; `fill` is a column's name or a mapping of one."""
    data = theme.source(name, feature=np.arange(len(norms)), norm=norms, **columns)
    thick = 0.72 if len(norms) <= 30 else 0.9
    return plot.hbar(
        y="feature", left=0, right="norm", height=thick, source=data, fill_color=fill, line_color=None
    )


def draw_norms(plot: figure, name: str, W: np.ndarray) -> None:
    """Draw the norms of W (hidden, feature), slate where a feature is alone and gold where it shares its direction."""
    drawn = draw(plot, name, measure.norms(W), by_interference(), interference=measure.interference(W))
    theme.guide(plot, "height", 0.5, "dotted")
    theme.tips(plot, drawn, **TIPS)


def stacked(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the blocks of every row (row, part) begin and end, stacked up from 0 where positive and down where not."""
    above, below = np.maximum(parts, 0).cumsum(1), np.minimum(parts, 0).cumsum(1)
    outer = np.where(parts > 0, above, below)
    return outer - parts, outer


def by_interference() -> Field:
    """Fill colours from a column `interference`."""
    return transform("interference", palette.superposition())


def tally(W: np.ndarray) -> tuple[int, int]:
    """How many features W (hidden, feature) represents, and how many of these meet an interference below 0.1."""
    kept = measure.represented(W)
    return int(kept.sum()), int((kept & (measure.interference(W) < 0.1)).sum())
