"""Named controls for figures that answer in the reader's browser, and the sentence they keep up to date."""

from typing import Any

from bokeh.layouts import column
from bokeh.models import CustomJS, LayoutDOM
from bokeh.models.layouts import Column
from bokeh.models.widgets import CategoricalSlider, Div

MARGIN = (4, 12, 4, 12)
# A script that has set `reading.text` says it as the figure's accessible name too.
SAY = """
const view = cb_context?.index?.get(whole)
view?.el.parentElement?.closest("[aria-label]")?.setAttribute("aria-label", reading.text)
"""


def slider(title: str, texts: list[str], value: str) -> CategoricalSlider:
    """A slider over texts, which the keyboard moves too."""
    return CategoricalSlider(
        categories=texts, value=value, title=title, sizing_mode="stretch_width", margin=MARGIN
    )


def reading(text: str) -> Div:
    """The sentence on what is shown, which assistive technology reads out when it changes."""
    return Div(
        text=text,
        name="reading",
        render_as_text=True,
        html_attributes={"role": "status", "aria-live": "polite"},
        styles={"min-height": "3em"},
        sizing_mode="stretch_width",
        margin=MARGIN,
    )


def whole(*children: LayoutDOM) -> Column:
    """Controls, sentence and panels, one below the other."""
    return column(list(children), sizing_mode="stretch_width", spacing=4)


def wire(sliders: list[CategoricalSlider], code: str, /, **args: Any) -> None:
    """Run the code whenever one of the sliders moves, and say what it wrote; `reading` and `whole` are among args."""
    script = CustomJS(args=args, code=code + SAY)
    for one in sliders:
        one.js_on_change("value", script)
