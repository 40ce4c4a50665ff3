"""Matrices as heat maps, and the keys that say what their colours mean."""

from collections.abc import Sequence

import numpy as np
from bokeh.models import HoverTool, Image, LinearColorMapper
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure

from tsup.plots.kit import palette, scripts, theme

KEY_HEIGHT = 72
SHARED = "interference: 0 alone, 1 shared"


def draw(
    plot: figure, name: str, values: np.ndarray, mapper: LinearColorMapper, **place: float | int
) -> GlyphRenderer:
    """Draw a matrix with its cell (row, column) centred at y = row, x = column, moved or stretched by `place`."""
    rows, columns = values.shape
    box = {"x": -0.5, "y": -0.5, "dw": float(columns), "dh": float(rows)} | place
    data = theme.source(name, image=[values], **{key: np.array([value]) for key, value in box.items()})
    return plot.add_glyph(data, Image(color_mapper=mapper))


def frames(plot: figure, name: str, *boxes: Sequence[float] | np.ndarray) -> None:
    """Thin neutral frames (left, top, right, bottom) around matrices, which may be blank."""
    left, top, right, bottom = np.array(boxes).T
    data = theme.source(name, left=left, top=top, right=right, bottom=bottom)
    plot.quad("left", "right", "top", "bottom", source=data, fill_color=None, line_color=theme.LINE)


def cell_tips(plot: figure, drawn: GlyphRenderer, row: str, column: str, value: str) -> None:
    """Name the cell beneath the pointer by its row and column, and say its value. An empty name leaves it out."""
    whole = scripts.write("whole-number")
    rows = {row: "$y{custom}", column: "$x{custom}", value: "@image{0.00}"}
    plot.add_tools(
        HoverTool(
            renderers=[drawn],
            tooltips=theme.tooltip({label: text for label, text in rows.items() if label}),
            formatters={"$x": whole, "$y": whole},
        )
    )


def key(
    name: str, mapper: LinearColorMapper, limits: theme.Limits, ticks: dict[float, str], label: str
) -> figure:
    """A colour key: a strip of the scale over its axis."""
    low, high = limits
    plot = theme.panel(
        limits, (0, 1), height=KEY_HEIGHT, max_width=300, min_border_left=20, min_border_right=20
    )
    strip = np.linspace(low, high, 128)[None]
    draw(plot, name, strip, mapper, x=low, y=0, dw=high - low, dh=1)
    plot.yaxis.visible = plot.grid.visible = False
    theme.label_ticks(plot.xaxis, ticks)
    plot.xaxis.axis_label, plot.xaxis.axis_label_standoff = label, 2
    return plot


def signed_key(name: str, label: str) -> figure:
    """The key of signed weights."""
    limits = (-palette.SIGNED_LIMIT, palette.SIGNED_LIMIT)
    return key(name, palette.signed(), limits, {-1.0: "−1", 0.0: "0", 1.0: "1"}, label)


def shared_key(name: str, label: str = SHARED, most: str = "≥ 1") -> figure:
    """The key of what ranges from 0, slate, to `most`, gold; of interference if no label is given."""
    return key(name, palette.superposition(), (0, 1), {0.0: "0", 0.5: "0.5", 1.0: most}, label)
