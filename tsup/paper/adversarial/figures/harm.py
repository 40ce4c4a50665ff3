"""Adversarial vulnerability beside superposition, and what adversarial training leaves of it (F24, F25)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.models import BasicTicker
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.plots.kit import checks, curves, palette, theme, words
from tsup.plots.kit.figure import Figure

MARKERS: tuple[Any, ...] = ("circle", "square", "triangle", "diamond", "inverted_triangle")


def vulnerability(
    density: ArrayLike,
    harm: ArrayLike,
    per_dimension: ArrayLike,
    about: str = "",
    limits: tuple[float | int, float | int] = (0.14, 80),
) -> Figure:
    """What attacks do and how crowded the dimensions are, against 1/(1−S), both relative to the densest setting.

    density: (density,) in (0, 1], falling, at least two. harm: (density, start) > 0, in any measure. per_dimension:
    (density, start) > 0, ‖W‖²/m. about: what was trained. limits: of the vertical axis, > 0; what lies beyond them is
    not seen. Raises InputError for other shapes or values. Row F24.
    """
    p = checks.densities(density, "density")
    if len(p) < 2 or (np.diff(p) >= 0).any():
        raise InputError(f"density must have at least 2 falling values, got {p.tolist()}")
    harms = _relative("harm", harm, len(p))
    crowds = _relative("per_dimension", per_dimension, len(p))
    plot = theme.panel(
        (0.9, 1.15 / p[-1]), limits, height=380, x_axis_type="log", y_axis_type="log", max_width=760
    )
    plot.xaxis.axis_label = "1/(1−S), sparser to the right"
    plot.yaxis.axis_label = "times the value at the left"
    _ticks(plot)
    theme.guide(plot, "width", 1, "dashed")
    _means(plot, "crowd", 1 / p, crowds, "features per dimension", 1)
    _means(plot, "harm", 1 / p, harms, "vulnerability", 0)
    theme.legend(plot, "top_left")
    caption = words.caption(
        "Vulnerability (gold) and features per dimension (slate), each over its own value at the densest setting, on a "
        "logarithmic axis. Points are single trainings, lines their means. Look for where the two begin to rise.",
        about,
    )
    return Figure(plot, caption, _alt(p, harms.mean(1), crowds.mean(1)))


def _relative(name: str, values: ArrayLike, size: int) -> np.ndarray:
    """The values over the mean of the first setting."""
    found = checks.array(name, values, size, "start")
    if (found <= 0).any():
        raise InputError(f"{name} must be > 0, got {found.min():g}")
    return found / found[0].mean()


def _alt(p: np.ndarray, harm: np.ndarray, crowd: np.ndarray) -> str:
    most = int(harm.argmax())
    return (
        f"Vulnerability is at most {words.number(harm[most], 1)} times that at density {p[0]:g}, at density "
        f"{p[most]:g}; features per dimension rise {words.number(crowd.max(), 1)} times. Their correlation over "
        f"densities is {_correlation(harm, crowd)}."
    )


def _correlation(one: np.ndarray, other: np.ndarray) -> str:
    if not np.ptp(one) or not np.ptp(other):
        return "not defined"
    return words.number(float(np.corrcoef(one, other)[0, 1]))


def _means(plot: figure, name: str, x: np.ndarray, values: np.ndarray, label: str, style: int) -> None:
    """A line through the means of starts, and a point for each of them."""
    colour = (palette.GOLD, palette.SLATE)[style]
    line = theme.source(f"{name}-mean", x=x, y=values.mean(1))
    plot.line(
        "x", "y", source=line, line_color=colour, line_width=2.5, line_dash=curves.DASHES[style],
        legend_label=label,
    )  # fmt: skip
    data = theme.source(name, x=np.repeat(x, values.shape[1]), y=values.ravel())
    dots = plot.scatter(
        "x", "y", size=8, marker=MARKERS[style], source=data, fill_color=colour, fill_alpha=0.6,
        line_color=None, legend_label=label,
    )  # fmt: skip
    theme.tips(plot, dots, **{"1/(1−S)": "@x{0.0}", label.replace(" ", "_"): "@y{0.00}"})


def _ticks(plot: figure) -> None:
    """Ticks at 1, 2 and 5 of every power of ten, written in full."""
    ticks = np.multiply.outer(10.0 ** np.arange(-2, 4), [1, 2, 5]).ravel().round(6)
    for axis, grid in ((plot.xaxis, plot.xgrid), (plot.yaxis, plot.ygrid)):
        theme.tick(axis, ticks, grid=grid)
        grid.minor_grid_line_color = None


def crowding(
    per_dimension: Mapping[str, ArrayLike],
    harm: Mapping[str, ArrayLike],
    about: str = "",
    limits: tuple[float | int, float | int] | None = None,
) -> Figure:
    """Vulnerability against features per dimension, a point for every training.

    per_dimension: label → (training,) ‖W‖²/m > 0, up to five labels. harm: for the same labels (training,) > 0, the
    harm added by an attack over the squared budget. about: what was trained. limits: of the vertical axis, > 0; by
    default those of the points. Raises InputError for other shapes or values. Row F24.
    """
    curves.check("per_dimension", per_dimension)
    if set(harm) != set(per_dimension):
        raise InputError(f"harm must have the labels {list(per_dimension)}, got {list(harm)}")
    points = {label: _checked(label, values, harm[label]) for label, values in per_dimension.items()}
    across, up = (np.concatenate([pair[k] for pair in points.values()]) for k in (0, 1))
    left, right = 0.8 * min(1, across.min()), 1.3 * across.max()
    low, top = limits or (0.8 * min(1, up.min()), 1.3 * up.max())
    plot = theme.panel(
        (left, right), (low, top), height=400, x_axis_type="log", y_axis_type="log", max_width=760
    )
    plot.xaxis.axis_label = "features per dimension ‖W‖²/m"
    plot.yaxis.axis_label = "harm added / budget²"
    _ticks(plot)
    _reference_lines(plot, min(right, top), top)
    for k, (label, (x, y)) in enumerate(points.items()):
        data = theme.source(f"crowding-{k}", x=x, y=y)
        dots = plot.scatter(
            "x", "y", size=9, marker=MARKERS[k], source=data, fill_color=curves.COLOURS[k], fill_alpha=0.75,
            line_color=None, legend_label=label,
        )  # fmt: skip
        theme.tips(plot, dots, model=label, features_per_dimension="@x{0.00}", harm="@y{0.00}")
    theme.legend(plot, "top_left")
    caption = words.caption(
        "Every point is one trained model. Dotted, what would be in proportion to the features per dimension; dashed, "
        "what would grow with their square. Models without superposition stand bottom left.",
        about,
    )
    found = [f"{label}: {_correlation(x, y)}" for label, (x, y) in points.items()]
    return Figure(plot, caption, f"Correlations of harm with features per dimension. {'; '.join(found)}.")


def _checked(label: str, per_dimension: ArrayLike, harm: ArrayLike) -> np.ndarray:
    x = checks.array(f"per_dimension[{label!r}]", per_dimension, "training")
    y = checks.array(f"harm[{label!r}]", harm, len(x))
    if (x <= 0).any() or (y <= 0).any():
        raise InputError(f"values of {label!r} must be > 0, got {min(x.min(), y.min()):g}")
    return np.array([x, y])


def _reference_lines(plot: figure, right: float, top: float) -> None:
    """The lines y = x and y = x², from 1 on."""
    for power, end, dash in ((1, right, "dotted"), (2, np.sqrt(top), "dashed")):
        x = np.geomspace(1, end, 30)
        data = theme.source(f"crowding-power-{power}", x=x, y=x**power)
        plot.line("x", "y", source=data, line_color=theme.MUTED, line_dash=dash, line_width=1.5)


def masking(
    share: ArrayLike, harm: Mapping[str, ArrayLike], wakes: float | int, masked: float | int, about: str = ""
) -> Figure:
    """What several attacks find at every budget: where the gradient is masked, some find nothing.

    share: (budget,) > 0, rising, at least two: ε over the mean input norm. harm: label → (budget,) ≥ 0, the harm added
    over the squared budget, up to five. wakes: the share > 0 above which a move can switch a silent output on. masked:
    the share of rows, in [0, 1], with every ReLU off. about: what was trained. Raises InputError for other shapes or
    values. Row F24.
    """
    x = checks.array("share", share, "budget")
    if len(x) < 2 or (np.diff(x) <= 0).any() or x[0] <= 0:
        raise InputError(f"share must have at least 2 rising values > 0, got {x.tolist()}")
    if not wakes > 0 or not 0 <= masked <= 1:
        raise InputError(f"wakes must be > 0 and masked in [0, 1], got {wakes:g} and {masked:g}")
    curves.check("harm", harm)
    lines = {label: checks.array(f"harm[{label!r}]", one, len(x)) for label, one in harm.items()}
    top = 1.35 * max(1e-9, *(one.max() for one in lines.values()))
    plot = theme.panel((0.9 * x[0], 1.1 * x[-1]), (0, top), height=380, x_axis_type="log", max_width=760)
    plot.xaxis.axis_label = "budget ε over the mean input norm"
    plot.yaxis.axis_label = "harm added / budget²"
    _ticks(plot)
    plot.yaxis.ticker = plot.ygrid.ticker = BasicTicker()
    curves.draw(plot, "masking", x, lines, "top_right")
    at = theme.source("masking-wakes", x=np.full(2, float(wakes)), y=np.array([0.0, 0.72 * top]))
    plot.line("x", "y", source=at, line_color=theme.MUTED, line_dash="4 4")
    caption = words.caption(
        "The harm that each attack adds, over the squared budget, for one model attacked with ever larger budgets. "
        "Dashed: the budget from which an attack can switch on an output of an empty input.",
        about,
    )
    first, last = (
        words.listing([f"{label} {words.number(one[end], 1)}" for label, one in lines.items()])
        for end in (0, -1)
    )
    alt = (
        f"On {masked:.0%} of the inputs every ReLU is off. At {x[0]:g} times the mean input norm: {first}. "
        f"At {x[-1]:g} times: {last}. Outputs of an empty input can be reached from {wakes:.2g} times on."
    )
    return Figure(plot, caption, alt)
