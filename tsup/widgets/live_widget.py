"""A figure that trains in a notebook: the trainer is in the browser, and the weights come back to the kernel."""

import json
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from bokeh.embed import json_item
from bokeh.resources import Resources

from tsup.config import Setup
from tsup.errors import InputError
from tsup.run import History, Run, Snapshots
from tsup.widgets.display import COMPONENTS, bokehjs
from tsup.widgets.knobs import applied
from tsup.widgets.lesson import Lesson

MODULE = Path(__file__).parent / "static" / "live.mjs"
REVIVE = (Path(__file__).parent / "revive.js").read_text(encoding="utf-8")


class Live(anywidget.AnyWidget):
    """A figure of models that train in the browser.

    state: what the browser said last: step, loss, running, pace, engine and settings; empty before it did. It comes a
    few times a second, and the weights when training rests.
    """

    _esm = MODULE
    lesson = traitlets.Dict().tag(sync=True)
    item = traitlets.Dict().tag(sync=True)
    bokeh: Any = traitlets.List().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    request = traitlets.Dict().tag(sync=True)
    weights = traitlets.CBytes().tag(sync=True)

    def __init__(self, lesson: Lesson):
        figure = lesson.figure()
        item = json.loads(json.dumps(json_item(figure.layout)))
        files = Resources(mode="cdn", components=COMPONENTS).js_files
        super().__init__(lesson=lesson.json(), item=item, bokeh=files)
        self._lesson, self._asked = lesson, 0

    def train(self) -> None:
        """Train, on from where it rests."""
        self._ask("train")

    def pause(self) -> None:
        """Rest."""
        self._ask("pause")

    def step(self) -> None:
        """One update, and rest."""
        self._ask("step")

    def reset(self) -> None:
        """Back to the start."""
        self._ask("reset")

    def set(self, **settings: Any) -> None:
        """Change settings, while it trains or not: `density=0.1`, `seed=3`.

        Raises InputError for a setting that is not there; the figure itself says what value it cannot take.
        """
        known = ["seed", *(knob.key.replace("-", "_") for knob in self._lesson.knobs)]
        for name in settings:
            if name not in known:
                raise InputError(f"settings must be among {', '.join(known)}, got {name!r}")
        self._ask("set", settings={name.replace("_", "-"): value for name, value in settings.items()})

    @property
    def run(self) -> Run:
        """What was trained, when training rested last, as `tsup.train` returns it; `runs()` has all of several.

        Raises InputError where the browser has sent no weights yet.
        """
        return self.runs()[0]

    def runs(self) -> list[Run]:
        """The runs of all that trains, in the order of the models that `live` was given; see `run`."""
        parts = self.state.get("weights")
        if not parts:
            raise InputError("run must be asked for after training rested in the browser, got no weights yet")
        return [self._run(of, setup, parts) for of, setup in enumerate(self._lesson.setups.values())]

    def _run(self, of: int, first: Setup, parts: list[dict[str, Any]]) -> Run:
        setup = applied(first, self._lesson.knobs, self.state.get("settings", {}), of)
        weights = {part["name"]: self._array(part) for part in parts if part["of"] == of}
        loss = _loss(setup, weights)
        none = np.zeros(0, int)
        shots = {name: np.zeros((0, *array.shape), np.float32) for name, array in weights.items()}
        empty = np.zeros((0, setup.models))
        return Run(
            setup,
            weights,
            loss,
            History(none, empty),
            Snapshots(none, shots, empty),
            steps_done=int(self.state.get("step", 0)),
            backend="page",
            device="browser",
            seconds=float("nan"),
        )

    def _array(self, part: dict[str, Any]) -> np.ndarray:
        count = int(np.prod(part["shape"]))
        values = np.frombuffer(bytes(self.weights), "<f4", count, part["offset"])
        return values.reshape(part["shape"]).copy()

    def _ask(self, what: str, **more: Any) -> None:
        self._asked += 1
        self.request = {"do": what, "number": self._asked, **more}

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, after what brings BokehJS and what makes it alive where the notebook is saved as a page."""
        from IPython.display import HTML, display

        display(HTML(f"{bokehjs()}<script>({REVIVE})()</script>"))
        return super()._repr_mimebundle_(**options)


def _loss(setup: Setup, weights: dict[str, np.ndarray]) -> np.ndarray:
    """The loss on a large sample, as `tsup.train` gives it."""
    from tsup.training import evaluate

    return evaluate(setup, weights)
