"""Show a figure with its caption and its words on a page of the book, in Jupyter, in Colab or in a terminal."""

import json
from html import escape
from itertools import count

from bokeh.embed import json_item
from bokeh.models import Column, LayoutDOM, Plot, Row
from bokeh.models.ui.ui_element import UIElement
from bokeh.models.widgets.sliders import AbstractSlider
from bokeh.resources import Component, Resources

from tsup.plots.figure import Figure
from tsup.widgets.host import where

COMPONENTS: list[Component] = ["bokeh", "bokeh-widgets"]
WIDTH = 600  # pixels, of a page of the book on a desk: for the height to keep free before a plot is drawn

_numbers = count(1)
_loaded = False

PAPER = (
    "margin:.5rem 0;padding:1rem;max-width:820px;border-radius:10px;border:1px solid #e7e4da;"
    "background:#fff;color:#27323f;font:14px/1.45 system-ui,sans-serif;"
    "--bokeh-font-size:14px;--bokeh-base-font:system-ui,sans-serif"
)
# The book's pages draw their plots by a script of their own; a notebook's output has to do it itself.
DRAW = """
(() => {
  const plot = (document.currentScript?.closest("figure") ?? document).querySelector("#ID")
  const item = JSON.parse(plot.parentElement.querySelector('[data-plot-for="ID"]').textContent)
  const name = (shadow) => shadow.querySelectorAll("*").forEach((element) => {
    if (element.shadowRoot) name(element.shadowRoot)
    if (!element.matches(".noUi-handle")) return
    const title = element.getRootNode().querySelector(".bk-slider-title").firstChild.textContent
    element.setAttribute("aria-label", title.replace(/: $/, ""))
  })
  const draw = async () => {
    plot.textContent = ""
    plot.style.minHeight = ""
    const manager = await Bokeh.embed.embed_item(item, plot)
    const rename = () => setTimeout(() => name(plot), 0)
    rename()
    const view = (manager.roots ?? [...manager])[0]
    view.model.document.on_change(rename)
  }
  const wait = (tries) => {
    if (window.Bokeh?.embed) return draw()
    if (tries === 25) plot.textContent = "This plot waits for BokehJS: run the notebook from its first plot on."
    setTimeout(wait, 200, tries + 1)
  }
  wait(0)
})()
"""


def show(figure: Figure, notice: str = "") -> None:
    """Display a figure with its caption; `notice` is HTML set below the plot.

    On a page of the book and in a notebook the plot is live, and its alternative text is its accessible name. In a
    terminal the words are printed.
    """
    host = where()
    if host == "plain":
        print(f"{figure.alt}\n{figure.caption}")
        return
    from IPython.display import HTML, display

    page = markup(figure, notice)
    display(HTML(page if host == "book" else bokehjs() + _drawn(page)))


def markup(figure: Figure, notice: str = "") -> str:
    """The figure as HTML: an empty place, what is to be drawn there as JSON, and its words."""
    name = f"tsup-plot-{next(_numbers)}"
    item = json.dumps(json_item(figure.layout), separators=(",", ":")).replace("<", "\\u003c")
    alt = escape(figure.alt)
    role = "group" if _has_slider(figure.layout) else "img"
    return (
        f'<figure class="tsup-figure"><div class="tsup-plot" id="{name}" role="{role}" aria-label="{alt}" '
        f'style="min-height:{_height(figure.layout)}px"></div>'
        f"<noscript>This plot needs JavaScript. It shows: {alt}</noscript>"
        f'<script type="application/json" data-plot-for="{name}">{item}</script>'
        f"{notice}<figcaption>{escape(figure.caption)}</figcaption></figure>"
    )


def notebook_markup(figure: Figure) -> str:
    """The figure as HTML that draws itself where BokehJS is loaded."""
    return _drawn(markup(figure))


def bokehjs() -> str:
    """HTML that loads BokehJS: in Colab for every cell, each being a page of its own; in Jupyter once a kernel."""
    global _loaded
    if where() == "colab":
        return Resources(mode="cdn", components=COMPONENTS).render_js()
    if _loaded:
        return ""
    _loaded = True
    return Resources(mode="inline", components=COMPONENTS).render_js()


def _drawn(page: str) -> str:
    name = page.split('id="', 1)[1].split('"', 1)[0]
    script = f"<script>{DRAW.replace('ID', name)}</script></figure>"
    return page.replace("<figure", f'<figure style="{PAPER}"', 1).removesuffix("</figure>") + script


def _has_slider(layout: LayoutDOM) -> bool:
    return any(layout.select({"type": AbstractSlider}))


def _height(layout: UIElement) -> int:
    """About how many pixels high a layout will be on a desk."""
    if isinstance(layout, Column):
        return sum(map(_height, layout.children))
    if isinstance(layout, Row):
        return max(map(_height, layout.children))
    if not isinstance(layout, Plot):
        return 48
    if layout.height is None and isinstance(layout.aspect_ratio, int | float):
        return round(min(layout.max_width or WIDTH, WIDTH) / layout.aspect_ratio)
    return layout.height or 400
