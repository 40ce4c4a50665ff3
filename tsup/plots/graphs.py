"""A model as a graph: a node for each represented feature, an edge where two meet (F15)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.plots.kit import checks, heat, palette, theme, words
from tsup.plots.kit.figure import Figure

TOLERANCE = 0.1
MOST_EDGES = 900
CIRCLE = 8  # components of up to so many features stand on a circle
ROUNDS = 120
WIDEST = 7.0  # pixels of an edge for |Wᵢ·Wⱼ| = 1
LOOK = (
    "Each dot is a represented feature and each line a pair that meets, wider the larger |Wᵢ·Wⱼ|. Groups that no line "
    "joins are orthogonal to each other. Slate: a feature with a dimension of its own; gold: with a quarter or less."
)


@dataclass(frozen=True)
class Graph:
    """A laid-out graph: places (node, 2), dimensionality and feature of every node, edges (edge, 2) and widths."""

    places: np.ndarray
    dimensionality: np.ndarray
    feature: np.ndarray
    edges: np.ndarray
    strength: np.ndarray
    sizes: np.ndarray

    def columns(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Columns of the sources for nodes and for edges."""
        x, y = self.places.T
        start, end = self.edges.T
        nodes = {"x": x, "y": y, "dimensionality": self.dimensionality, "feature": self.feature}
        lines = {"x0": x[start], "y0": y[start], "x1": x[end], "y1": y[end]}
        return nodes, lines | {"strength": self.strength, "width": WIDEST * np.minimum(self.strength, 1.3)}


def graph(W: ArrayLike, about: str = "") -> Figure:
    """The features that a model represents, as a graph laid out in its orthogonal groups.

    W: (hidden, feature). Features of norm up to ½ are left out, and so are pairs with |cos| up to 0.1. about: what was
    trained. Raises InputError for other shapes. Row F15.
    """
    found = lay_out(checks.array("W", W, "hidden", "feature"))
    nodes, edges = (
        theme.source(name, **columns)
        for name, columns in zip(("graph", "graph-edges"), found.columns(), strict=True)
    )
    layout = theme.stack([draw(nodes, edges), key()])
    return Figure(layout, words.caption(LOOK, about), f"{in_words(found)}.")


def draw(nodes: ColumnDataSource, edges: ColumnDataSource) -> figure:
    """The panel of a graph, whose places lie within ±1."""
    plot = theme.bare(theme.panel((-1.06, 1.06), (-1.06, 1.06), aspect_ratio=1, max_width=300))
    plot.segment(
        "x0", "y0", "x1", "y1", source=edges, line_width="width", line_color=palette.SLATE, line_alpha=0.55
    )
    colour: Any = {"field": "dimensionality", "transform": scale()}
    dots = plot.scatter("x", "y", size=10, source=nodes, fill_color=colour, line_color=None)
    theme.tips(plot, dots, feature="@feature", dimensionality="@dimensionality{0.000}")
    return plot


def scale() -> Any:
    """Dimensionality from gold, at ¼ and below, to slate at 1."""
    mapper = palette.superposition()
    mapper.palette = list(reversed(list(mapper.palette)))
    mapper.low, mapper.high = 0.25, 1.0
    return mapper


def key() -> figure:
    """The key of a graph's colours."""
    ticks = {0.25: "¼", 0.5: "½", 0.75: "¾", 1.0: "1"}
    return heat.key("graph-key", scale(), (0.25, 1), ticks, "dimensionality Dᵢ")


def in_words(found: Graph) -> str:
    """What a graph shows, in words: how many groups there are of each size."""
    if not len(found.feature):
        return "no feature is represented"
    amounts = dict(zip(*np.unique(found.sizes, return_counts=True), strict=True))
    named = [f"{words.count(int(amount), 'group')} of {size}" for size, amount in sorted(amounts.items())]
    most = f"{words.listing(named[:6])}" + (f" and {len(named) - 6} other sizes" if len(named) > 6 else "")
    return f"{words.count(len(found.feature), 'represented feature')} in {most}"


