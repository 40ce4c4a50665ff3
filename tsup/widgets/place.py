"""The place of a figure before it is drawn: empty, and at every width as high as what will stand there.

A browser lays it out by the rules of Bokeh's own style sheets and of the book's (`sphinxext/static/plots.js`), with the
same words in the same sizes, so that rows and words wrap in it as they will in the figure.
"""

import re
from html import escape

from bokeh.models import Column, Plot, Row
from bokeh.models.layouts import LayoutDOM
from bokeh.models.ui.ui_element import UIElement
from bokeh.models.widgets import CategoricalSlider, Div, RadioButtonGroup, Toggle

TAG = re.compile(r"<[^>]*>")
BUTTON = (
    "padding:.25rem .65rem;border:1px solid;margin-left:-1px;"
    "font-size:.88rem;line-height:normal;white-space:nowrap"
)
SLIDER, LIST = "calc(1.45em + .25rem + 16px)", "calc(1.45em + 2.324em)"


def place(layout: UIElement) -> str:
    """HTML of an empty place, as high as the layout at every width."""
    return f'<span class="tsup-place" style="display:block;visibility:hidden">{_box(layout)}</span>'


def _box(layout: UIElement) -> str:
    if not isinstance(layout, LayoutDOM) or not layout.visible:
        return ""
    return f'<span style="{_margin(layout)};{_width(layout)}">{_inside(layout)}</span>'


def _inside(layout: LayoutDOM) -> str:
    if isinstance(layout, Row | Column):
        return _span(_flow(layout), "".join(map(_box, layout.children)))
    if isinstance(layout, Plot):
        return _span(_drawing(layout))
    if isinstance(layout, Div):
        text = escape(layout.text) if layout.render_as_text else TAG.sub(" ", layout.text)
        return _span(_styles(layout), text)
    if isinstance(layout, RadioButtonGroup):
        return _buttons([str(label) for label in layout.labels])
    if isinstance(layout, Toggle):
        return _buttons([str(layout.label)])
    return _span(f"height:{SLIDER if isinstance(layout, CategoricalSlider) else LIST}")


def _span(style: str, inside: str = "") -> str:
    return f'<span style="display:block;{style}">{inside}</span>'


def _buttons(labels: list[str]) -> str:
    buttons = "".join(f'<span style="{BUTTON}">{escape(label)}</span>' for label in labels)
    return _span("display:flex;flex-wrap:wrap;row-gap:4px", buttons)


def _margin(layout: LayoutDOM) -> str:
    """The margin as padding, so that a width of all holds it."""
    margin = layout.margin or 0
    sides = (margin,) if isinstance(margin, int) else margin
    return "display:block;box-sizing:border-box;padding:" + " ".join(f"{side}px" for side in sides)


def _width(layout: LayoutDOM) -> str:
    most = f";max-width:{layout.max_width}px" if layout.max_width else ";max-width:100%"
    return ("width:100%" if layout.sizing_mode == "stretch_width" else "flex:none") + most


def _flow(layout: Row | Column) -> str:
    way = "row" if isinstance(layout, Row) else "column"
    return f"display:flex;flex-direction:{way};gap:{layout.spacing}px;{_styles(layout)}"


def _styles(layout: LayoutDOM) -> str:
    styles = layout.styles if isinstance(layout.styles, dict) else {}
    return ";".join(f"{name}:{value}" for name, value in styles.items())


def _drawing(plot: Plot) -> str:
    if plot.height is None and isinstance(plot.aspect_ratio, int | float):
        return f"aspect-ratio:{plot.aspect_ratio:.5f}"
    return f"height:{plot.height or 400}px"
