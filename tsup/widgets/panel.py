"""The panel of a lab: fields, a button, a message and a live picture, in Jupyter and in Colab."""

import time
from html import escape
from typing import Any

import ipywidgets as ipw
from IPython.display import HTML, display

from tsup.plots.kit.figure import Figure
from tsup.widgets import frames
from tsup.widgets.display import bokehjs, notebook_markup
from tsup.widgets.latest import Latest, Listener
from tsup.widgets.trial import MODELS, Choice, Trial, picture, train

LOOK = """<style>
.tsup-lab { max-width: 820px; padding: 16px; border: 1px solid #e7e4da; border-radius: 10px;
  background: #fff; color: #27323f;
  --jp-widgets-color: #27323f; --jp-widgets-label-color: #27323f; --jp-widgets-input-color: #1e293b;
  --jp-widgets-input-background-color: #fff; --jp-widgets-input-border-color: #9aa4b1; }
.tsup-lab-fields .widget-inline-hbox { flex-direction: column; align-items: stretch; width: auto; height: auto;
  margin: 0; }
.tsup-lab-fields .widget-label { width: auto; text-align: left; font-weight: 600; line-height: 1.3; height: auto; }
.tsup-lab-fields.tsup-lab-fields :is(input, select) { flex: none; width: 100%; height: 40px; font-size: 16px;
  border-radius: 6px; padding: 0 8px; }
.tsup-lab button { height: 44px; border-radius: 22px; padding: 0 24px; font-size: 16px; font-weight: 600; }
.tsup-lab button.mod-primary { background: #855800; color: #fff; }
.tsup-lab :is(button, input, select):focus-visible { outline: 3px solid #855800; outline-offset: 2px; }
.tsup-lab .progress { border-radius: 6px; }
.tsup-lab .progress-bar { background: linear-gradient(90deg, #71829a, #bd8200); }
.tsup-lab p { margin: 0; line-height: 1.45; font-size: 14px; white-space: normal; }
.tsup-lab p.tsup-caption { margin-top: 8px; padding-top: 8px; border-top: 1px solid #e7e4da; color: #566273; }
.tsup-lab p.tsup-error { padding: 8px 12px; border-left: 4px solid #a32c2c; background: #fae5e2; color: #7c1d1d; }
</style>"""
WIDE, FIT = {"width": "100%"}, {"width": "auto"}


class Canvas:
    """A place for pictures whose data is updated where the structure stays: for Jupyter."""

    interval = 0.15

    def __init__(self) -> None:
        self.widget = ipw.Box(layout=WIDE)
        self.structure: Any = None
        self.sources: frames.Sources = {}

    def draw(self, figure: Figure, structure: Any) -> None:
        """Show the figure; with the same structure as the last one, by changing its data."""
        if structure == self.structure:
            frames.write(figure.layout, self.sources)
            return
        from jupyter_bokeh import BokehModel

        self.structure, self.sources = structure, frames.sources(figure.layout)
        old, self.widget.children = self.widget.children, (BokehModel(figure.layout, layout=WIDE),)
        for one in old:
            ipw.DOMWidget.close(one)  # not BokehModel's own, which fails when the object is deleted later


class FreshCanvas:
    """A place where every picture is drawn anew: for Colab, whose frontend does not know Bokeh's own widget."""

    interval = 1.5

    def __init__(self) -> None:
        self.widget = ipw.Output(layout=WIDE)

    def draw(self, figure: Figure, structure: Any) -> None:
        """Show the figure instead of the last one."""
        page = {"text/html": notebook_markup(figure)}
        self.widget.outputs = ({"output_type": "display_data", "data": page, "metadata": {}},)


