"""Named controls for figures that answer in the reader's browser, and the sentence they keep up to date.

A quantity is a slider; two to five choices are buttons side by side; more are a list.
"""

from collections.abc import Sequence
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import LayoutDOM
from bokeh.models.layouts import Column, Row
from bokeh.models.widgets import CategoricalSlider, Div, RadioButtonGroup, Select, Toggle
from bokeh.models.widgets.widget import Widget

from tsup.plots.kit import scripts, theme

Control = CategoricalSlider | RadioButtonGroup | Select
Ends = tuple[str, str]

MARGIN = (4, 12, 4, 12)
MOST_BUTTONS = 5
NARROWEST = 270  # pixels of a control beside another
DENSITY_ENDS = ("dense", "sparse")
APART = """
.bk-clearfix { display: flex !important; width: 100%; justify-content: space-between; }
.bk-clearfix::before, .bk-clearfix::after { display: none; }
"""


def slider(title: str, texts: Sequence[str], value: str, ends: Ends | None = None) -> CategoricalSlider:
    """A slider over texts, which the keyboard moves too; `ends` are words on what lies left and right."""
    return CategoricalSlider(
        categories=list(texts),
        value=value,
        title=title,
        tags=list(ends or ()),
        sizing_mode="stretch_width",
        margin=MARGIN,
    )


def density(title: str, texts: Sequence[str], value: str, ends: Ends = DENSITY_ENDS) -> CategoricalSlider:
    """A slider over densities, which fall from left to right."""
    return slider(title, texts, value, ends)


def choice(title: str, texts: Sequence[str], value: str) -> RadioButtonGroup | Select:
    """A choice among texts: buttons up to five, beyond that a list."""
    if len(texts) > MOST_BUTTONS:
        options: Any = list(texts)
        return Select(title=title, options=options, value=value, width=220, margin=MARGIN)
    return RadioButtonGroup(name=title, labels=list(texts), active=list(texts).index(value), margin=0)


def chosen(control: Control) -> str:
    """The text that a control stands at."""
    if isinstance(control, RadioButtonGroup):
        return str(control.labels[control.active or 0])
    return str(control.value)


def play(step: CategoricalSlider, fast: float | int, slow: float | int) -> Toggle:
    """A button that moves the slider on by itself, so many positions a second; `slow` where motion is to be reduced."""
    button = Toggle(label="Play", name="play", width=90, margin=MARGIN)
    script = scripts.call("play", play=button, step=step, fast=fast, slow=slow, state={})
    button.js_on_change("active", script)
    return button


def within(layout: LayoutDOM) -> list[Control]:
    """The controls of a layout, in order."""
    return [one for one in layout.select({"type": Widget}) if isinstance(one, Control)]


def called(control: Control) -> str:
    """The name of a control, which the reader sees beside it."""
    return str(control.name if isinstance(control, RadioButtonGroup) else control.title)


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


def bar(*given: LayoutDOM) -> Row:
    """Controls side by side where the page is wide enough; on a phone they stay in sight above what they change."""
    placed = theme.wrap([_placed(one) for one in given], least=NARROWEST, gap=4, align="start")
    placed.css_classes = ["controls"]
    return placed


def _placed(control: LayoutDOM) -> LayoutDOM:
    """A control with the words that Bokeh does not set beside it."""
    if isinstance(control, RadioButtonGroup):
        styles = {"display": "flex", "flex-wrap": "wrap", "align-items": "center", "gap": "2px 10px"}
        name = Div(text=called(control), render_as_text=True, margin=0, css_classes=["title"])
        return row([name, control], sizing_mode="stretch_width", margin=MARGIN, styles=styles)
    if isinstance(control, CategoricalSlider) and control.tags:
        return column([control, _ends(*control.tags)], sizing_mode="stretch_width", spacing=0)
    return control


def _ends(left: str, right: str) -> Div:
    return Div(
        text=f"<span>{left}</span><span>{right}</span>",
        css_classes=["ends"],
        styles={"display": "block", "line-height": "1.1"},
        stylesheets=[APART],
        sizing_mode="stretch_width",
        margin=(0, 12, 2, 12),
    )


def whole(*children: LayoutDOM) -> Column:
    """Controls, sentence and panels, one below the other."""
    return column(list(children), sizing_mode="stretch_width", spacing=4)


def wire(controls: Sequence[Control], names: tuple[str, ...], /, **args: Any) -> None:
    """Run the scripts whenever one of the controls moves, and say what they wrote.

    names, args: as in `scripts.call`; `reading` and `whole` are among args. The scripts ask controls through
    `control.js`.
    """
    run(controls, "control", *names, "say", **args)


def run(controls: Sequence[Control], /, *names: str, **args: Any) -> None:
    """Run the scripts whenever one of the controls moves; names, args: as in `scripts.call`."""
    script = scripts.call(*names, **args)
    for one in controls:
        one.js_on_change("active" if isinstance(one, RadioButtonGroup) else "value", script)
