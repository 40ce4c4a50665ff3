"""Phase diagrams: whether the extra feature is left out, given a dimension, or made to share one (F12, F13, C1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from bokeh.models import HoverTool, Image, LayoutDOM
from bokeh.models.annotations import Title
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure
from numpy.typing import ArrayLike

from tsup import measure
from tsup.errors import InputError
from tsup.exact import arrangements
from tsup.plots.kit import checks, palette, scripts, theme, words
from tsup.plots.kit.figure import Figure

LOOK = (
    "Density falls from left to right, and the extra feature's importance, relative to the others', rises from "
    "bottom to top, both on logarithmic scales. Faint: the extra feature is not learned; slate: it has a dimension to "
    "itself; gold: it shares one."
)
Costs = Mapping[str, ArrayLike]
LINES = " Lines are where two fixed arrangements cost the same"
TICKS = {
    "x": (1.0, 0.3, 0.1, 0.03, 0.01),
    "y": (0.1, 0.3, 1.0, 3.0, 10.0),
}


@dataclass(frozen=True)
class Phases:
    """What one panel of a phase diagram shows.

    density: (density,) in (0, 1], evenly spaced on a log scale. ratio: (ratio,) > 0, the extra feature's relative
    importance, likewise. norm: (ratio, density), ‖W_extra‖. shared: (ratio, density), how much of the extra feature's
    direction others use: 0 alone, 1 and above shared. W: (ratio, density, hidden, feature), shown beside the pointer.
    kind: (ratio, density), places in `measure.PHASES`; without it, `measure.phase` of norm and shared.
    """

    density: ArrayLike
    ratio: ArrayLike
    norm: ArrayLike
    shared: ArrayLike
    W: ArrayLike | None = None
    kind: ArrayLike | None = None


def phases(
    panels: Mapping[str, Phases],
    costs: Costs | None = None,
    about: str = "",
    triple: tuple[float | int, float | int] | None = None,
) -> Figure:
    """Phase diagrams side by side, on the same axes, with the boundaries between fixed arrangements.

    panels: heading → what it shows. costs: name of a fixed arrangement → its loss as coefficients [[a, b], [c, d]] of
    (a p + b p²) + r (c p + d p²); where given, lines mark where the two cheapest cost the same, and the pointer is
    told every cost. about: what was trained. triple: density and ratio of the triple point, for a dot.
    Raises InputError for other shapes. Rows F12, F13, C1.
    """
    fixed = coefficients(costs)
    drawn = draw(panels, fixed, triple)
    layout = theme.stack([theme.wrap(list(drawn.values()), least=200 if len(drawn) == 3 else 270), key()])
    return Figure(layout, words.caption(look(fixed), about), _alt(panels))


def coefficients(costs: Costs | None) -> dict[str, np.ndarray]:
    """The costs of fixed arrangements, checked."""
    return {name: checks.array(f"costs[{name!r}]", value, 2, 2) for name, value in (costs or {}).items()}


def look(fixed: Mapping[str, np.ndarray]) -> str:
    """What to look for in a phase diagram with the boundaries between these arrangements."""
    return f"{LOOK}{LINES}: {words.listing(fixed)}." if fixed else LOOK


def draw(
    panels: Mapping[str, Phases],
    fixed: Mapping[str, np.ndarray],
    triple: tuple[float | int, float | int] | None,
) -> dict[str, figure]:
    """The panels by their headings."""
    if not panels:
        raise InputError("panels must name at least one panel, got none")
    drawn = {}
    for k, (heading, one) in enumerate(panels.items()):
        drawn[heading] = _panel(f"phases-{k}", heading, one, fixed)
        if triple:
            _mark_triple_point(drawn[heading], f"phases-{k}-triple", *triple)
    return drawn


def _mark_triple_point(plot: figure, name: str, density: float | int, ratio: float | int) -> None:
    at = theme.source(name, x=np.array([density]), y=np.array([ratio]))
    plot.scatter("x", "y", size=9, source=at, fill_color=theme.INK, line_color=None)


def key() -> LayoutDOM:
    """The three colours and their names."""
    plot = theme.bare(theme.panel((-0.08, 3), (0, 1), height=34, max_width=460))
    colours = (palette.ABSENT, palette.SLATE, palette.GOLD)
    data = theme.source("phases-key", x=np.arange(3) + 0.06, y=np.full(3, 0.5), colour=list(colours))
    plot.scatter("x", "y", size=16, marker="square", source=data, fill_color="colour", line_color=theme.MUTED)
    names = theme.source(
        "phases-key-names", x=np.arange(3) + 0.06, y=np.full(3, 0.5), text=list(measure.PHASES)
    )
    theme.write(plot, names, text_align="left", x_offset=13, text_font_size=theme.SMALL)
    return plot


def _alt(panels: Mapping[str, Phases]) -> str:
    """What the panels show, in words: the share of each colour."""
    return ". ".join(f"{heading}: {_shares_in_words(one)}" for heading, one in panels.items()) + "."


def _shares_in_words(one: Phases) -> str:
    norm, shared = np.asarray(one.norm), np.asarray(one.shared)
    found = measure.phase(norm, shared) if one.kind is None else checks.array("kind", one.kind, *norm.shape)
    parts = [f"{np.mean(found == kind):.0%} {name}" for kind, name in enumerate(measure.PHASES)]
    return f"the extra feature is {words.listing(parts)}"


def _panel(name: str, heading: str, one: Phases, fixed: Mapping[str, np.ndarray]) -> figure:
    p, r, norm, shared, W = _checked(heading, one)
    x, y = _cell_edges(p), _cell_edges(r)
    plot = _axes(heading, x, y)
    columns: dict[str, Any] = {"image": [palette.blend(norm, shared)]}
    columns |= {f"cost{k}": np.zeros(1) for k in range(len(fixed))}
    columns |= {f"w{h}{i}": [W[..., h, i]] for h, i in np.ndindex(W.shape[2:])}
    place = {"x": x[:1], "y": y[:1], "dw": x[1:] - x[:1], "dh": y[1:] - y[:1]}
    data = theme.source(name, **columns, **place)
    drawn = plot.add_glyph(data, Image(color_mapper=palette.phases()))
    _boundaries(plot, name, fixed, x, y)
    _tips(plot, drawn, W.shape[2:], fixed)
    return plot


def _checked(heading: str, one: Phases) -> tuple[np.ndarray, ...]:
    """The panel's arrays, density and ratio rising."""
    p = checks.densities(one.density, "density")
    r = checks.array("ratio", one.ratio, "ratio")
    if r.min() <= 0:
        raise InputError(f"ratio must be > 0, got {r.min():g}")
    norm = checks.array(f"norm of {heading!r}", one.norm, len(r), len(p))
    shared = checks.array(f"shared of {heading!r}", one.shared, len(r), len(p))
    size: tuple[Any, ...] = (len(r), len(p))
    W = (
        np.zeros((*size, 0, 0))
        if one.W is None
        else checks.array(f"W of {heading!r}", one.W, *size, "hidden", "feature")
    )
    by = np.ix_(np.argsort(r), np.argsort(p))
    return np.sort(p), np.sort(r), norm[by], shared[by], W[by]


