"""Models with two hidden dimensions: the direction of every feature (F01)."""

import numpy as np
from bokeh.models import LayoutDOM
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.plots.kit import bars, checks, palette, theme, words
from tsup.plots.kit.figure import Figure

LIMIT, HEADED = 1.45, 1.9
LOOK = (
    "Each line is one feature's direction Wᵢ in the plane of the two hidden dimensions; the circle has radius 1. "
    "A feature that the model leaves out stays at the centre."
)

KEPT_LOOK = (
    "Each spoke is one feature, and the longer it is the better the model keeps it. "
    "A feature that the model gives up stays at the centre."
)
OPPOSITE = 0.97  # of a cosine of −1


def directions(W: ArrayLike, importance: ArrayLike | None = None, about: str = "") -> Figure:
    """Every feature of a model with two hidden dimensions as a line from the origin, its norm as a bar beside it.

    W: (2, feature). importance: (feature,), ≥ 0: more important features have stronger lines; without it all are
    alike. about: what was trained. Raises InputError for other shapes. Row F01.
    """
    W, weight = _checked(W, importance)
    norms = measure.norms(W)
    colours = palette.features(weight)
    panel = draw("directions", W, weight)
    beside = bars.panel(W.shape[1])
    drawn = bars.draw(beside, "directions-norms", norms, "colour", colour=colours)
    theme.tips(beside, drawn, feature="@feature", norm="@norm{0.00}")
    return Figure(theme.wrap([panel, beside], least=290), words.caption(LOOK, about), f"{_alt(W)}.")


def kept(W: ArrayLike, density: float | int, importance: ArrayLike | None = None, about: str = "") -> Figure:
    """The picture of `directions` alone, told in plain words: how many features are kept, and how they stand.

    W, importance, about: as in `directions`. density: in (0, 1]. Raises InputError for other shapes. Row F01.
    """
    W, weight = _checked(W, importance)
    often = f"{100 * float(checks.densities(density)):.3g} % of the time" if density < 1 else "always"
    text = f"Each feature is there {often}. {_kept_in_words(W)}"
    return Figure(theme.stack([draw("kept", W, weight)]), words.caption(KEPT_LOOK, about), text)


def _kept_in_words(W: np.ndarray) -> str:
    """How many features W keeps, and how many of these stand in opposite pairs."""
    found, n = int(measure.represented(W).sum()), W.shape[1]
    at = measure.cosines(W)[np.ix_(*[measure.represented(W)] * 2)]
    pairs = int((np.triu(at, 1) < -OPPOSITE).sum())
    how = {0: "", 1: ", two of them opposite each other"}.get(pairs, ", in opposite pairs")
    if found == 2 and abs(at[0, 1]) < 1 - OPPOSITE:
        how = ", at a right angle"
    if not pairs and found > 3:
        how = ", spread around the circle"
    amount = "all" if found == n else words.small(found)
    return f"The model keeps {amount} of the {words.small(n)}{how}."


def directions_grid(
    W: ArrayLike, density: ArrayLike, importance: ArrayLike | None = None, about: str = ""
) -> Figure:
    """The directions of several models side by side, one at each density.

    W: (density, 2, feature). density: (density,) in (0, 1]. importance, about: as in `directions`. Raises
    InputError for other shapes. Row F01.
    """
    stack = checks.array("W", W, "density", 2, "feature")
    density = checks.densities(density, len(stack))
    weight = _importance(importance, stack.shape[2])
    panels: list[LayoutDOM] = []
    for k, (one, p) in enumerate(zip(stack, density, strict=True)):
        panel = draw(f"directions-{k}", one, weight, top=HEADED)
        theme.label(panel, f"directions-{k}-heading", 0, 1.74, f"p = {p:g}", text_font_style="bold")
        panels.append(panel)
    kept = measure.represented(stack).sum(1)
    alt = (
        f"{words.count(len(stack), 'model')} of {words.count(stack.shape[2], 'feature')}, at densities "
        f"{words.listing([f'{p:g}' for p in density])}: represented are {words.listing(kept)}."
    )
    look = f"{LOOK} Density p falls from panel to panel: the features grow sparser."
    return Figure(theme.wrap(panels, least=150), words.caption(look, about), alt)


def _importance(importance: ArrayLike | None, n: int) -> np.ndarray:
    return np.ones(n) if importance is None else checks.array("importance", importance, n)


def _checked(W: ArrayLike, importance: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    matrix = checks.array("W", W, 2, "feature")
    return matrix, _importance(importance, matrix.shape[1])


def draw(
    name: str, W: np.ndarray, weight: np.ndarray, top: float | None = None, reach: float = LIMIT
) -> figure:
    """The plane of the hidden dimensions with its unit circle and a line to every feature.

    reach: how far the panel goes from the middle. top: how far it goes up, where that is more.
    """
    plot = theme.square(reach, top or reach)
    far = np.array([reach - 0.1, 0])
    cross = theme.source(f"{name}-cross", x0=-far, y0=-far[::-1], x1=far, y1=far[::-1])
    plot.segment("x0", "y0", "x1", "y1", source=cross, line_color=theme.LINE)
    ring = theme.source(f"{name}-circle", x=np.zeros(1), y=np.zeros(1))
    plot.circle("x", "y", radius=1, source=ring, fill_color=None, line_color=theme.MUTED, line_dash="4 4")
    spokes(plot, name, W, weight)
    return plot


def spokes(plot: figure, name: str, W: np.ndarray, weight: np.ndarray) -> None:
    """A line from the origin to every feature, ending in a dot, with the feature's number beyond it."""
    norms = measure.norms(W)
    x, y = W
    data = theme.source(
        name,
        feature=np.arange(len(x)),
        origin=np.zeros(len(x)),
        x=x,
        y=y,
        norm=norms,
        width=2.5 + 2.5 * weight / max(weight.max(), 1e-12),
        size=7 + 5 * np.minimum(norms, 1),
        colour=palette.features(weight),
    )
    plot.segment(
        "origin", "origin", "x", "y", source=data, line_width="width", line_color="colour", line_cap="round"
    )
    dots = plot.scatter("x", "y", size="size", source=data, fill_color="colour", line_color=None)
    theme.tips(plot, dots, feature="@feature", direction="(@x{0.00}, @y{0.00})", norm="@norm{0.00}")
    _number(plot, name, W, norms)


def _number(plot: figure, name: str, W: np.ndarray, norms: np.ndarray) -> None:
    """Write a feature's number beyond its dot, unless the dot is at the centre with others."""
    (x, y), (right, up) = W, 14 * W / np.maximum(norms, 1e-12)
    text = [str(i) if norm >= 0.3 else "" for i, norm in enumerate(norms)]
    data = theme.source(f"{name}-numbers", x=x, y=y, right=right, down=-up, text=text)
    theme.write(plot, data, x_offset="right", y_offset="down", text_font_style="bold")


def _alt(W: np.ndarray) -> str:
    """What a picture of W shows, in words."""
    norms, kept = measure.norms(W), np.flatnonzero(measure.represented(W))
    n = len(norms)
    if not len(kept):
        return f"none of {words.count(n, 'feature')} is represented"
    text = (
        f"{len(kept)} of {words.count(n, 'feature')} represented, with norms of {words.interval(norms[kept])}"
    )
    if 1 < len(kept) <= 8:
        text += f" and gaps of {words.listing([f'{gap:.0f}°' for gap in measure.gaps(W)])}"
    return text
