"""Named controls for figures that answer in the reader's browser, and the sentence they keep up to date."""

from typing import Any

from bokeh.layouts import column
from bokeh.models import LayoutDOM
from bokeh.models.layouts import Column
from bokeh.models.widgets import CategoricalSlider, Div

from tsup.plots.kit import scripts

MARGIN = (4, 12, 4, 12)


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


def wire(sliders: list[CategoricalSlider], names: tuple[str, ...], /, **args: Any) -> None:
    """Run the scripts whenever one of the sliders moves, and say what they wrote.

    names, args: as in `scripts.call`; `reading` and `whole` are among args.
    """
    script = scripts.call(*names, "say", **args)
    for one in sliders:
        one.js_on_change("value", script)
