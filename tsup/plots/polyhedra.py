"""Polytopes in three dimensions, turned by dragging or by keyboard (F16, F17)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.events import Pan, PanStart
from bokeh.models.widgets import CategoricalSlider
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.geometry import hull
from tsup.plots.kit import checks, controls, palette, scripts, theme, words
from tsup.plots.kit.figure import Figure

STEP, TURN, TILT = 2, 30, 20
LIMIT = 1.25
LOOK = (
    "The vertices are the directions of features that share three dimensions; nearer ones are larger. Drag the "
    "polytope or move the sliders to turn it."
)


def polytopes(shapes: Mapping[str, ArrayLike], start: str | None = None, about: str = "") -> Figure:
    """A gallery of polytopes to be turned in three dimensions, one at a time.

    shapes: name → W (3, vertex), or (2, vertex) for a polygon, whose columns are the vertices; at least two. start:
    the first one shown; without it, the first of them. about: what was trained, if anything. Nothing moves unless the
    reader moves it. Raises InputError for other shapes or an unknown start. Rows F16, F17.
    """
    if len(shapes) < 2:
        raise InputError(f"shapes must name at least 2 polytopes, got {len(shapes)}")
    first = next(iter(shapes)) if start is None else start
    if first not in shapes:
        raise InputError(f"start must be one of {', '.join(shapes)}, got {start}")
    found = {name: _for_script(name, W) for name, W in shapes.items()}
    shape, sliders = controls.choice("polytope", list(found), first), angle_sliders()
    sources = _sources(found[first])
    plot = _drawn(sources)
    reading = controls.reading(found[first]["text"])
    whole = controls.whole(controls.bar(shape, *sliders.values()), reading, theme.stack([plot]))
    said = {"reading": reading, "whole": whole, "shapes": found}
    controls.wire([shape, *sliders.values()], ("turn", "polytope"), shape=shape, **sliders, **sources, **said)
    turn_by_dragging(plot, sliders)
    return Figure(whole, words.caption(LOOK, about), found[first]["text"])


def solid(W: ArrayLike, name: str = "polytope") -> tuple[figure, str]:
    """One polytope as it stands at first, W (3, vertex), and what it is in words."""
    found = _for_script(name, W)
    return _drawn(_sources(found)), found["text"]


def _drawn(sources: Mapping[str, Any]) -> figure:
    plot = space()
    plot.patches(
        "x", "y", source=sources["faces"], fill_color=palette.ACTIVE, fill_alpha=0.12, line_color=None
    )
    plot.segment(
        "x0", "y0", "x1", "y1", source=sources["edges"], line_width="width", line_color=palette.SLATE
    )
    dots = plot.scatter(
        "x", "y", size="size", source=sources["dots"], fill_color=palette.GOLD, line_color=None
    )
    theme.tips(plot, dots, vertex="@vertex", dimensionality="@dimensionality{0.000}")
    return plot


def angle_sliders() -> dict[str, CategoricalSlider]:
    """The sliders "turn" and "tilt", in degrees."""
    ranges = {"turn": (range(0, 360, STEP), TURN), "tilt": (range(-90, 90 + STEP, STEP), TILT)}
    return {
        name: controls.slider(f"{name}, degrees", [str(angle) for angle in angles], str(here))
        for name, (angles, here) in ranges.items()
    }


def space() -> figure:
    """A panel of three dimensions: a finger that moves sideways turns it, one that moves up scrolls the page."""
    plot = theme.bare(theme.panel((-LIMIT, LIMIT), (-LIMIT, LIMIT), aspect_ratio=1, max_width=420))
    plot.styles = {"touch-action": "pan-y"}
    return plot


def turn_by_dragging(plot: figure, sliders: Mapping[str, CategoricalSlider]) -> None:
    """Let the reader turn a panel by dragging it, which moves the sliders "turn" and "tilt"."""
    drag = scripts.call("drag", turn=sliders["turn"], tilt=sliders["tilt"], step=STEP, state={})
    plot.js_on_event(PanStart, drag)
    plot.js_on_event(Pan, drag)


def seen(vertices: np.ndarray, turn: float | int, tilt: float | int) -> np.ndarray:
    """Vertices (vertex, 3) after a turn about the upright axis and a tilt towards the reader: across, up, nearness."""
    a, b = np.deg2rad([turn, tilt])
    x, y, z = vertices.T
    across, away = x * np.cos(a) + y * np.sin(a), y * np.cos(a) - x * np.sin(a)
    return np.stack([across, z * np.cos(b) + away * np.sin(b), z * np.sin(b) - away * np.cos(b)], 1)


def _for_script(name: str, W: ArrayLike) -> dict[str, Any]:
    """A polytope as the script takes it."""
    given = np.asarray(W, dtype=float)
    flat = given.ndim == 2 and len(given) == 2
    matrix = checks.array(f"shapes[{name!r}]", given, 2 if flat else 3, "vertex")
    edges = hull.edges(matrix)
    faces = [] if flat else hull.faces(matrix)
    D = measure.dimensionality(matrix)
    shares = sorted({round(float(value), 3) for value in D}, reverse=True)
    text = (
        f"{name}: {words.count(matrix.shape[1], 'vertex').replace('vertexs', 'vertices')}, "
        f"{words.count(len(edges), 'edge')}; dimensionality {words.listing([f'{one:g}' for one in shares])}."
    )
    vertices = np.vstack([matrix, np.zeros((3 - len(matrix), matrix.shape[1]))]).T
    if flat:
        vertices = vertices[:, [0, 2, 1]]
    return {
        "vertices": vertices.tolist(),
        "edges": [list(edge) for edge in edges],
        "faces": [list(face) for face in faces],
        "dimensionality": D.tolist(),
        "text": text,
    }


def _sources(one: dict[str, Any]) -> dict[str, Any]:
    """What is seen first, the nearest last."""
    places = seen(np.array(one["vertices"]), TURN, TILT)

    def ordered(groups: list[list[int]]) -> list[list[int]]:
        return sorted(groups, key=lambda group: places[group, 2].mean())

    faces, order = ordered(one["faces"]), np.argsort(places[:, 2])
    start, end = np.array(ordered(one["edges"]), dtype=int).reshape(-1, 2).T
    x, y, near = places.T
    return {
        "faces": theme.source("faces", x=[x[face] for face in faces], y=[y[face] for face in faces]),
        "edges": theme.source(
            "edges",
            x0=x[start],
            y0=y[start],
            x1=x[end],
            y1=y[end],
            width=2.2 + 0.6 * (near[start] + near[end]),
        ),
        "dots": theme.source(
            "dots",
            x=x[order],
            y=y[order],
            size=13 + 4 * near[order],
            vertex=order,
            dimensionality=np.array(one["dimensionality"])[order],
        ),
    }