def lay_out(W: np.ndarray) -> Graph:
    """The graph of a model with each of its groups, the largest first, in a place of its own."""
    factor = measure.tegum_factors(W, TOLERANCE)
    kept = np.flatnonzero(factor >= 0)
    cosines = measure.cosines(W)
    groups = [np.flatnonzero(factor == k) for k in range(factor.max() + 1)]
    groups.sort(key=lambda group: (-len(group), group[0]))
    places = np.zeros((W.shape[1], 2))
    for group, at, size in zip(
        groups, *_shelves([_square_side(len(group)) for group in groups]), strict=True
    ):
        places[group] = at + 0.36 * size * _group(np.abs(cosines[np.ix_(group, group)]))
    edges, strength = _edges(W, cosines, kept)
    return Graph(
        _normalised(places[kept]),
        measure.dimensionality(W)[kept],
        kept,
        np.searchsorted(kept, edges),
        strength,
        np.array([len(group) for group in groups], dtype=int),
    )


def _edges(W: np.ndarray, cosines: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The strongest pairs of represented features that meet, weakest first, with |Wᵢ·Wⱼ|."""
    strength = np.abs(measure.gram(W))
    met = np.triu(np.abs(cosines) > TOLERANCE, 1)
    pairs = np.argwhere(
        met & np.isin(np.arange(len(met)), kept) & np.isin(np.arange(len(met)), kept)[:, None]
    )
    values = strength[tuple(pairs.T)]
    order = np.argsort(values)[-MOST_EDGES:]
    return pairs[order], values[order]


def _square_side(count: int) -> float:
    """The side of the square that a group of so many features is given."""
    return float(np.sqrt(max(count, 1)) + 0.6)


def _shelves(sides: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Squares in rows of about equal length, the largest first: their middles and their sides."""
    width = max([np.sqrt(np.sum(np.square(sides))) * 1.04, *sides]) if sides else 0.0
    middles, x, y, height = [], 0.0, 0.0, 0.0
    for side in sides:
        if x + side > width + 1e-9:
            x, y, height = 0.0, y - height, 0.0
        middles.append((x + side / 2, y - side / 2))
        x, height = x + side, max(height, side)
    return np.array(middles).reshape(-1, 2), np.array(sides)


def _group(weights: np.ndarray) -> np.ndarray:
    """Places of one group within the unit circle: a regular polygon, or for a large group what springs settle on."""
    n = len(weights)
    angle = 2 * np.pi * np.arange(n) / n + np.pi / 2
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    if n == 1:
        return np.zeros((1, 2))
    return ring if n <= CIRCLE else _fruchterman_reingold(weights, ring)


def _fruchterman_reingold(weights: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Fruchterman and Reingold's layout: all features repel, those that meet attract."""
    n, place = len(weights), start * np.sqrt(len(start))
    pull = np.where(weights > TOLERANCE, weights, 0) * (1 - np.eye(n))
    for heat_left in np.linspace(0.6, 0.02, ROUNDS):
        apart = place[:, None] - place
        distance = np.linalg.norm(apart, axis=-1) + np.eye(n)
        force = ((1 / distance**2 - pull * distance)[..., None] * apart).sum(1)
        force -= 0.05 * place
        length = np.linalg.norm(force, axis=1, keepdims=True)
        place = place + force / np.maximum(length, 1e-9) * np.minimum(length, heat_left)
    place = place - place.mean(0)
    return place / np.abs(place).max()


def _normalised(places: np.ndarray) -> np.ndarray:
    """Centred and scaled to lie within ±1."""
    if not len(places):
        return places
    low, high = places.min(0), places.max(0)
    return (places - (low + high) / 2) / max(np.max(high - low) / 2, 1e-9)
