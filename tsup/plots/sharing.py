"""How much of a dimension features get, against how sparse they are (F14, F15)."""

from typing import Any

import numpy as np
from bokeh.events import Tap
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.plots import graphs
from tsup.plots.kit import checks, controls, palette, scripts, theme, words
from tsup.plots.kit.figure import Figure

PLATEAUS = {
    "1 alone": 1.0,
    "3/4 tetrahedron": 3 / 4,
    "2/3 triangle": 2 / 3,
    "1/2 digon": 1 / 2,
    "2/5 pentagon": 2 / 5,
    "3/8 square antiprism": 3 / 8,
}
GOLDEN = (np.sqrt(5) - 1) / 2
STAR_LOOK = (
    "Hidden dimensions per feature, D* = m/‖W‖², against 1/p: the sparser, the further to the right. It begins at 1, a "
    "dimension for every feature, and the dashed line at ½ is two features to a dimension."
)
LOOK = (
    "Each dot is a represented feature, at its share of a dimension Dᵢ; each column is one model, sparser to the "
    "right, and the line is D*. Dashed lines are what regular polytopes give each of their vertices."
)


def per_feature(density: ArrayLike, star: ArrayLike, about: str = "") -> Figure:
    """D* = m/‖W‖² against 1/(1 − S) = 1/p on a logarithmic scale.

    density: (density,) in (0, 1]. star: (density,) or (density, model), > 0. about: what was trained. Raises
    InputError for other shapes. Row F14.
    """
    p = checks.densities(density, "density")
    values = np.asarray(star, dtype=float)
    values = checks.array("star", values[:, None] if values.ndim == 1 else values, len(p), "model")
    order = np.argsort(-p)
    p, values = p[order], values[order]
    plot = _axes(p, "dimensions per feature D*", 1.15)
    for level in (1, 0.5):
        theme.guide(plot, "width", level, "dashed")
    middle = np.median(values, axis=1)
    line = theme.source("star", x=1 / p, y=middle)
    plot.line("x", "y", source=line, line_color=palette.GOLD, line_width=3)
    every = theme.source(
        "star-models",
        x=np.repeat(1 / p, values.shape[1]),
        y=values.ravel(),
        density=np.repeat(p, values.shape[1]),
    )
    dots = plot.scatter("x", "y", size=7, source=every, fill_color=palette.GOLD, line_color=None)
    theme.tips(plot, dots, density="@density{0.0000}", per_feature="@y{0.000}")
    alt = (
        f"D* falls from {words.number(middle[0])} at density {p[0]:g} to {words.number(middle[-1])} at {p[-1]:g}; at "
        f"{int((np.abs(middle - 0.5) < 0.05).sum())} of {len(p)} densities it is within 0.05 of one half."
    )
    return Figure(plot, words.caption(STAR_LOOK, about), alt)


def dimensionality(
    density: ArrayLike, W: ArrayLike, about: str = "", start: float | int | None = None
) -> Figure:
    """Every represented feature's Dᵢ at each density, with plateaus, and the feature graph of the model picked.

    density: (density,) in (0, 1], at least two. W: (density, hidden, feature), a model at each. about: what was
    trained. A tap on a column, or the slider, picks a model; first that of the density nearest to start, or without it
    the one most on plateaus. Raises InputError for other shapes. Row F15.
    """
    p = checks.densities(density, "density")
    if len(p) < 2:
        raise InputError(f"density must have at least 2 values, got {len(p)}")
    order = np.argsort(-p)
    stack = checks.array("W", W, len(p), "hidden", "feature")[order]
    p = p[order]
    found = [graphs.lay_out(one) for one in stack]
    first = _most_on_plateaus(found, stack.shape[1]) if start is None else int(np.abs(p - start).argmin())
    plot = _scatter(p, stack)
    marker = theme.source("picked", x=1 / p[first : first + 1], low=np.array([0.0]), high=np.array([1.12]))
    plot.segment("x", "low", "x", "high", source=marker, line_color=theme.INK, line_width=1.5)
    nodes, edges = (
        theme.source(name, **columns)
        for name, columns in zip(("graph", "graph-edges"), found[first].columns(), strict=True)
    )
    texts = [f"{one:.3g}" for one in p]
    readings = [f"Density {text}: {graphs.in_words(one)}." for text, one in zip(texts, found, strict=True)]
    slider = controls.density("density p", texts, texts[first])
    reading = controls.reading(readings[first])
    beside = theme.stack([reading, graphs.key()])
    below = theme.wrap([graphs.draw(nodes, edges), beside], least=270)
    whole = controls.whole(controls.bar(slider), plot, below)
    sources = {"nodes": nodes, "edges": edges, "marker": marker}
    constants = {
        "graphs": [_for_script(one) for one in found],
        "densities": p.tolist(),
        "widest": graphs.WIDEST,
    }
    controls.wire(
        [slider],
        ("move-density",),
        density=slider,
        reading=reading,
        whole=whole,
        readings=readings,
        **sources,
        **constants,
    )
    plot.js_on_event(Tap, scripts.call("pick-density", density=slider, densities=p.tolist()))
    return Figure(
        whole, words.caption(f"{LOOK} Below: {graphs.LOOK}", about), f"{_alt(stack)} {readings[first]}"
    )


