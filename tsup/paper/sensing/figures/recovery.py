"""Where sparse vectors are found, and how many features trained models have there (F38, A2)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.paper.sensing.analysis import most, transition
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

Line = tuple[ArrayLike, ArrayLike]
FINE = 40  # points of a curve
TICKS = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
EACH = (1, 2, 5, 10, 20, 50, 100)


class _World(NamedTuple):
    """What is known of random columns: densities, dimensions m, and the share found (measured, density)."""

    density: np.ndarray
    measured: np.ndarray
    rate: np.ndarray


def _edges(values: np.ndarray, least: float = 0.0, most: float = np.inf) -> tuple[np.ndarray, np.ndarray]:
    """The lower and the upper end of the cell of every value, halfway on a log scale."""
    order = np.argsort(values)
    logs = np.log(values[order])
    middle = (logs[1:] + logs[:-1]) / 2
    low, high = np.r_[2 * logs[0] - middle[0], middle], np.r_[middle, 2 * logs[-1] - middle[-1]]
    back = np.argsort(order)
    return np.maximum(np.exp(low), least)[back], np.minimum(np.exp(high), most)[back]


def room(
    density: ArrayLike,
    measured: ArrayLike,
    rate: ArrayLike,
    count: ArrayLike,
    dimensions: int,
    n: int,
    constant: float | int,
    about: str = "",
) -> Figure:
    """How many features a dimension can be recovered, are allowed by the bound, and are represented by trained models.

    density: (density,) in (0, 1], at least two. measured: (measured,) dimensions m of random columns, at least two.
    rate: (measured, density), the share of vectors found. count: (density,), features that the models with so many
    `dimensions` represent, of n. constant: C of the bound, > 0. about: what was trained. Raises InputError for other
    shapes and values. Row F38.
    """
    world = _world(density, measured, rate)
    own = checks.array("count", count, len(world.density))
    if dimensions < 1 or n < 1 or constant <= 0:
        raise InputError(
            f"dimensions, n and constant must be > 0, got {min(dimensions, n, float(constant)):g}"
        )
    plot = _panel(world, n)
    _cells(plot, world, n)
    _curves(plot, world, float(constant))
    each = own / dimensions
    models = theme.source("room-models", x=world.density, y=np.maximum(each, 1e-3), count=own)
    dots = plot.scatter(
        "x",
        "y",
        size=10,
        source=models,
        fill_color=palette.GOLD,
        line_color=theme.INK,
        legend_label="models",
    )
    theme.tips(plot, dots, density="@x{0.000}", features="@count", features_per_dimension="@y{0.00}")
    ends = theme.source("room-all", x=world.density[[0, -1]], y=np.full(2, n / dimensions))
    plot.line("x", "y", source=ends, line_color=theme.MUTED, line_dash="2 4", legend_label="all")
    theme.legend_above(plot)
    look = (
        "Teal: where sparse vectors are found from random columns, the deeper the more of them. Gold dots: features a "
        "dimension that trained models represent. Solid: the bound, with its constant measured on random columns; "
        "dashed: where recovery turns for large n; dotted: as many features as there are."
    )
    alt = (
        f"With {dimensions} dimensions, features a dimension from density {world.density[0]:g} to "
        f"{world.density[-1]:g}: {words.numbers(each, 1)}. {world.rate.mean():.0%} of the vectors are found."
    )
    return Figure(plot, words.caption(look, about), alt)


def _world(density: ArrayLike, measured: ArrayLike, rate: ArrayLike) -> _World:
    p, m = checks.densities(density, "density"), checks.array("measured", measured, "measured")
    if min(len(p), len(m)) < 2 or m.min() <= 0:
        raise InputError(f"density and measured must have at least two values > 0, got {len(p)} and {len(m)}")
    share = checks.array("rate", rate, len(m), len(p))
    if share.min() < 0 or share.max() > 1:
        raise InputError(f"rate must be in [0, 1], got {share.min():g} to {share.max():g}")
    return _World(p, m, share)


def _panel(world: _World, n: int) -> figure:
    low, high = _edges(world.density, most=1.2)
    top = _edges(n / world.measured)[1].max()
    plot = theme.panel(
        (float(high.max()), float(low.min())),
        (0.8, float(top)),
        x_axis_type="log",
        y_axis_type="log",
        height=420,
    )
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p, dense to sparse", "features a dimension"
    theme.tick(plot.xaxis, [p for p in TICKS if p >= low.min()], grid=plot.xgrid[0])
    theme.tick(plot.yaxis, [k for k in EACH if k <= top], grid=plot.ygrid[0])
    return plot


def _cells(plot: figure, world: _World, n: int) -> None:
    """A cell for every m and density, as deep as the share that is found."""
    (left, right), (bottom, top) = _edges(world.density, most=1.2), _edges(n / world.measured, least=0.8)
    rows, columns = np.indices(world.rate.shape).reshape(2, -1)
    data: dict[str, Any] = {
        "left": left[columns],
        "right": right[columns],
        "bottom": bottom[rows],
        "top": top[rows],
        "alpha": 0.75 * world.rate.ravel(),
        "share": 100 * world.rate.ravel(),
        "m": world.measured[rows],
        "p": world.density[columns],
    }
    cells = plot.quad(
        left="left",
        right="right",
        bottom="bottom",
        top="top",
        source=theme.source("room-cells", **data),
        fill_color=palette.ACTIVE,
        fill_alpha="alpha",
        line_color=None,
        level="underlay",
    )
    theme.tips(plot, cells, density="@p{0.000}", m="@m", found="@share{0} %")


def _curves(plot: figure, world: _World, constant: float) -> None:
    p = np.geomspace(min(world.density.max(), 0.999), world.density.min(), FINE)
    style: dict[str, Any] = {"line_width": 2.5, "line_color": theme.INK}
    bound = theme.source("room-bound", x=p, y=most(1, p, constant))
    plot.line("x", "y", source=bound, legend_label="bound", **style)
    limit = theme.source("room-limit", x=p, y=np.array([1 / transition(float(one)) for one in p]))
    plot.line("x", "y", source=limit, legend_label="limit", line_dash="11 5", **style)


def found(
    lines: Mapping[str, Line],
    across: str,
    limits: tuple[float | int, float | int],
    at: float | int = 1.0,
    mark: str = "",
    about: str = "",
) -> Figure:
    """Shares of vectors that are found, over the dimensions there are or over what theory asks.

    lines: label → numbers > 0 and shares, of one to five. across: what the numbers are. limits: from where to where
    they are drawn, on a log scale. at, mark: a vertical line and what it is called, if it has a name. about: what was
    trained, if anything. Raises InputError for other shapes and values. Rows F38 and A2.
    """
    curves.check("lines", lines)
    low, high = map(float, limits)
    if not 0 < low < high or at <= 0:
        raise InputError(f"limits must be > 0 and rise, and at be > 0, got {low:g}, {high:g} and {at:g}")
    drawn = {label: _line(label, *one) for label, one in lines.items()}
    plot = theme.panel((low, high), (-0.03, 1.03), x_axis_type="log", height=340)
    plot.xaxis.axis_label, plot.yaxis.axis_label = across, "share of vectors found"
    marks = [k * 10**e for e in range(-2, 4) for k in (1, 2, 5)]
    theme.tick(plot.xaxis, [mark for mark in marks if low <= mark <= high], grid=plot.xgrid[0])
    for k, (label, (x, y)) in enumerate(drawn.items()):
        data = theme.source(f"found-{k}", x=x, y=y)
        style: dict[str, Any] = {"line_color": curves.COLOURS[k], "line_width": 2.5, "legend_label": label}
        plot.line("x", "y", source=data, line_dash=curves.DASHES[k], **style)
        dots = plot.scatter("x", "y", source=data, size=6, fill_color=curves.COLOURS[k], line_color=None)
        theme.tips(plot, dots, found="@y{0%}", at="@x{0.0}")
    if mark:
        line = theme.source("found-mark", x=np.full(2, float(at)), y=np.array([0, 1]))
        plot.line("x", "y", source=line, line_color=theme.MUTED, line_dash="4 4", legend_label=mark)
    theme.legend(plot, "top_left")
    look = "Every curve is the share of sparse vectors that are found." + (
        f" The dashed vertical line is {mark}." if mark else ""
    )
    return Figure(plot, words.caption(look, about), _alt(drawn))


def _line(label: str, x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    at = checks.array(f"numbers of {label!r}", x, "number")
    share = checks.array(f"shares of {label!r}", y, len(at))
    if at.min() <= 0:
        raise InputError(f"numbers of {label!r} must be > 0, got {at.min():g}")
    return at, share


def _alt(drawn: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """Where each curve first passes one half."""
    parts = []
    for label, (x, y) in drawn.items():
        above = x[y >= 0.5]
        parts.append(
            f"{label}: half are found from {above.min():.3g} on" if len(above) else f"{label}: never half"
        )
    return f"{'; '.join(parts)}."
