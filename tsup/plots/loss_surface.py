"""The loss over both weights of two features in one dimension, at a point that the reader picks (F12, C2)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.events import Tap
from bokeh.models import ColumnDataSource, Image, LinearColorMapper
from bokeh.models.widgets import CategoricalSlider
from bokeh.plotting import figure

from tsup.errors import InputError
from tsup.exact import arrangements, two_features
from tsup.plots.kit import checks, controls, palette, scripts, theme, words
from tsup.plots.kit.figure import Figure
from tsup.plots.phase_diagram import Costs, Phases, coefficients, draw, key, look

SIZE, LIMIT, BANDS, MOST = 61, 1.5, 16, 6
STEPS = 41
BIASES = ("best", "none")
LOOK = (
    "The loss of every pair of weights (W₁, W₂) at the picked point: the stronger the colour the lower, none where it "
    "is no better than learning nothing. Dots are its minima, gold for the least; a model and its mirror image are "
    "the same."
)


def surface(density: float | int = 0.2, ratio: float | int = 1, about: str = "") -> Figure:
    """The loss over both weights of two features in one dimension, with sliders for the density and for the second
    feature's relative importance, and a choice of the bias: the best one, or none.

    density, ratio: where the sliders stand first, at the nearest of their positions. about: what was trained, if
    anything. Raises InputError for a density outside (0, 1] or a ratio that is not positive. Rows F12, C2.
    """
    return _figure({}, {}, LOOK, about, density, ratio)


def landscape(
    panels: Mapping[str, Phases],
    costs: Costs,
    about: str = "",
    triple: tuple[float | int, float | int] | None = None,
    density: float | int = 0.2,
    ratio: float | int = 1,
) -> Figure:
    """A phase diagram of two features in one dimension, chosen among several, beside the loss at the picked point.

    panels, costs, about, triple: as in `phases`; the first is shown first. density, ratio: as in `surface`; a tap on
    the diagram moves both. Raises InputError as those do. Row F12.
    """
    fixed = coefficients(costs)
    drawn = draw(panels, fixed, triple)
    text = f"{look(fixed)} The ring is the picked point: tap to move it, or use the sliders. {LOOK}"
    return _figure(drawn, fixed, text, about, density, ratio)


def _choose_panel(drawn: Mapping[str, figure]) -> list[controls.Control]:
    """What chooses one of several panels, the first of which is seen."""
    if len(drawn) < 2:
        return []
    names, panels = list(drawn), list(drawn.values())
    picker = controls.choice("diagram", names, names[0])
    for panel in panels[1:]:
        panel.visible = False
    controls.run([picker], "control", "choose-panel", picker=picker, panels=panels)
    return [picker]


def _figure(
    drawn: Mapping[str, figure],
    fixed: Mapping[str, np.ndarray],
    text: str,
    about: str,
    density: float | int,
    ratio: float | int,
) -> Figure:
    sliders, bias = _sliders(density, ratio), controls.choice("bias", BIASES, BIASES[0])
    p, r = (float(str(slider.value)) for slider in sliders)
    plot, sources, lowest = _surface(p, r)
    alt = _alt(str(sliders[0].value), str(sliders[1].value), lowest, fixed)
    reading = controls.reading(alt)
    rings = [_mark_point(panel, f"picked-{k}", p, r) for k, panel in enumerate(drawn.values())]
    below = [key()] if drawn else []
    layout = theme.stack([theme.wrap([*drawn.values(), plot], least=270), *below])
    bar = controls.bar(*sliders, *_choose_panel(drawn), bias)
    whole = controls.whole(bar, reading, layout)
    args = _args([*sliders, bias], fixed) | sources | {"picked": rings, "reading": reading, "whole": whole}
    _wire([*sliders, bias], list(drawn.values()), args)
    return Figure(whole, words.caption(text, about), alt)


def _sliders(density: float | int, ratio: float | int) -> list[CategoricalSlider]:
    p = checks.densities(density)
    r = checks.array("ratio", ratio)
    if r <= 0:
        raise InputError(f"ratio must be > 0, got {r:g}")
    densities = [f"{one:.3g}" for one in np.geomspace(1, 0.01, STEPS)]
    ratios = [f"{one:.3g}" for one in np.geomspace(0.1, 10, STEPS)]
    return [
        controls.density("density p", densities, _nearest(densities, float(p))),
        controls.slider("relative importance r", ratios, _nearest(ratios, float(r))),
    ]


def _nearest(texts: Sequence[str], wanted: float) -> str:
    return min(texts, key=lambda text: abs(np.log(float(text) / wanted)))


def _surface(p: float, r: float) -> tuple[figure, dict[str, Any], list[np.ndarray]]:
    """The panel, its sources, and the minima."""
    values = two_features.grid(p, r, True, SIZE, LIMIT)
    lowest = two_features.minima(values, p, r, True, LIMIT)[:MOST]
    nothing, best = two_features.nothing_learned(p, r, True), values.min()
    plot = theme.panel((-LIMIT, LIMIT), (-LIMIT, LIMIT), aspect_ratio=0.98, max_width=400)
    plot.grid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "weight W₁", "weight W₂"
    cell = 2 * LIMIT / (SIZE - 1)
    place = {key: np.array([value]) for key, value in zip("xywh", _extent(cell), strict=True)}
    shade = 1 - np.sqrt(np.maximum(values - best, 0) / (nothing - best))
    grid = theme.source("surface", image=[shade], loss=[values], **place)
    drawn = plot.add_glyph(grid, Image(dw="w", dh="h", color_mapper=_shades()))
    theme.tips(plot, drawn, weights="($x{0.00}, $y{0.00})", loss="@loss{0.00000}")
    dots = _minima(lowest)
    marks = plot.scatter("x", "y", size=11, source=dots, fill_color="colour", line_color=theme.INK)
    theme.tips(plot, marks, minimum_at="(@x{0.000}, @y{0.000})", loss="@loss{0.000000}")
    return plot, {"map": grid, "dots": dots}, lowest


def _extent(cell: float) -> tuple[float, ...]:
    """Where the grid's first cell begins, and how far the cells reach: their centres lie on the grid."""
    return -LIMIT - cell / 2, -LIMIT - cell / 2, 2 * LIMIT + cell, 2 * LIMIT + cell


