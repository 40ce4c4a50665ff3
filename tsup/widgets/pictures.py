"""Pictures that only a figure that trains has: shares of dimensions, one polyhedron, an attack on the model."""

import numpy as np
from bokeh.models.annotations import Title
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import attack, measure
from tsup.plots import polyhedra
from tsup.plots.kit import checks, palette, theme, words
from tsup.plots.kit.figure import Figure

PLATEAUS = {"1 alone": 1.0, "2/3 triangle": 2 / 3, "1/2 digon": 1 / 2, "2/5 pentagon": 2 / 5}
SHARING_LOOK = (
    "Each dot is a feature, and its height the share Dᵢ of a dimension that it has; the features stand in the order of "
    "their shares. Dashed lines are what regular polytopes give each of their vertices."
)
POLYHEDRON_LOOK = (
    "The vertices are the directions of the features in three dimensions; nearer ones are larger. "
    "Drag to turn it."
)
ATTACK_LOOK = (
    "One feature is on, and broad bars are what the model is given and answers. Narrow gold bars are the same under "
    "the worst attack along a row of WᵀW, either way."
)
INPUT, BUDGET = 0, 0.25


def sharing(W: ArrayLike) -> Figure:
    """D of every feature, from large to small, and the shares of regular polytopes; 0 where it is not represented.

    W: (hidden, feature). Raises InputError for other shapes.
    """
    W = checks.array("W", W, "hidden", "feature")
    kept, n = measure.represented(W), W.shape[1]
    D = np.where(kept, measure.dimensionality(W), 0)
    order = np.argsort(-D, kind="stable")
    plot = _shares_panel(n)
    columns = {"dimensionality": D[order], "norm": measure.norms(W)[order]}
    data = theme.source("sharing", place=np.arange(n), feature=order, **columns)
    dots = plot.scatter(
        "place", "dimensionality", size=7, source=data, fill_color=palette.SLATE, line_color=None
    )
    theme.tips(plot, dots, feature="@feature", dimensionality="@dimensionality{0.000}", norm="@norm{0.00}")
    middle = words.number(float(np.median(D[kept]))) if kept.any() else "0"
    alt = f"{kept.sum()} of {words.count(n, 'feature')} represented; their median dimensionality is {middle}."
    return Figure(theme.stack([plot]), SHARING_LOOK, alt)


def _shares_panel(n: int) -> figure:
    plot = theme.panel((-0.02 * n, 1.02 * n), (0, 1.12), height=320)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "features, by their shares", "dimensionality Dᵢ"
    for level in PLATEAUS.values():
        theme.guide(plot, "width", level, "dashed")
    at = np.array([*PLATEAUS.values()])
    names = theme.source("sharing-names", x=np.full(len(at), n), y=at, text=[*PLATEAUS])
    small = {"text_align": "right", "text_baseline": "bottom", "text_font_size": theme.SMALL}
    theme.write(plot, names, y_offset=-1, **small)
    return plot


def polyhedron(W: ArrayLike) -> Figure:
    """The convex hull of the directions of features in three dimensions.

    W: (3, feature). Raises InputError for other shapes.
    """
    W = checks.array("W", W, 3, "feature")
    plot, found = polyhedra.solid(W)
    return Figure(theme.stack([plot]), POLYHEDRON_LOOK, found)


def attacked(W: ArrayLike, b: ArrayLike, importance: ArrayLike) -> Figure:
    """Feature 0 alone and at 1, and the answer to it, before and after the worst attack of length ¼.

    W: (hidden, feature). b, importance: (feature,). Raises InputError for other shapes.
    """
    W = checks.array("W", W, "hidden", "feature")
    n = W.shape[1]
    b, weight = checks.array("b", b, n), checks.array("importance", importance, n)
    x = np.eye(n)[INPUT]
    moved = x + BUDGET * _worst(W, b, weight, x)
    answers = [np.maximum(W.T @ (W @ given) + b, 0) for given in (x, moved)]
    panels = [_bars("attack-input", "input", x, moved), _bars("attack-output", "output", *answers)]
    losses = [float((weight * (x - answer) ** 2).sum()) for answer in answers]
    alt = (
        f"Feature {INPUT} alone is answered with a loss of {words.number(losses[0])}; the worst attack of length "
        f"{BUDGET:g} makes it {words.number(losses[1])}."
    )
    return Figure(theme.wrap(panels, least=270), ATTACK_LOOK, alt)


def _worst(W: np.ndarray, b: np.ndarray, importance: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Of the rows of WᵀW and their opposites, of length 1, the one that hurts most; 0 where there is none."""
    if not W.any():
        return np.zeros_like(x)
    ways = attack.both_ways(W)
    answers = np.maximum((x + BUDGET * ways) @ W.T @ W + b, 0)
    return ways[int(np.argmax((importance * (x - answers) ** 2).sum(-1)))]


def _bars(name: str, heading: str, before: np.ndarray, after: np.ndarray) -> figure:
    """Bars of features, broad before and narrow after."""
    n = len(before)
    plot = theme.panel((-0.4, 1.5), (n - 0.5, -0.5), height=300)
    plot.title = Title(text=heading, text_font=theme.FONT, text_font_size=theme.BODY, text_color=theme.INK)
    plot.yaxis.axis_label = "feature"
    theme.count_along(plot.yaxis, n, 10)
    data = theme.source(name, feature=np.arange(n), before=before, after=after)
    plot.hbar(
        y="feature",
        right="before",
        height=0.8,
        source=data,
        fill_color=palette.SLATE,
        fill_alpha=0.3,
        line_color=None,
    )
    dark = plot.hbar(
        y="feature", right="after", height=0.35, source=data, fill_color=palette.GOLD, line_color=None
    )
    theme.tips(plot, dark, feature="@feature", before="@before{0.00}", after="@after{0.00}")
    return plot