def _axes(p: np.ndarray, label: str, top: float) -> figure:
    plot = theme.panel((0.88, 1.12 / p.min()), (0, top), height=300, x_axis_type="log")
    plot.xaxis.axis_label, plot.yaxis.axis_label = "1/p, sparser to the right", label
    plot.xgrid.visible = False
    powers = 10.0 ** np.arange(0, np.ceil(-np.log10(p.min())) + 1)
    theme.tick(plot.xaxis, np.sort([*powers, *(3 * powers)]))
    return plot


def _scatter(p: np.ndarray, stack: np.ndarray) -> figure:
    """The features of all models, spread a little within their column, with the plateaus and D*."""
    plot = _axes(p, "dimensionality Dᵢ", 1.12)
    for level in PLATEAUS.values():
        theme.guide(plot, "width", level, "dashed")
    kept = measure.represented(stack)
    at, feature = np.nonzero(kept)
    gap = np.log(p[0] / p[-1]) / (len(p) - 1)
    spread = np.exp(gap * 0.5 * ((feature * GOLDEN) % 1 - 0.5))
    dots = theme.source("dimensionality", x=spread / p[at], y=measure.dimensionality(stack)[kept])
    plot.scatter("x", "y", size=3, source=dots, fill_color=palette.SLATE, fill_alpha=0.5, line_color=None)
    star = theme.source("star", x=1 / p, y=measure.dimensions_per_feature(stack))
    plot.line("x", "y", source=star, line_color=palette.GOLD, line_width=2.5)
    levels = np.array([*PLATEAUS.values()])
    down = np.where(
        levels == 3 / 8, 15, -1
    )  # the antiprism's name stands below its line, clear of the pentagon's
    names = theme.source(
        "plateaus", x=np.full(len(levels), 1.1 / p.min()), y=levels, text=[*PLATEAUS], down=down
    )
    small = {"text_align": "right", "text_baseline": "bottom", "text_font_size": theme.SMALL}
    theme.write(plot, names, y_offset="down", **small)
    return plot


def _for_script(one: graphs.Graph) -> dict[str, Any]:
    """A graph as the script unpacks it: node columns end to end, and the ends of every edge."""
    x, y = one.places.T
    nodes = np.concatenate([x, y, one.dimensionality, one.feature]).astype(np.float32)
    edges, strength = one.edges.ravel().astype(np.uint16), one.strength.astype(np.float32)
    return {"nodes": nodes, "count": len(one.feature), "edges": edges, "strength": strength}


def _most_on_plateaus(found: list[graphs.Graph], hidden: int) -> int:
    """The place of the model, of those in superposition, with the most features on plateaus."""
    return int(np.argmax([_near_plateaus(one) if len(one.feature) > hidden else -1 for one in found]))


def _near_plateaus(one: graphs.Graph) -> float:
    """The share of a graph's features that lie close to a plateau."""
    return float(np.mean(_near(one.dimensionality).any(1)))


def _near(D: np.ndarray) -> np.ndarray:
    """Whether a dimensionality lies close to a plateau: (feature, plateau)."""
    return np.abs(D[:, None] - np.array([*PLATEAUS.values()])) < 0.02


def _alt(stack: np.ndarray) -> str:
    """How many represented features of all models lie close to each plateau."""
    D = measure.dimensionality(stack)[measure.represented(stack)]
    near = [f"{share:.0%} near {name}" for name, share in zip(PLATEAUS, _near(D).mean(0), strict=True)]
    every = f"{words.count(len(D), 'represented feature')} in {words.count(len(stack), 'model')}"
    return f"Of {every}: {words.listing(near)}."
