"""What a learned router does with two experts, and what the experts hold (F36)."""

from collections.abc import Sequence

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

LEGEND = ("first expert", "second expert")
THICK = 0.34


def experts(routed: ArrayLike, held: ArrayLike, sets: Sequence[str], size: int, about: str = "") -> Figure:
    """How often each of two experts is on, by which sets of features are, and how many features of a set it represents.

    routed: (sets, 2), shares of rows in [0, 1], named by `sets`. held: (2 sets, 2), features represented, at most
    `size`. about: what was trained. Raises InputError for other shapes and values. Row F36.
    """
    share = checks.array("routed", routed, len(sets), 2)
    count = checks.array("held", held, 2, 2)
    if share.min() < 0 or share.max() > 1:
        raise InputError(f"routed must be in [0, 1], got {share.min():g} to {share.max():g}")
    if count.min() < 0 or count.max() > size:
        raise InputError(f"held must be from 0 to size = {size}, got {count.min():g} to {count.max():g}")
    left = _bars("experts-on", share, list(sets), 1.0, "share of rows on which an expert is on")
    right = _bars(
        "experts-held", count, ["of the first", "of the second"], float(size), "features represented"
    )
    left.yaxis.axis_label, right.yaxis.axis_label = "sets that are on", "set"
    look = (
        "First, how often either expert is on, by which sets of features are. Second, how many features of each set "
        "it represents."
    )
    told = [
        f"{name}: {words.number(one[0])} and {words.number(one[1])}"
        for name, one in zip(sets, share, strict=True)
    ]
    kept = [f"{one[0]:g} and {one[1]:g}" for one in count]
    alt = f"The two experts are on, {'; '.join(told)}; of the sets they represent {words.listing(kept)}."
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _bars(name: str, values: np.ndarray, rows: list[str], most: float, label: str) -> figure:
    plot = theme.panel((0, 1.05 * most), (len(rows) - 0.4, -0.6), height=300)
    plot.xaxis.axis_label = label
    plot.ygrid.grid_line_color = None
    theme.label_ticks(plot.yaxis, dict(enumerate(rows)))
    for k, expert in enumerate(LEGEND):
        data = theme.source(f"{name}-{k}", y=np.arange(len(rows)) + (k - 0.5) * THICK, value=values[:, k])
        drawn = plot.hbar(
            y="y",
            left=0,
            right="value",
            height=0.9 * THICK,
            source=data,
            fill_color=palette.FEATURES[k],
            line_color=None,
            legend_label=expert,
        )
        theme.tips(plot, drawn, value="@value{0.00}")
    theme.legend_above(plot)
    return plot
