"""Almost-orthogonal directions: how angles concentrate, and how many directions fit (F03)."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

EDGES = np.linspace(-1, 1, 82)


def cosines(cosines: ArrayLike, m: int, about: str = "") -> Figure:
    """How the cosines between pairs of directions in m dimensions spread, with the width ±1/√m marked.

    cosines: (pair,) in [−1, 1]. m: dimensions, ≥ 1. about: what was trained, where the directions are a model's.
    Raises InputError for other values. Row F03.
    """
    values = checks.array("cosines", cosines, "pair")
    _positive("m", m)
    if np.abs(values).max() > 1 + 1e-6:
        raise InputError(f"cosines must lie in [-1, 1], got {values[np.abs(values).argmax()]:g}")
    share = np.histogram(np.clip(values, -1, 1), EDGES)[0] / len(values)
    width, spread = 1 / np.sqrt(m), float(np.sqrt((values**2).mean()))
    plot = theme.panel((-1, 1), (0, 1.3), height=300, min_border_left=16, min_border_right=12)
    plot.yaxis.visible = plot.ygrid.visible = False
    plot.xaxis.axis_label = "cosine of the angle between two directions"
    data = theme.source(
        "cosines", left=EDGES[:-1], right=EDGES[1:], height=share / share.max(), share=100 * share
    )
    drawn = plot.quad("left", "right", "height", 0, source=data, color=palette.SLATE)
    theme.tips(plot, drawn, cosine="@left{0.00} to @right{0.00}", pairs="@share{0.0} %")
    marks = theme.source(
        "cosines-width", left=np.array([-width]), right=np.array([width]), y=np.array([1.06])
    )
    plot.segment(
        "left", "y", "right", "y", source=marks, line_color=palette.GOLD, line_width=4, line_cap="round"
    )
    theme.label(plot, "cosines-note", 0, 1.18, f"±1/√m = ±{width:.3f}", text_font_style="bold")
    look = (
        "Cosines between pairs of directions; each histogram is scaled to its own peak. The gold bar spans ±1/√m: "
        "the more dimensions, the closer to a right angle almost every pair stands."
    )
    alt = (
        f"{words.count(len(values), 'pair')} of directions in {words.count(int(m), 'dimension')}: "
        f"their cosines spread by {words.number(spread, 3)} about 0, where 1/√m is {words.number(width, 3)}."
    )
    return Figure(plot, words.caption(look, about), alt)


def packing(m: ArrayLike, count: ArrayLike, about: str = "", top: float | int | None = None) -> Figure:
    """How many almost-orthogonal directions fit into m dimensions, on a logarithmic scale.

    m: (dimension,) ≥ 1. count: (dimension,) ≥ 1, directions found at each. about: what was trained, if anything.
    top: where the scale of counts ends, the same for figures to be compared; without it, a power of ten above them.
    Raises InputError for other shapes or values. Row F03.
    """
    across = checks.array("m", m, "dimension")
    up = checks.array("count", count, len(across))
    _positive("m", across.min())
    _positive("count", up.min())
    end = 10.0 ** np.ceil(np.log10(1.5 * up.max())) if top is None else top
    plot = theme.panel((0, across.max() * 1.04), (1, end), height=320, y_axis_type="log")
    plot.xaxis.axis_label, plot.yaxis.axis_label = "dimensions m", "directions that fit"
    plot.yaxis.minor_tick_line_color = plot.ygrid.minor_grid_line_color = None
    data = theme.source("packing", m=across, count=up, basis=across)
    plot.line(
        "m",
        "basis",
        source=data,
        line_color=palette.SLATE,
        line_width=2,
        line_dash="6 4",
        legend_label="exactly orthogonal: m",
    )
    plot.line("m", "count", source=data, line_color=palette.GOLD, line_width=3)
    drawn = plot.scatter(
        "m",
        "count",
        size=9,
        source=data,
        fill_color=palette.GOLD,
        line_color=None,
        legend_label="almost orthogonal",
    )
    theme.tips(plot, drawn, dimensions="@m{0}", directions="@count{0,0}")
    theme.legend(plot, "top_left")
    look = (
        "How many directions fit when every pair may miss the right angle by a little (gold), and when none may "
        "(slate, dashed). The scale is logarithmic: a straight climb is exponential growth."
    )
    last = int(across.argmax())
    alt = (
        f"In {across[last]:g} dimensions {words.count(int(up[last]), 'almost-orthogonal direction')} fit, "
        f"{up[last] / across[last]:.1f} for each dimension."
    )
    return Figure(plot, words.caption(look, about), alt)


def _positive(name: str, least: float | int) -> None:
    if least < 1:
        raise InputError(f"{name} must be at least 1, got {least:g}")
