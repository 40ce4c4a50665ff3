"""Show a figure with its caption and its words on a page of the book, in Jupyter, in Colab or in a terminal."""

import json
from html import escape
from importlib import resources
from itertools import count

from bokeh.embed import json_item
from bokeh.resources import Component, Resources

from tsup.host import Running, running, where
from tsup.plots.kit import controls
from tsup.plots.kit.figure import Figure
from tsup.widgets.place import place

COMPONENTS: list[Component] = ["bokeh", "bokeh-widgets"]

_numbers = count(1)
_bringer: Running | None = None

PAPER = (
    "margin:.5rem 0;padding:1rem;max-width:820px;border-radius:10px;border:1px solid #e7e4da;"
    "background:#fff;color:#27323f;font:14px/1.45 system-ui,sans-serif;"
    "--bokeh-font-size:14px;--bokeh-base-font:system-ui,sans-serif"
)
# The book's pages draw their plots by a script of their own; a notebook's output has to do it itself.
DRAW = (resources.files("tsup.widgets") / "draw.js").read_text(encoding="utf-8")
PATIENCE = 5  # looks for BokehJS, 0.2 s apart


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
    """The figure as HTML: its place, what is to be drawn there as JSON, and its words."""
    name = f"tsup-plot-{next(_numbers)}"
    item = json.dumps(json_item(figure.layout), separators=(",", ":")).replace("<", "\\u003c")
    alt = escape(figure.alt)
    role = "group" if controls.within(figure.layout) else "img"
    return (
        f'<figure class="tsup-figure"><div class="tsup-plot" id="{name}" role="{role}" aria-label="{alt}">'
        f"{place(figure.layout)}</div>"
        f"<noscript>This plot needs JavaScript. It shows: {alt}</noscript>"
        f'<script type="application/json" data-plot-for="{name}">{item}</script>'
        f"{notice}<figcaption>{escape(figure.caption)}</figcaption></figure>"
    )


def notebook_markup(figure: Figure) -> str:
    """The figure as HTML that draws itself where BokehJS is loaded."""
    return _drawn(markup(figure))


def bokehjs() -> str:
    """HTML that brings BokehJS; empty where it needs none.

    In Jupyter the first cell of a kernel that asks brings it for all, and again whenever that cell is run again, since
    its output is replaced. In Colab, where every output is a page of its own, each plot requests it.
    """
    global _bringer
    if where() == "colab":
        return ""
    now = running()
    if _bringer and (now.request == _bringer.request or now.cell != _bringer.cell):
        return ""
    _bringer = now
    return Resources(mode="inline", components=COMPONENTS).render_js()


def _drawn(page: str) -> str:
    name = page.split('id="', 1)[1].split('"', 1)[0]
    files = Resources(mode="cdn", components=COMPONENTS).js_files
    patience = 0 if where() == "colab" else PATIENCE
    script = f"<script>({DRAW})({json.dumps(name)}, {json.dumps(files)}, {patience})</script></figure>"
    return page.replace("<figure", f'<figure style="{PAPER}"', 1).removesuffix("</figure>") + script
