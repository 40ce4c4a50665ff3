"""The scheme and its error, the codes of schemes and networks, and how good every network became (A1)."""

from collections.abc import Mapping

import numpy as np
from bokeh.models import Image, LinearColorMapper
from bokeh.models.annotations import Title
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.paper.nonlinear.scheme import LINEAR, encode, error, scheme
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

WIDTHS = np.linspace(0, 0.4, 21)
TOP = 0.08  # to which errors are drawn
POINTS = 200


def ramps(levels: int, width: float | int, about: str = "") -> Figure:
    """The scheme's t over x, and its error over the width of its ramps.

    levels: Z ≥ 1. width: ε in [0, 0.4]. about: what was trained, if anything. Raises InputError for other values. Row
    A1.
    """
    if not 0 <= width <= WIDTHS[-1]:
        raise InputError(f"width must be in [0, {WIDTHS[-1]:g}], got {width:g}")
    one = scheme(levels, width)
    plain, gap = (np.array([error(scheme(levels, w, g), POINTS) for w in WIDTHS]) for g in (False, True))
    left, right = _staircase(levels, float(width)), _errors(float(width), plain, gap)
    own = [error(scheme(*one[:2], g), POINTS) for g in (False, True)]
    look = (
        "First, the number t that holds both: between the lines y runs from 0 to 1 while x is what it is. Second, the "
        "mean squared error over ε, with plain ramps and with a gap; dots: the ε of the first panel; dashed: both "
        "linear ways."
    )
    alt = (
        f"Z = {levels} and ε = {width:g}: error {own[0]:.4f} with plain ramps, {own[1]:.4f} with a gap, linear "
        f"{LINEAR:.4f}."
    )
    return Figure(theme.wrap([left, right], least=290), words.caption(look, about), alt)


def _staircase(levels: int, width: float) -> figure:
    x = np.linspace(0, 1, 401)
    plot = theme.panel((0, 1), (0, 1.02), height=320)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "x", "t"
    one = scheme(levels, width)
    low, high = (encode(one, x, np.full_like(x, y)) for y in (0.0, 1.0))
    band = theme.source("ramps-band", x=x, low=low, high=high)
    plot.varea("x", "low", "high", source=band, fill_color=palette.GOLD, fill_alpha=0.25)
    lines = theme.source("ramps-low", x=x, y=low), theme.source("ramps-high", x=x, y=high)
    plot.line("x", "y", source=lines[0], line_color=palette.SLATE, line_width=2.5, legend_label="y = 0")
    plot.line(
        *("x", "y"),
        source=lines[1],
        line_color=palette.GOLD,
        line_width=2.5,
        line_dash="11 5",
        legend_label="y = 1",
    )
    theme.legend_above(plot)
    return plot


def _errors(width: float, plain: np.ndarray, gap: np.ndarray) -> figure:
    plot = theme.panel((-0.01, 0.41), (0, TOP), height=320)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "ε, in levels", "mean squared error"
    curves.draw(plot, "ramps-error", WIDTHS, {"plain ramps": plain, "with a gap": gap}, "top_left")
    at = theme.source(
        "ramps-here", x=np.full(2, width), y=np.array([np.interp(width, WIDTHS, one) for one in (plain, gap)])
    )
    plot.scatter("x", "y", source=at, size=10, fill_color=theme.INK, line_color=None)
    theme.guide(plot, "width", LINEAR, "dashed")
    theme.legend_above(plot)
    return plot


def codes(maps: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """What t is for every x and y, by colour, of schemes and networks.

    maps: label → (y, x), in [0, 1]. about: what was trained. Raises InputError without a map and for other shapes and
    values. Row A1.
    """
    if not 1 <= len(maps) <= 4:
        raise InputError(f"maps must hold 1 to 4 labels, got {len(maps)}")
    drawn = {label: checks.array(f"maps[{label!r}]", one, "y", "x") for label, one in maps.items()}
    for label, one in drawn.items():
        if one.min() < -1e-6 or one.max() > 1 + 1e-6:
            raise InputError(f"maps[{label!r}] must be in [0, 1], got {one.min():g} to {one.max():g}")
    panels = [_map(k, label, one) for k, (label, one) in enumerate(drawn.items())]
    look = "Colour is t, from violet for the smallest to green for the largest: points of one colour have nearly one t."
    alt = "; ".join(f"{label}: {_runs(one)}" for label, one in drawn.items()) + "."
    return Figure(theme.wrap(panels, least=240), words.caption(look, about), alt)


def _runs(one: np.ndarray) -> str:
    """How often t goes back along x and along y, in the middle of the map."""
    along = [np.diff(line) for line in (one[len(one) // 2], one[:, one.shape[1] // 2])]
    steps = [line[np.abs(line) > 1e-3] for line in along]
    turns = [int((np.diff(np.sign(line)) != 0).sum()) for line in steps]
    often = [words.count(one, "time") if one else "never" for one in turns]
    return f"t goes back {often[0]} along x and {often[1]} along y"


def _map(k: int, label: str, one: np.ndarray) -> figure:
    plot = theme.panel(
        (0, 1),
        (0, 1),
        aspect_ratio=0.98,
        max_width=380,
        title=Title(text=label, text_font=theme.FONT, text_font_size=theme.BODY, text_color=theme.INK),
    )
    plot.grid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "x", "y"
    data = theme.source(f"codes-{k}", image=[one], x=[0.0], y=[0.0], dw=[1.0], dh=[1.0])
    colours = LinearColorMapper(palette=palette.sequence(64), low=0, high=1)
    plot.add_glyph(data, Image(color_mapper=colours))
    return plot


def networks(error: ArrayLike, marks: Mapping[str, float | int], about: str = "") -> Figure:
    """The error of every network, from the best to the worst, beside others.

    error: (start,) > 0. marks: label → an error > 0, of at most four. about: what was trained. Raises InputError for
    other shapes and values. Row A1.
    """
    each = np.sort(checks.array("error", error, "start"))
    curves.check("marks", marks)
    values = checks.array("marks", list(marks.values()), len(marks))
    if min(each.min(), values.min()) <= 0:
        raise InputError(f"error and marks must be > 0, got {min(each.min(), values.min()):g}")
    plot = theme.panel((0, len(each) + 1), (0.002, 0.06), y_axis_type="log", height=340)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "starts, from the best", "mean squared error"
    theme.tick(plot.yaxis, (0.002, 0.005, 0.01, 0.02, 0.05), grid=plot.ygrid[0])
    data = theme.source("networks-each", x=np.arange(1.0, len(each) + 1), y=each)
    dots = plot.scatter("x", "y", source=data, size=8, fill_color=palette.ACTIVE, line_color=None)
    theme.tips(plot, dots, error="@y{0.0000}")
    for k, (label, value) in enumerate(marks.items()):
        line = theme.source(f"networks-{k}", x=np.array([0.0, len(each) + 1]), y=np.full(2, float(value)))
        plot.line(
            *("x", "y"),
            source=line,
            line_color=curves.COLOURS[k],
            line_dash=curves.DASHES[k],
            line_width=2,
            legend_label=label,
        )
    theme.legend_above(plot)
    look = "Every dot is a network; lines are what it is compared with."
    beside = "; ".join(f"{label}: {value:.4f}" for label, value in marks.items())
    alt = f"Errors from {each[0]:.4f} to {each[-1]:.4f}, in the middle {np.median(each):.4f}. {beside}."
    return Figure(plot, words.caption(look, about), alt)
