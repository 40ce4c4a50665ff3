"""Figures in a notebook's outputs: what brings BokehJS, and what a browser makes of a notebook that was saved."""

import sys
import types
from pathlib import Path

import nbformat
import numpy as np
import pytest
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
from bokeh.util.paths import bokehjs_path
from nbclient import NotebookClient
from playwright.sync_api import Page, Route

from tsup.plots.kit.figure import Figure
from tsup.widgets import explore, show
from tsup.widgets.display import bokehjs, notebook_markup

INLINE = 500_000  # characters that no output reaches without BokehJS
DRAWN = """() => {
  const below = (e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]
  const deep = (root) => [...root.querySelectorAll("*")].flatMap(below)
  const plots = [...document.querySelectorAll(".tsup-plot")]
  return plots.length > 0 && plots.every((plot) => deep(plot).some((e) => e.tagName === "CANVAS"))
}"""


def dots(size: int = 20) -> Figure:
    """One dot."""
    plot = figure(height=100, width=200)
    plot.scatter([1], [1], size=size)
    return Figure(plot, "A dot.", "One dot.")


def slider() -> Figure:
    """A dot that a slider moves, which needs bokeh-widgets."""

    def draw(x: float) -> Figure:
        source = ColumnDataSource({"x": np.array([x]), "y": np.array([1.0])}, name="dot")
        plot = figure(height=100, width=200, x_range=(0, 3))
        plot.scatter("x", "y", size=20, source=source)
        return Figure(plot, "A dot.", f"A dot at {x:g}.")

    return explore(draw, {"x": (1.0, 2.0)})


class Kernel:
    """A kernel that carries out what it is told to."""

    def __init__(self) -> None:
        self.message: dict = {}

    def runs(self, cell: str, request: str) -> str:
        """What a figure that is shown brings."""
        self.message = {
            "metadata": {"cellId": cell},
            "header": {"msg_id": request},
            "content": {"code": "show"},
        }
        return bokehjs()

    def get_parent(self) -> dict:
        return self.message


@pytest.fixture
def kernel(monkeypatch):
    found = Kernel()
    monkeypatch.setattr("tsup.host._kernel", lambda: found)
    monkeypatch.setattr("tsup.widgets.display._bringer", None)
    monkeypatch.delenv("TSUP_BOOK", raising=False)
    return found


@pytest.fixture
def in_colab(monkeypatch, kernel):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))


def test_one_cell_brings_bokehjs_and_brings_it_again_when_it_is_run_again(kernel):
    assert len(kernel.runs("a", "1")) > INLINE
    assert kernel.runs("a", "1") == "", "one output needs it once"
    assert kernel.runs("b", "2") == ""
    assert len(kernel.runs("a", "3")) > INLINE, "what it brought was replaced"
    assert kernel.runs("b", "4") == ""


def test_where_cells_have_no_ids_their_code_tells_them_apart(kernel):
    assert kernel.runs("", "1")
    assert kernel.runs("", "2"), "the same code again"
    kernel.message = {"header": {"msg_id": "3"}, "content": {"code": "show(other)"}}
    assert bokehjs() == ""


def test_in_colab_no_output_carries_bokehjs_and_every_plot_requests_it(in_colab, monkeypatch):
    shown: list = []
    monkeypatch.setattr("IPython.display.display", lambda *objects: shown.extend(objects))
    show(dots())
    assert len(shown[0].data) < INLINE
    assert "bokeh-widgets" in shown[0].data
    assert shown[0].data.endswith(", 0)</script></figure>")


# ── In a browser ─────────────────────────────────────────────────────────────


@pytest.fixture
def page(browser):
    """A page of a browser without a network."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


def serve(page: Page) -> list[str]:
    """Answer requests for BokehJS by the installed one, and everything else by nothing; the addresses asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        name = "bokeh-widgets.min.js" if "widgets" in route.request.url else "bokeh.min.js"
        route.fulfill(path=Path(bokehjs_path(), "js", name), content_type="text/javascript")

    page.route("**/*", answer)
    return asked


def said(page: Page) -> str:
    return page.locator(".tsup-plot").first.inner_text()


def test_a_replaced_output_takes_no_figure_with_it(page):
    """Two cells show, the first is run again, and the notebook is saved and opened: offline, both are drawn."""
    code = "from tsup import plots\nfrom tsup.widgets import show\nimport numpy as np\n"
    cells = [f"{code}show(plots.directions({size} * np.eye(2)))" for size in (1, 2)]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    client = NotebookClient(notebook, timeout=300, kernel_name="python3")
    with client.setup_kernel():
        for position in (0, 1, 0):
            client.execute_cell(notebook.cells[position], position)
    outputs = ["".join(shown.data["text/html"] for shown in cell.outputs) for cell in notebook.cells]
    assert [len(output) > INLINE for output in outputs] == [True, False]
    page.set_content("<br>".join(outputs))
    page.wait_for_function(DRAWN)


@pytest.mark.parametrize("shown", [dots, slider])
def test_where_no_output_brings_bokehjs_the_plots_request_it_once(page, shown):
    asked = serve(page)
    page.set_content(notebook_markup(shown()) + notebook_markup(shown()))
    page.wait_for_function(DRAWN)
    assert [url.rsplit("/", 1)[1].partition("-3")[0] for url in asked] == ["bokeh", "bokeh-widgets"]


def test_a_plot_that_could_not_load_bokehjs_says_what_helps_and_is_drawn_when_it_comes(page):
    page.set_content(notebook_markup(dots()))
    page.wait_for_function("document.querySelector('.tsup-plot').textContent")
    assert said(page) == (
        "BokehJS, which draws this plot, could not be loaded: restart the kernel and run the notebook again."
    )
    for name in ("bokeh.min.js", "bokeh-widgets.min.js"):
        page.add_script_tag(path=Path(bokehjs_path(), "js", name))
    page.wait_for_function(DRAWN)


def test_a_plot_waits_for_the_widgets_too(page):
    """And requests them where the page has Bokeh alone, as other libraries leave it."""
    asked = serve(page)
    core = Path(bokehjs_path(), "js", "bokeh.min.js").read_text(encoding="utf-8")
    page.set_content(f"<script>{core}</script>{notebook_markup(slider())}")
    page.wait_for_function(DRAWN)
    assert len(asked) == 2


def test_a_plot_that_cannot_be_drawn_says_so(page):
    serve(page)
    page.set_content(notebook_markup(dots()).replace('"type":"object"', '"type":"object!"'))
    page.wait_for_function(
        "document.querySelector('.tsup-plot').textContent.startsWith('This plot could not')"
    )
    assert "object!" in said(page)
