"""Models that train in the page: on a page of the book without a kernel, in a notebook as a widget."""

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.util import find_spec
from typing import Any

from tsup.config import Features, Setup, Training
from tsup.errors import InputError
from tsup.host import where
from tsup.widgets import diagram, knobs, views
from tsup.widgets.display import markup
from tsup.widgets.knobs import Knob, Sets
from tsup.widgets.lesson import Lesson

TRAINING = Training(steps=10_000, batch=1024, lr=0.01, schedule="constant", replicas=4)
NAME = re.compile(r"[a-z][a-z0-9-]*")


def live(
    features: Features,
    model: Any,
    training: Training | None = None,
    view: str | None = None,
    *,
    name: str = "live",
    controls: Sequence[str] = ("density", "decay"),
    correlated: Sets | None = None,
    costs: diagram.Costs | None = None,
) -> Any:
    """A figure of models that train where it is read, with a button to train and controls that change what is trained.

    features, model: one world, and the model that learns it, or several by their headings, side by side.
    training: as the page can (Adam); without it 10,000 steps at a constant rate, which has no end, from four starts,
    of which the best is shown.
    view: "directions", "gram", "model", "stacks", "absolute", "sharing", "polyhedron" or "attack"; without it what
    suits the model; or "phases", where `features` has a world of two features at every density and relative
    importance, and `costs` the fixed arrangements whose borders are drawn, as in `tsup.plots.phases`.
    name: of small letters, digits and hyphens, its own on a page, which a shared link has.
    controls: what can be set beside the learning rate and the number of models, among "density", "decay", "n",
    "hidden" and "density i", of feature i alone.
    correlated: a choice of sets of features that come together, by label; the first is that of `features`.

    On a page of the book it needs no kernel. In a notebook it is a widget, a `Live`, whose `run` has the weights.
    Raises InputError for what the page cannot train or show, and where widgets are not installed.
    """
    lesson = made(features, model, training, view, name, controls, correlated, costs)
    host = where()
    if host == "plain":
        raise InputError("live must be called in a notebook or on a page of the book, got a plain Python")
    if host == "book":
        return Page(lesson)
    _check_widgets()
    from tsup.widgets.live_widget import Live

    return Live(lesson)


def made(
    features: Features,
    model: Any,
    training: Training | None = None,
    view: str | None = None,
    name: str = "live",
    controls: Sequence[str] = ("density", "decay"),
    correlated: Sets | None = None,
    costs: diagram.Costs | None = None,
) -> Lesson:
    """The lesson that `live` shows."""
    if not NAME.fullmatch(name):
        raise InputError(f"name must be small letters, digits and hyphens, got {name!r}")
    if view == "phases":
        return _diagram(features, model, training or TRAINING, name, costs)
    models = model if isinstance(model, Mapping) else {"": model}
    setups = {heading: _setup(features, one, training or TRAINING) for heading, one in models.items()}
    if not setups:
        raise InputError("model must hold at least one model, got none")
    first = next(iter(setups.values()))
    seen = [(views.chosen(view, setup), views.loss(setup)) for setup in setups.values()]
    prefixes = [f"{k}-" for k in range(len(setups))] if len(setups) > 1 else [""]
    asked = _knobs(view, first, controls, correlated)
    return Lesson(name, setups, seen, asked, full=view == "sharing", prefixes=prefixes)


def _setup(features: Features, model: Any, training: Training) -> Setup:
    setup = Setup(features=features, model=model, training=training)
    unknown = ("attack", "l1", "optimizer", "loss", "bias", "readout")
    given = [name for name in unknown if getattr(training, name) is not None]
    if given:
        raise InputError(f"{given[0]} must be None where a page trains, got {getattr(training, given[0])}")
    if features.magnitude is not None:
        raise InputError(f"magnitude must be None where a page trains, got {features.magnitude}")
    if setup.model.tied and setup.model.hidden > features.n:
        raise InputError(f"hidden must be in 1 … n = {features.n}, got {setup.model.hidden}")
    return setup


def _diagram(
    features: Features, model: Any, training: Training, name: str, costs: diagram.Costs | None
) -> Lesson:
    if isinstance(model, Mapping):
        raise InputError(f"model must be one model for a phase diagram, got {len(model)}")
    return diagram.lesson(features, model, training, name, costs)


def _knobs(view: str | None, setup: Setup, controls: Sequence[str], correlated: Sets | None) -> list[Knob]:
    found = [knobs.named(name, setup) for name in controls]
    sets = [knobs.correlated(correlated)] if correlated else []
    rest = [knobs.named(name, setup) for name in ("lr", "models") if name not in controls]
    return [*found, *sets, *knobs.of_view(view, setup), *rest]


class Page:
    """A lesson on a page of the book."""

    def __init__(self, lesson: Lesson):
        self.lesson = lesson

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        display(HTML(page_markup(self.lesson)))


def page_markup(lesson: Lesson) -> str:
    """The lesson as HTML: its figure, a place for its controls above, and what is to be trained as JSON."""
    page = markup(lesson.figure())
    plot = page.split('id="', 1)[1].split('"', 1)[0]
    told = json.dumps(lesson.json(), separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    panel = (
        '<div class="tsup-live-panel"><button type="button" disabled>Train</button>'
        f"<p>{escape(lesson.reading)}</p><noscript>Training in the page needs JavaScript.</noscript></div>"
    )
    data = f'<script type="application/json" data-live-for="{plot}">{told}</script>'
    opened = f'<figure class="tsup-figure tsup-live" data-live="{lesson.name}">{panel}{data}'
    return page.replace('<figure class="tsup-figure">', opened, 1)


def _check_widgets() -> None:
    """Raise InputError unless what the widget is made of is installed."""
    missing = [name for name in ("ipywidgets", "anywidget") if not find_spec(name)]
    if missing:
        raise InputError(
            f"live needs {' and '.join(missing)}, which cannot be found; install with: "
            'pip install "tsup[notebook]", then start the kernel again'
        )
