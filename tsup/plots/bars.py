"""Bars of the features' norms, one a feature, in reading order from the top."""

from typing import Any

import numpy as np
from bokeh.models import FixedTicker
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure

from tsup.plots import theme

NORM_LIMIT = 1.5


def panel(n: int, top: float = -0.5, **options: Any) -> figure:
    """An empty panel for the norms of n features; its scale reaches 1.5, for norms can exceed 1."""
    plot = theme.panel(
        (0, NORM_LIMIT), (n - 0.5, top), **{"height": max(150, min(24 * n, 420) + 50)} | options
    )
    plot.ygrid.visible = False
    plot.xaxis.ticker = FixedTicker(ticks=[0, 0.5, 1, 1.5])
    plot.xaxis.axis_label, plot.yaxis.axis_label = "norm ‖Wᵢ‖", "feature i"
    theme.count_along(plot.yaxis, n, 10)
    return plot


def bars(plot: figure, name: str, norms: np.ndarray, fill: Any, **columns: Any) -> GlyphRenderer:
    """Draw a bar as long as its feature's norm; `fill` is a column's name or a mapping of one."""
    data = theme.source(name, feature=np.arange(len(norms)), norm=norms, **columns)
    thick = 0.72 if len(norms) <= 30 else 0.9
    return plot.hbar(
        y="feature", left=0, right="norm", height=thick, source=data, fill_color=fill, line_color=None
    )
