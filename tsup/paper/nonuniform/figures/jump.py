"""One feature of other density than the rest: the model that follows it, and the losses that cross (F18)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.plots import plane
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

COLOURS, DASHES = (palette.GOLD, palette.SLATE, palette.ACTIVE), ("solid", "solid", "dashed")
MARKERS = ("circle", "square", "triangle")
TICKS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
Curves = Mapping[str, ArrayLike]


def stretch(
    W: ArrayLike, density: float | int, at: ArrayLike, losses: Curves, loss: float | int, about: str = ""
) -> Figure:
    """A model of two dimensions beside the losses of the arrangements, its own marked.

    W: (2, feature). density: of feature 0, in (0, 1]. at: (at,), densities of the curves. losses: label → (at,), up
    to three, NaN where there is no such minimum. loss: of W. about: what was trained. Raises InputError for other
    shapes. Row F18.
    """
    matrix, p = checks.array("W", W, 2, "feature"), float(checks.densities(density))
    space = plane.draw("stretch", matrix, np.ones(matrix.shape[1]))
    plot = _axes(checks.densities(at, "at"), losses)
    _curves(plot, "stretch", checks.densities(at, "at"), losses)
    theme.tick(plot.xaxis, TICKS[1::2])
    mark = theme.source("stretch-here", x=np.array([p]), y=np.array([float(loss)]))
    drawn = plot.scatter(
        "x", "y", size=15, source=mark, fill_color=None, line_color=theme.INK, line_width=2.5
    )
    theme.tips(plot, drawn, density_of_feature_0="@x{0.0000}", loss="@y{0.00000}")
    theme.legend(plot, "bottom_left")
    look = (
        "First, the best model found when feature 0 has the density that the slider gives, turned so that models can "
        "be compared; the circle has radius 1. Second, the loss of each arrangement, and a ring at this model."
    )
    kept = measure.represented(matrix)
    alt = (
        f"With feature 0 at density {p:.3g}, {words.count(int(kept.sum()), 'feature')} of {len(kept)} are represented, "
        f"feature 0 with norm {words.number(measure.norms(matrix)[0])}; gaps are "
        f"{words.listing([f'{gap:.0f}°' for gap in measure.gaps(matrix)])}; the loss is {loss:.3g}."
    )
    return Figure(theme.wrap([space, plot], least=290), words.caption(look, about), alt)


def crossing(
    at: ArrayLike, losses: Curves, density: ArrayLike, starts: ArrayLike, kinds: ArrayLike, about: str = ""
) -> Figure:
    """The losses of the arrangements as curves, and every trained start as a point.

    at: (at,), densities of feature 0 in (0, 1]. losses: label → (at,), up to three, NaN where there is no such
    minimum. density: (density,) of the trainings; starts: their losses (density, replica) > 0, exact; kinds: (density,
    replica), the place of the start's arrangement in `losses`, or −1. about: what was trained. Raises InputError for
    other shapes. Row F18.
    """
    across, p = checks.densities(at, "at"), checks.densities(density, "density")
    up = checks.array("starts", starts, len(p), "replica")
    kind = checks.array("kinds", kinds, *up.shape)
    plot = _axes(across, losses, height=440)
    everywhere = np.broadcast_to(p[:, None], up.shape)
    for k, (label, colour) in enumerate([*zip(losses, COLOURS, strict=False), ("other", theme.MUTED)]):
        chosen = kind == (k if label != "other" else -1)
        data = theme.source(f"crossing-starts-{k}", density=everywhere[chosen], loss=up[chosen])
        marker: Any = MARKERS[k] if label != "other" else "x"
        drawn = plot.scatter(
            "density",
            "loss",
            marker=marker,
            size=5,
            source=data,
            fill_color=colour,
            line_color=colour,
            alpha=0.45,
        )
        theme.tips(
            plot,
            drawn,
            start_that_became=label,
            density_of_feature_0="@density{0.0000}",
            loss="@loss{0.00000}",
        )
    _curves(plot, "crossing", across, losses)
    theme.legend(plot, "bottom_left")
    look = (
        "Lines: the exact loss of each arrangement, followed from density to density; a line ends where its "
        "arrangement is no minimum any more. Points: the exact loss of every trained start, in the colour of what it "
        "became, grey crosses for anything else."
    )
    shares = [
        f"{words.number(100 * float((kind == k).mean()), 0)} % {label}" for k, label in enumerate(losses)
    ]
    alt = f"Of {words.count(up.size, 'start')}, {words.listing(shares)}."
    return Figure(plot, words.caption(look, about), alt)


def _checked(at: np.ndarray, losses: Curves) -> dict[str, np.ndarray]:
    if not 1 <= len(losses) <= len(COLOURS):
        raise InputError(f"losses must hold 1 to {len(COLOURS)} labels, got {len(losses)}")
    found = {label: np.asarray(values, dtype=float) for label, values in losses.items()}
    for label, values in found.items():
        if values.shape != at.shape or not np.isfinite(values).any():
            raise InputError(f"losses[{label!r}] must have shape {at.shape} and a number, got {values.shape}")
    return found


def _axes(at: np.ndarray, losses: Curves, height: int = 340) -> figure:
    values = np.concatenate([v[np.isfinite(v)] for v in _checked(at, losses).values()])
    ends = (float(at.max()) * 1.1, float(at.min()) / 1.1)
    plot = theme.panel(
        ends, (0.75 * values.min(), 1.3 * values.max()), height=height, x_axis_type="log", y_axis_type="log"
    )
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density of feature 0", "loss"
    plot.xgrid.minor_grid_line_color = plot.ygrid.minor_grid_line_color = None
    theme.tick(plot.xaxis, TICKS)
    theme.tick(plot.yaxis, (0.002, 0.005, 0.01, 0.02, 0.05, 0.1))
    return plot


def _curves(plot: figure, name: str, at: np.ndarray, losses: Curves) -> None:
    for k, (label, values) in enumerate(_checked(at, losses).items()):
        known = np.isfinite(values)
        data = theme.source(f"{name}-{k}", density=at[known], loss=values[known])
        plot.line(
            "density",
            "loss",
            source=data,
            line_color=COLOURS[k],
            line_width=3,
            line_dash=DASHES[k],
            legend_label=label,
        )
