"""How every figure is set: panels that stretch with the page, its fonts, and neutral colours it may repaint."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from bokeh.core.properties import value
from bokeh.layouts import Row, row
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, LayoutDOM
from bokeh.models.annotations import Span
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure

INK, MUTED, LINE, GRID = "#1e293b", "#566273", "#cfd3d8", "#ebe8df"
# The page's name for each neutral colour: its script puts the reader's light or dark value in their place.
NEUTRAL = {INK: "ink", MUTED: "muted", LINE: "line", GRID: "grid"}
FONT = '"Source Sans", "Source Sans 3", system-ui, sans-serif'
SMALL, BODY = "13px", "14px"

Limits = tuple[float | int, float | int]


def source(name: str, **columns: Any) -> ColumnDataSource:
    """A named source: numbers as float32, texts as lists. What varies between frames lies in such sources only."""
    return ColumnDataSource({key: _column(values) for key, values in columns.items()}, name=name)


def _column(values: Any) -> Any:
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values.astype(np.float32)
    return [one.astype(np.float32) if isinstance(one, np.ndarray) else one for one in values]


def panel(x: Limits, y: Limits, **options: Any) -> figure:
    """A transparent plot with fixed ranges, without tools, as wide as its place on the page."""
    plot = figure(
        **{
            "x_range": x,
            "y_range": y,
            "tools": "",
            "toolbar_location": None,
            "sizing_mode": "stretch_width",
            "background_fill_color": None,
            "border_fill_color": None,
            "outline_line_color": None,
            "min_border": 6,
            "frame_align": False,
            "height": None,
        }
        | options
    )
    plot.grid.grid_line_color = GRID
    _style_axes(plot)
    return plot


def _style_axes(plot: figure) -> None:
    axis = plot.axis
    axis.axis_label_text_font = axis.major_label_text_font = FONT
    axis.axis_label_text_font_style = "normal"
    axis.axis_label_text_font_size, axis.major_label_text_font_size = BODY, SMALL
    axis.axis_label_text_color, axis.major_label_text_color = INK, MUTED
    axis.axis_line_color = axis.major_tick_line_color = LINE
    axis.minor_tick_line_color = None
    axis.major_tick_in = 0


def square(limit: float | int, top: float | int) -> figure:
    """A bare panel about the origin with equal scales, reaching `limit` to the sides and below, `top` above."""
    ratio = 2 * limit / (limit + top)
    return bare(panel((-limit, limit), (-limit, top), aspect_ratio=ratio, max_width=440))


def bare(plot: figure) -> figure:
    """The panel without axes and grid."""
    plot.axis.visible = plot.grid.visible = False
    return plot


def count_along(axis: Any, size: int, most: int) -> None:
    """Tick an axis that counts features or rows from 0 to size − 1, at `most` round numbers or fewer."""
    step = next((step for step in (1, 2, 5, 10, 20, 50) if size <= step * most), size)
    axis.ticker = FixedTicker(ticks=list(range(0, size, step)))


def tick(axis: Any, at: Iterable[float | int], form: str = "g", grid: Any = None) -> None:
    """Tick an axis at these numbers, written in this format, and with it its grid where one is given."""
    label_ticks(axis, {mark: f"{mark:{form}}" for mark in np.asarray(at).tolist()}, grid)


def label_ticks(axis: Any, texts: Mapping[Any, str], grid: Any = None) -> None:
    """Tick an axis where the texts stand, number to text, and with it its grid where one is given."""
    axis.ticker = FixedTicker(ticks=list(texts))
    axis.major_label_overrides = dict(texts)
    if grid is not None:
        grid.ticker = axis.ticker


def guide(plot: figure, dimension: Literal["width", "height"], at: float | int, dash: str = "solid") -> None:
    """A thin neutral line across the panel: "width" for a horizontal one, "height" for a vertical one."""
    plot.add_layout(
        Span(
            location=at, dimension=dimension, line_color=MUTED, line_width=1, line_dash=dash, level="underlay"
        )
    )


def tips(plot: figure, *drawn: GlyphRenderer, **rows: str) -> None:
    """Show the rows, label to format, beside the pointer over what was drawn."""
    labelled = {label.replace("_", " "): text for label, text in rows.items()}
    plot.add_tools(HoverTool(renderers=list(drawn), tooltips=tooltip(labelled)))


def tooltip(rows: dict[str, str]) -> str:
    """The rows as a tooltip that is dark on white wherever it is shown, whatever colours the page hands down."""
    cell = f"font: {SMALL}/1.5 {FONT}; padding: 0 3px; color:".replace('"', "'")
    lines = (
        f'<tr><td style="{cell} {MUTED}; text-align: right">{label}</td><td style="{cell} {INK}">{text}</td></tr>'
        for label, text in rows.items()
    )
    return f"<table>{''.join(lines)}</table>"


def write(plot: figure, texts: ColumnDataSource, y: str = "y", **options: Any) -> GlyphRenderer:
    """Write the column `text` at x and y in the page's own font and ink."""
    defaults: dict[str, Any] = {
        "text_font": value(FONT),
        "text_font_size": BODY,
        "text_color": INK,
        "text_align": "center",
        "text_baseline": "middle",
    }
    return plot.text("x", y, "text", source=texts, **defaults | options)


def label(plot: figure, name: str, x: float | int, y: float | int, text: str, **options: Any) -> None:
    """Write one text, from a source of its own so that frames may change it."""
    write(plot, source(name, x=np.array([x]), y=np.array([y]), text=[text]), **options)


def wrap(children: Sequence[LayoutDOM], least: int, gap: int = 12, align: str = "center") -> Row:
    """Children side by side in equal columns at least this many pixels wide, in as many rows as the page needs."""
    return _grid(children, f"repeat(auto-fit, minmax(min(100%, {least}px), 1fr))", gap, align)


def _grid(children: Sequence[LayoutDOM], columns: str, gap: int, align: str = "center") -> Row:
    styles = {
        "display": "grid",
        "grid-template-columns": columns,
        "gap": f"{gap}px",
        "justify-items": align,
        "align-items": align,
    }
    return row(list(children), sizing_mode="stretch_width", styles=styles)


def legend(plot: figure, place: str) -> None:
    """Dress the panel's legend and put it in a corner."""
    legend: Any = plot.legend
    legend.location = place
    legend.background_fill_color = legend.border_line_color = None
    legend.label_text_font, legend.label_text_font_size = FONT, SMALL
    legend.label_text_color = INK
    legend.padding, legend.margin, legend.spacing = 2, 4, 1


def legend_above(plot: figure) -> None:
    """Dress the panel's legend and put it above the panel, clear of what is drawn."""
    legend(plot, "top_left")
    found: Any = plot.legend
    found.orientation = "horizontal"
    plot.add_layout(found[0], "above")


def stack(children: Sequence[LayoutDOM]) -> Row:
    """Children one below the other, as wide as the page or centred on it."""
    return _grid(children, "minmax(0, 1fr)", 6)
