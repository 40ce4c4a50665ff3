"""Turning the basis of the hidden space: outputs stay, unless neurons make the basis special (F02)."""

import numpy as np
from bokeh.models import FixedTicker
from bokeh.models.annotations import BoxAnnotation
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup.geometry.pose import rotation
from tsup.plots import plane
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

OUTPUT_LIMIT = 1.6
LOOK = (
    "In the plane: the features' directions after the turn, and as a diamond the hidden vector h of one input. "
    "As bars: what is read back from h, with a thin line at each value before the turn."
)


def basis(W: ArrayLike, angle: float | int, x: ArrayLike | None = None, about: str = "") -> Figure:
    """A linear hidden layer of two dimensions, turned by `angle` degrees: the outputs WᵀWx do not move.

    W: (2, feature). angle: degrees, counter-clockwise. x: the input (feature,); without it, feature 0 alone at 1.
    about: what was trained. Raises InputError for other shapes. Row F02.
    """
    W, x = _checked(W, x)
    turned = _turned(W, angle)
    hidden = turned @ x
    before, after = W.T @ (W @ x), turned.T @ hidden
    space = _plane("basis", turned, hidden[None])
    look = f"{LOOK} Turn the space: the directions move together and every output stays where it was."
    return _figure("basis", space, before, after, look, about, angle)


def basis_relu(W: ArrayLike, angle: float | int, x: ArrayLike | None = None, about: str = "") -> Figure:
    """The same with neurons: a ReLU acts on each hidden dimension, and the outputs change as the space turns.

    Arguments, errors and row as in `basis`; the outputs are Wᵀ ReLU(Wx).
    """
    W, x = _checked(W, x)
    turned = _turned(W, angle)
    hidden, straight = np.maximum(turned @ x, 0), np.maximum(W @ x, 0)
    before, after = W.T @ straight, turned.T @ hidden
    space = _plane("basis-relu", turned, np.stack([turned @ x, hidden]))
    space.add_layout(
        BoxAnnotation(left=0, bottom=0, fill_color=palette.SLATE, fill_alpha=0.14, level="underlay")
    )
    look = f"{LOOK} Only the shaded quarter survives the ReLU, so turning the space changes what comes out."
    return _figure("basis-relu", space, before, after, look, about, angle)


def _checked(W: ArrayLike, x: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    matrix = checks.array("W", W, 2, "feature")
    n = matrix.shape[1]
    return matrix, np.eye(n)[0] if x is None else checks.array("x", x, n)


def _turned(W: np.ndarray, angle: float | int) -> np.ndarray:
    return rotation(float(checks.array("angle", angle))) @ W


def _plane(name: str, turned: np.ndarray, path: np.ndarray) -> figure:
    """The plane of the neurons with every feature's direction, and h where it ends and where it came from."""
    plot = plane.draw(name, turned, np.ones(turned.shape[1]))
    limit = plane.LIMIT
    ends = theme.source(
        f"{name}-axes", x=np.array([limit - 0.12, 0.12]), y=np.array([-0.11, limit - 0.1]), text=["h₁", "h₂"]
    )
    theme.write(plot, ends, text_color=theme.MUTED)
    trail = theme.source(f"{name}-hidden", x=path[:, 0], y=path[:, 1])
    plot.line("x", "y", source=trail, line_color=theme.INK, line_width=1.5, line_dash="2 3")
    last = theme.source(f"{name}-h", x=path[-1:, 0], y=path[-1:, 1])
    drawn = plot.scatter(
        "x", "y", source=last, marker="diamond", size=17, fill_color=theme.INK, line_color=None
    )
    theme.tips(plot, drawn, h="(@x{0.00}, @y{0.00})")
    return plot


def _outputs(name: str, before: np.ndarray, after: np.ndarray) -> figure:
    n = len(after)
    plot = theme.panel((-OUTPUT_LIMIT, OUTPUT_LIMIT), (n - 0.5, -0.5), height=max(170, 30 * n + 60))
    plot.ygrid.visible = False
    plot.xaxis.ticker = FixedTicker(ticks=[-1, 0, 1])
    plot.xaxis.axis_label, plot.yaxis.axis_label = "read back x′ᵢ", "feature i"
    theme.count_along(plot.yaxis, n, 10)
    theme.guide(plot, "height", 0)
    feature = np.arange(n)
    data = theme.source(
        f"{name}-outputs",
        feature=feature,
        output=after,
        before=before,
        top=feature - 0.46,
        bottom=feature + 0.46,
        colour=palette.features(np.ones(n)),
    )
    drawn = plot.hbar(
        y="feature", right="output", height=0.62, source=data, fill_color="colour", line_color=None
    )
    plot.segment("before", "top", "before", "bottom", source=data, line_color=theme.INK, line_width=2)
    theme.tips(plot, drawn, feature="@feature", output="@output{0.00}", before_the_turn="@before{0.00}")
    return plot


def _figure(
    name: str, space: figure, before: np.ndarray, after: np.ndarray, look: str, about: str, angle: float | int
) -> Figure:
    layout = theme.wrap([space, _outputs(name, before, after)], least=290)
    moved = float(np.abs(after - before).max())
    change = "no output changes" if moved < 1e-6 else f"the outputs change by up to {words.number(moved)}"
    alt = f"The hidden space turned by {angle:g}°: {change}. Outputs {words.numbers(after)}."
    return Figure(layout, words.caption(look, about), alt)