class Panel:
    """Controls of a lab; what is trained is what they said when the button was pressed last.

    `fields` are its widgets by the names of a `Choice`, `train` and `stop` its buttons, `message` and `reading` what
    it says, `work` the trainings.
    """

    def __init__(self, choice: Choice, canvas: Canvas | FreshCanvas, delay: float = 0.2):
        self.canvas = canvas
        self.fields = _fields(choice)
        self.train = ipw.Button(description="Train", button_style="primary", layout=FIT)
        self.stop = ipw.Button(description="Stop", disabled=True, layout=FIT)
        self.progress = ipw.FloatProgress(max=1.0, layout={"flex": "1 1 140px", "width": "auto"})
        self.message, self.reading, self.caption = (ipw.HTML(layout=WIDE) for _ in range(3))
        listener = Listener(self._start, self._arrive, self._finish, self._fail)
        self.work = Latest(train, listener, delay, canvas.interval)
        self.train.on_click(lambda _: self.run())
        self.stop.on_click(lambda _: self._halt())
        self.widget = self._box()

    def _ipython_display_(self) -> None:
        display(HTML(bokehjs()), self.widget)
        self.run()

    def run(self) -> None:
        """Train what the fields say, instead of whatever is being trained."""
        self.stop.disabled = False
        self._say("Starting.")
        self.work.request(Choice(**{name: field.value for name, field in self.fields.items()}))

    def close(self) -> None:
        """Stop training and take the panel away."""
        self.work.close()
        self.widget.close()

    def _start(self, choice: Choice) -> None:
        self.progress.value = 0.0
        self._began = time.monotonic()

    def _arrive(self, trial: Trial) -> None:
        figure, total = picture(trial), trial.setup.training.steps
        self.canvas.draw(figure, trial.structure)
        self.progress.value = trial.step / total
        self.reading.value = f"<p>{escape(figure.alt)}</p>"
        self.caption.value = f'<p class="tsup-caption">{escape(figure.caption)}</p>'
        self._say(f"Step {trial.step:,} of {total:,}.")

    def _finish(self) -> None:
        self.stop.disabled = True
        self._say(f"Trained in {time.monotonic() - self._began:.1f} s.", role="status")

    def _fail(self, message: str) -> None:
        self.stop.disabled = True
        self.message.value = f'<p class="tsup-error" role="alert">{escape(message)}</p>'

    def _halt(self) -> None:
        self.work.stop()
        self.stop.disabled = True
        self._say("Stopped.", role="status")

    def _say(self, message: str, role: str = "none") -> None:
        self.message.value = f'<p role="{role}">{escape(message)}</p>'

    def _box(self) -> ipw.VBox:
        columns = {
            "grid_template_columns": "repeat(auto-fit, minmax(max(120px, 22%), 1fr))",
            "grid_gap": "12px",
        }
        fields = ipw.GridBox(list(self.fields.values()), layout=columns)
        fields.add_class("tsup-lab-fields")
        doing = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "12px", "margin": "14px 0 6px"}
        row = ipw.Box([self.train, self.stop, self.progress], layout=doing)
        said = [self.message, self.canvas.widget, self.reading, self.caption]
        box = ipw.VBox([ipw.HTML(LOOK), fields, row, *said], layout={"width": "auto"})
        box.add_class("tsup-lab")
        return box


def _fields(choice: Choice) -> dict[str, Any]:
    def whole(label: str, value: int, step: int = 1) -> ipw.IntText:
        return ipw.IntText(value, description=label, step=step, layout=FIT)

    def real(label: str, value: float, step: float) -> ipw.FloatText:
        return ipw.FloatText(value, description=label, step=step, layout=FIT)

    return {
        "n": whole("features n", choice.n),
        "hidden": whole("hidden m", choice.hidden),
        "density": real("density p", choice.density, 0.01),
        "decay": real("decay of Iᵢ", choice.decay, 0.05),
        "model": ipw.Dropdown(options=list(MODELS), value=choice.model, description="model", layout=FIT),
        "steps": whole("steps", choice.steps, 1000),
        "replicas": whole("replicas", choice.replicas),
        "seed": whole("seed", choice.seed),
    }
