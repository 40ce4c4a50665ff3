"""W of several models as two of their neurons are turned against each other, and what that costs (F26)."""

from collections.abc import Mapping

import numpy as np
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.measure import neuron_order
from tsup.paper.privileged.analysis import rotate_first_two
from tsup.plots.kit import checks, curves, heat, palette, theme, words
from tsup.plots.kit.figure import Figure


def rotated(
    models: Mapping[str, ArrayLike],
    at: float | int,
    angle: ArrayLike,
    ratio: Mapping[str, ArrayLike],
    about: str = "",
) -> Figure:
    """The weights of each model after a turn by `at` degrees in the plane of its first two neurons, and the loss.

    models: label → W (hidden, feature), of one shape, with at least two neurons, drawn in `neuron_order`.
    at: degrees. angle: (angle,) degrees, rising. ratio: label → (angle,), the loss after the turn in units of that
    before, for the same labels. about: what was trained. Raises InputError for other shapes or labels. Row F26.
    """
    if not models or list(models) != list(ratio):
        raise InputError(f"ratio must name the models {list(models)}, got {list(ratio)}")
    degrees = checks.array("angle", angle, "angle")
    curves.check("ratio", ratio)
    lines = {label: checks.array(f"ratio[{label!r}]", one, len(degrees)) for label, one in ratio.items()}
    shape = np.shape(next(iter(models.values()), ()))
    if len(shape) != 2 or shape[0] < 2:
        raise InputError(f"models must hold W (hidden, feature) of at least 2 neurons, got {shape}")
    matrices = {label: checks.array(f"models[{label!r}]", W, *shape) for label, W in models.items()}
    panels = [matrix(f"rotated-{k}", label, _rotated(W, at)) for k, (label, W) in enumerate(matrices.items())]
    below = _loss_by_angle(degrees, lines, float(at))
    key = heat.signed_key("rotated-key", "weight")
    look = (
        "Above, W of each model, a row for every neuron, the first two turned against each other by the "
        "slider's angle. Below, the loss after the turn, in units of the loss before; the dots are at this angle."
    )
    now = [f"{words.number(np.interp(at, degrees, one))} ({label})" for label, one in lines.items()]
    alt = f"Turned by {at:g}°, the loss is {words.listing(now)} times what it was."
    layout = theme.stack([theme.wrap(panels, least=270), key, below])
    return Figure(layout, words.caption(look, about), alt)


def _rotated(W: np.ndarray, angle: float | int) -> np.ndarray:
    return rotate_first_two(W, angle)[neuron_order(W)]


def matrix(name: str, label: str, W: np.ndarray) -> figure:
    """W (hidden, feature) as a heat map under its label, neuron 0 on top."""
    hidden, n = W.shape
    head = -0.5 - 0.2 * hidden
    plot = theme.panel((-0.5, n - 0.5), (hidden - 0.5, head), height=110 + 24 * hidden)
    plot.grid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "feature", "neuron"
    theme.count_along(plot.xaxis, n, 10)
    theme.count_along(plot.yaxis, hidden, 10)
    plot.yaxis.bounds = (-0.5, hidden - 0.5)
    drawn = heat.draw(plot, name, W, palette.signed())
    heat.cell_tips(plot, drawn, "neuron", "feature", "weight")
    heat.frames(plot, f"{name}-frame", (-0.5, -0.5, n - 0.5, hidden - 0.5))
    theme.label(plot, f"{name}-label", n / 2 - 0.5, -0.5 - 0.1 * hidden, label, text_font_style="bold")
    return plot


def _loss_by_angle(angle: np.ndarray, lines: dict[str, np.ndarray], at: float) -> figure:
    top = max(float(one.max()) for one in lines.values())
    plot = theme.panel((float(angle.min()), float(angle.max())), (0, 1.25 * top), height=240)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "angle in degrees", "loss / loss before"
    curves.draw(plot, "rotated-losses", angle, lines, "top_left")
    here = np.array([np.interp(at, angle, one) for one in lines.values()])
    marks = theme.source("rotated-here", x=np.full(len(here), at), y=here)
    dots = plot.scatter("x", "y", size=11, source=marks, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, dots, angle="@x°", ratio="@y{0.00}")
    return plot
