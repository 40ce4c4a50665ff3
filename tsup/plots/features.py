"""Which features a model represents: how many at each density (F08, F09), and by the accuracy of its outputs (R2)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

MARKERS = ("square", "circle", "triangle", "diamond", "inverted_triangle")


def represented(density: ArrayLike, counts: Mapping[str, ArrayLike], hidden: int, about: str = "") -> Figure:
    """How many features each kind of model represents, against density, with a line at the hidden dimensions.

    density: (density,) in (0, 1]. counts: label → (density,), up to five. hidden: m ≥ 1. about: what was trained.
    Raises InputError for other shapes. Rows F08, F09.
    """
    p = checks.densities(density, "density")
    if not 1 <= len(counts) <= len(MARKERS):
        raise InputError(f"counts must hold 1 to {len(MARKERS)} labels, got {len(counts)}")
    lines = {label: checks.array(f"counts[{label!r}]", values, len(p)) for label, values in counts.items()}
    top = 1.18 * max(hidden, *(values.max() for values in lines.values()))
    plot = theme.panel((1.35, p.min() / 1.35), (0, top), height=320, x_axis_type="log")
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p, sparser to the right", "features represented"
    plot.xgrid.minor_grid_line_color = None
    theme.tick(plot.xaxis, 10.0 ** np.arange(np.floor(np.log10(p.min())), 1))
    theme.guide(plot, "width", hidden, "dashed")
    corner = {"text_align": "right", "text_baseline": "top", "y_offset": 7, "text_color": theme.MUTED}
    theme.label(plot, "represented-hidden", p.min() / 1.25, hidden, f"m = {hidden}", **corner)
    for k, (label, values) in enumerate(lines.items()):
        colour = palette.GOLD if values.max() > hidden else palette.SLATE
        _line(plot, theme.source(f"represented-{k}", density=p, count=values), label, colour, MARKERS[k])
    theme.legend(plot, "top_left")
    caption = words.caption(
        "Features with a norm above one half, at each density; the dashed line is the number of hidden dimensions. "
        "A line that climbs above it is gold: features share directions.",
        about,
    )
    ends = [f"{label}: {_from_dense(p, values)}" for label, values in lines.items()]
    return Figure(
        plot,
        caption,
        f"Features represented as density falls, against {hidden} dimensions. {'; '.join(ends)}.",
    )


def accuracy(norms: ArrayLike, gain: ArrayLike, density: ArrayLike, about: str = "") -> Figure:
    """Every feature by its norm and by how much more accurately it is given back than by random models.

    norms: (density, feature) ‖Wᵢ‖. gain: (density, feature), accuracy less the bar that random starts set, in
    [−1, 1]; above 0 the feature is represented in the replication's sense. density: (density,) in (0, 1]. about: what
    was trained. Raises InputError for other shapes. Row R2.
    """
    across = checks.array("norms", norms, "density", "feature")
    up = checks.array("gain", gain, *across.shape)
    p = checks.densities(density, len(across))
    plot = theme.panel((-0.04, 1.5), (-1, 1), height=400)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "norm ‖Wᵢ‖", "accuracy gained over random models"
    theme.guide(plot, "height", 0.5, "dashed")
    theme.guide(plot, "width", 0, "dashed")
    for k, colour in enumerate(palette.sequence(len(p))):
        data = theme.source(f"accuracy-{k}", norm=across[k], gain=up[k], feature=np.arange(across.shape[1]))
        drawn = plot.scatter(
            "norm",
            "gain",
            size=9,
            source=data,
            fill_color=colour,
            fill_alpha=0.8,
            line_color=None,
            legend_label=f"p = {p[k]:g}",
        )
        theme.tips(
            plot, drawn, density=f"{p[k]:g}", feature="@feature", norm="@norm{0.00}", gain="@gain{0.00}"
        )
    theme.legend(plot, "top_left")
    agree = int(((across > 0.5) == (up > 0)).sum())
    caption = words.caption(
        "Every feature at every density: its norm across, and up how far its accuracy lies above what random models "
        "reach. Where the two definitions of a represented feature agree, points lie top right or bottom left.",
        about,
    )
    return Figure(
        plot, caption, f"For {agree:,} of {words.count(up.size, 'feature')} the two definitions agree."
    )


def _from_dense(density: np.ndarray, values: np.ndarray) -> str:
    ordered = values[np.argsort(-density)]
    return words.listing([f"{value:g}" for value in ordered])


def _line(plot: figure, data: ColumnDataSource, label: str, colour: str, marker: Any) -> None:
    """The counts of one kind of model as a line with its own marker."""
    plot.line("density", "count", source=data, line_color=colour, line_width=3, legend_label=label)
    drawn = plot.scatter(
        "density",
        "count",
        marker=marker,
        size=11,
        source=data,
        fill_color=colour,
        line_color=None,
        legend_label=label,
    )
    theme.tips(plot, drawn, density="@density", represented="@count")
