"""Pairs of features in two dimensions: how they arrange themselves, and how they collapse (F19, F21)."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from bokeh.models import FixedTicker, LayoutDOM
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.paper.nonuniform.analysis import components
from tsup.plots import plane
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

COLOURS = palette.FEATURES[:3]
RADII = {"1": 1.0, "1/√2": 2**-0.5}
GAPS = ("most apart", "between", "closest")
TOP = 1.08  # of the axis of what is left of a pair


def feature_pairs(W: Mapping[str, ArrayLike], about: str = "") -> Figure:
    """Models of two dimensions side by side; features 0 and 1, 2 and 3, … are pairs and share a colour.

    W: label → (2, feature), an even number of features up to six. about: what was trained. Raises InputError for
    other shapes. Row F19.
    """
    models = {label: _checked(f"W[{label!r}]", one) for label, one in W.items()}
    panels: list[LayoutDOM] = []
    for k, (label, one) in enumerate(models.items()):
        plot = _circles(f"pairs-{k}", one, plane.HEADED, {"1": 1.0})
        theme.label(plot, f"pairs-{k}-heading", 0, 1.72, label, text_font_style="bold")
        panels.append(plot)
    look = "Members of a pair share a colour and are joined by a line; the circle has radius 1."
    said = [f"{label}: within pairs the angles are {_angles(one)}" for label, one in models.items()]
    return Figure(theme.wrap(panels, least=190), words.caption(look, about), f"{'; '.join(said)}.")


def collapse(W: ArrayLike, density: ArrayLike, here: int = 0, about: str = "") -> Figure:
    """Three pairs in two dimensions at one density, beside how far members are apart at every density.

    W: (density, 2, 6). density: (density,) in (0, 1]. here: the place of the model that is drawn. about: what was
    trained. Raises InputError for other shapes or places. Row F21.
    """
    stack = checks.array("W", W, "density", 2, 6)
    p = checks.densities(density, len(stack))
    if not 0 <= here < len(stack):
        raise InputError(f"here must be in 0 … {len(stack) - 1}, got {here}")
    space = _circles("collapse", stack[here], plane.LIMIT, RADII)
    _, apart = components(stack)
    beside = _distances(p, np.sort(apart, axis=-1)[:, ::-1], float(p[here]))
    look = (
        "First, the best model at the density of the slider, members of a pair in one colour; the circles have radius "
        "1 and 1/√2. Second, for the three pairs of every model, the norm that is left of (a − b)/√2: at 0 the members "
        "coincide. The line across marks this model."
    )
    lengths, done = measure.norms(stack[here]), int((apart[here] < 0.1 / np.sqrt(2)).sum())
    alt = (
        f"At density {p[here]:.3g}, in {done} of 3 pairs the members coincide; angles within pairs are "
        f"{_angles(stack[here])}, norms {words.interval(lengths)}."
    )
    return Figure(theme.wrap([space, beside], least=290), words.caption(look, about), alt)


def _checked(name: str, W: ArrayLike) -> np.ndarray:
    matrix = checks.array(name, W, 2, "feature")
    if matrix.shape[1] % 2 or matrix.shape[1] > 2 * len(COLOURS):
        raise InputError(f"{name} must have 2, 4 or 6 features, got {matrix.shape[1]}")
    return matrix


def _angles(W: np.ndarray) -> str:
    cosine = measure.cosines(W)
    found = [np.degrees(np.arccos(cosine[i, i + 1])) for i in range(0, W.shape[1], 2)]
    return words.listing([f"{angle:.0f}°" for angle in found])


def _circles(name: str, W: np.ndarray, top: float, radii: Mapping[str, float]) -> figure:
    """The plane with circles of these radii, a spoke to every feature, and a line between members of a pair."""
    plot = theme.square(plane.LIMIT, top)
    rings = theme.source(f"{name}-circles", x=np.zeros(len(radii)), r=np.array(list(radii.values())))
    plot.circle("x", "x", radius="r", source=rings, fill_color=None, line_color=theme.MUTED, line_dash="4 4")
    if len(radii) > 1:
        at = theme.source(
            f"{name}-radii", x=np.zeros(len(radii)), y=-np.array(list(radii.values())), text=list(radii)
        )
        theme.write(plot, at, text_color=theme.MUTED, text_baseline="top", y_offset=3)
    x, y = W
    one, other = slice(0, None, 2), slice(1, None, 2)
    colours = [COLOURS[i // 2] for i in range(len(x))]
    joined = theme.source(
        f"{name}-joined", x0=x[one], y0=y[one], x1=x[other], y1=y[other], colour=colours[one]
    )
    plot.segment("x0", "y0", "x1", "y1", source=joined, line_color="colour", line_width=2, line_dash="2 4")
    data = theme.source(
        name,
        feature=np.arange(len(x)),
        zero=np.zeros(len(x)),
        x=x,
        y=y,
        norm=measure.norms(W),
        colour=colours,
    )
    plot.segment("zero", "zero", "x", "y", source=data, line_width=3.5, line_color="colour", line_cap="round")
    dots = plot.scatter("x", "y", size=12, source=data, fill_color="colour", line_color=None)
    theme.tips(plot, dots, feature="@feature", direction="(@x{0.00}, @y{0.00})", norm="@norm{0.00}")
    _number(plot, name, W)
    return plot


def _number(plot: figure, name: str, W: np.ndarray) -> None:
    """Write the features' numbers beyond their dots, both at one dot where two coincide."""
    near = np.linalg.norm(W[:, :, None] - W[:, None, :], axis=0) < 0.12
    text = []
    for i, group in enumerate(near):
        members = np.flatnonzero(group)
        text.append(", ".join(map(str, members)) if i == members[0] else "")
    x, y = W
    right, up = 17 * W / np.maximum(measure.norms(W), 1e-12)
    data = theme.source(f"{name}-numbers", x=x, y=y, right=right, down=-up, text=text)
    theme.write(plot, data, x_offset="right", y_offset="down", text_font_style="bold")


def _distances(density: np.ndarray, apart: np.ndarray, here: float) -> figure:
    plot = theme.panel(
        (min(1.05, density.max() * 1.1), density.min() / 1.1), (-0.04, TOP), height=340, x_axis_type="log"
    )
    plot.yaxis.ticker = plot.ygrid.ticker = FixedTicker(ticks=[0, 0.25, 0.5, 0.75, 1])
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p", "norm left of (a − b)/√2"
    plot.xgrid.minor_grid_line_color = None
    theme.tick(plot.xaxis, (0.02, 0.05, 0.1, 0.2, 0.5, 1.0))
    for k, (label, marker) in enumerate(zip(GAPS, ("circle", "square", "triangle"), strict=True)):
        data = theme.source(f"collapse-apart-{k}", density=density, apart=apart[:, k])
        colour = (palette.SLATE, palette.ACTIVE, palette.GOLD)[k]
        plot.line("density", "apart", source=data, line_color=colour, line_width=2, legend_label=label)
        drawn = plot.scatter(
            "density", "apart", marker=cast(Any, marker), size=8, source=data, fill_color=colour, line_color=None,
            legend_label=label,
        )  # fmt: skip
        theme.tips(plot, drawn, pair=label, density="@density{0.000}", norm_left="@apart{0.00}")
    line = theme.source("collapse-here", x=np.array([here, here]), y=np.array([-0.04, TOP]))
    plot.line("x", "y", source=line, line_color=theme.INK, line_width=2)
    theme.legend_above(plot)
    return plot