def _cell_edges(values: np.ndarray) -> np.ndarray:
    """Where the first cell begins and the last one ends, for values evenly spaced on a log scale."""
    half = (values[-1] / values[0]) ** (0.5 / max(len(values) - 1, 1))
    return np.array([values[0] / half, values[-1] * half])


def _axes(heading: str, x: np.ndarray, y: np.ndarray) -> figure:
    plot = theme.panel(
        (float(x[1]), float(x[0])),
        (float(y[0]), float(y[1])),
        x_axis_type="log",
        y_axis_type="log",
        aspect_ratio=0.98,
        max_width=440,
        title=Title(text=heading, text_font=theme.FONT, text_font_size=theme.BODY, text_color=theme.INK),
    )
    plot.grid.visible = False
    plot.xaxis.axis_label, plot.yaxis.axis_label = "density p", "relative importance r"
    theme.tick(plot.xaxis, TICKS["x"])
    theme.tick(plot.yaxis, TICKS["y"])
    return plot


def _boundaries(
    plot: figure, name: str, fixed: Mapping[str, np.ndarray], x: np.ndarray, y: np.ndarray
) -> None:
    """Lines where the two cheapest of the fixed arrangements cost the same, within x and y."""
    lines = [line for line in arrangements.borders(fixed, x, y) if len(line[0])]
    data = theme.source(f"{name}-borders", x=[p for p, _ in lines], y=[r for _, r in lines])
    plot.multi_line("x", "y", source=data, line_color=theme.INK, line_width=2)


def _tips(plot: figure, drawn: GlyphRenderer, size: tuple[int, ...], fixed: Mapping[str, np.ndarray]) -> None:
    """What the pointer is told: the point, the model there and the costs of the fixed arrangements."""
    rows = {"density": "$x{0.000}", "importance": "$y{0.00}"}
    rows |= {f"W row {h}": ", ".join(f"@w{h}{i}{{0.00}}" for i in range(size[1])) for h in range(size[0])}
    # A formatter goes by the column it is for, so that each cost stands in a column of its own.
    rows |= {f"loss, {name}": f"@cost{k}{{custom}}" for k, name in enumerate(fixed)}
    costs = {
        f"@cost{k}": scripts.write("arrangement", "cost", c=value.ravel().tolist())
        for k, value in enumerate(fixed.values())
    }
    plot.add_tools(HoverTool(renderers=[drawn], tooltips=theme.tooltip(rows), formatters=cast(Any, costs)))