def _shades() -> LinearColorMapper:
    """Bands from clear, where the loss is no better than learning nothing, to full at the least loss."""
    fades = np.linspace(0, 255, BANDS).round().astype(int)
    return LinearColorMapper(palette=[f"{palette.ACTIVE}{fade:02x}" for fade in fades], low=0.0, high=1.0)


def _minima(lowest: list[np.ndarray]) -> ColumnDataSource:
    both = np.array([one * side for one in lowest for side in (np.ones(3), np.array([1, -1, -1]))])
    colours = [palette.SLATE if k > 1 else palette.GOLD for k in range(len(both))]
    return theme.source("surface-minima", x=both[:, 1], y=both[:, 2], loss=both[:, 0], colour=colours)


def _mark_point(plot: figure, name: str, p: float, r: float) -> ColumnDataSource:
    at = theme.source(name, x=np.array([p]), y=np.array([r]))
    plot.scatter("x", "y", size=16, source=at, fill_color=None, line_color=theme.INK, line_width=3)
    return at


def _args(moved: Sequence[controls.Control], fixed: Mapping[str, np.ndarray]) -> dict[str, Any]:
    costs = [(name, value.ravel().tolist()) for name, value in fixed.items()]
    constants = {"size": SIZE, "limit": LIMIT, "most": MOST, "gold": palette.GOLD, "slate": palette.SLATE}
    return constants | {"fixed": costs} | dict(zip(("density", "ratio", "bias"), moved, strict=True))


def _wire(moved: Sequence[controls.Control], panels: list[figure], args: dict[str, Any]) -> None:
    controls.wire(moved, ("number", "arrangement", "two-features", "surface"), **args)
    pick = scripts.call("pick-point", **{name: args[name] for name in ("density", "ratio")})
    for panel in panels:
        panel.js_on_event(Tap, pick)


def _alt(density: str, ratio: str, lowest: list[np.ndarray], fixed: Mapping[str, np.ndarray]) -> str:
    """What the picked point shows, in words; the script writes the same."""
    named = [f"{words.number(loss, 5)} at ({words.number(u)}, {words.number(v)})" for loss, u, v in lowest]
    p, r = float(density), float(ratio)
    costs = [f"{name} {words.number(float(arrangements.cost(c, p, r)), 5)}" for name, c in fixed.items()]
    said = f"Density {density}, relative importance {ratio}: minima of the loss {'; '.join(named)}."
    return f"{said} Fixed arrangements: {'; '.join(costs)}." if costs else said
