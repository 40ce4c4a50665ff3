"""A phase diagram that trains: a model at every density and relative importance, and one that a reader moves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from tsup import measure, plots
from tsup.config import Features, Model, Setup, Training
from tsup.errors import InputError
from tsup.plots.kit import theme
from tsup.plots.kit.figure import Figure
from tsup.widgets import views
from tsup.widgets.knobs import ENDS, Knob
from tsup.widgets.lesson import Lesson
from tsup.widgets.starts import Start
from tsup.widgets.views import View

Costs = Mapping[str, Any]
AT = 0.1, 0.5  # density and relative importance of the model that a reader moves
HERE = "the model at the dot"
DOT: Any = {"fill_color": "white", "line_color": theme.INK, "line_width": 2.5}


def lesson(features: Features, model: Model, training: Training, name: str, costs: Costs | None) -> Lesson:
    """The lesson of a phase diagram. Raises InputError for features that are no grid, and other models than 2 → 1."""
    density, ratio = grid(features)
    if model.hidden != 1 or not model.tied:
        raise InputError(f"model must be tied with hidden = 1 for a phase diagram, got {model!r}")
    whole = Setup(features=features, model=model, training=training)
    one = replace(features, density=AT[0], importance=np.array([1, AT[1]]))
    here = Setup(features=one, model=model, training=training)
    ends = [[density[0], ratio[0]], [density[-1], ratio[-1]]]
    point = View("point", None, {"prefix": "", "ends": ends})
    seen = [
        (_diagram(density, ratio, training.replicas, costs),),
        (point, views.chosen("gram", here)),
    ]
    setups = {f"{whole.models:,} models": whole, HERE: here}
    return Lesson(name, setups, seen, _knobs(ends), full=True, prefixes=("", "point-"))


def grid(features: Features) -> tuple[Float[np.ndarray, " density"], Float[np.ndarray, " ratio"]]:
    """The densities and relative importances of a stack of worlds of two features, both rising, the densities fastest.

    Raises InputError for others.
    """
    p, weights = features.densities(), features.importances()
    density, ratio = np.unique(p[:, 0]), np.unique(weights[:, -1])
    fits = (
        features.n == 2
        and len(p) == len(density) * len(ratio) > 1
        and np.array_equal(p, np.tile(density, len(ratio))[:, None].repeat(2, 1))
        and np.array_equal(weights[:, 0], np.ones(len(p)))
        and np.array_equal(weights[:, 1], ratio.repeat(len(density)))
    )
    if not fits:
        raise InputError(
            "features must be n = 2 with importance (1, r) at every r and every density, both rising, the densities "
            f"fastest, for a phase diagram, got {features!r:.80}"
        )
    return density, ratio


def _knobs(ends: list[list[float]]) -> list[Knob]:
    (p, r), (most_p, most_r) = ends
    own: dict[str, Any] = {"scale": "log", "of": 1, "anew": True}
    return [
        Knob("density", "density p", AT[0], p, most_p, ends=ENDS, **own),
        Knob("ratio", "importance r", AT[1], r, most_r, **own),
    ]


def _diagram(density: np.ndarray, ratio: np.ndarray, starts: int, costs: Costs | None) -> View:
    size = len(ratio), len(density)

    def draw(setup: Setup, start: Start) -> Figure:
        W = _best(setup, start).reshape(*size, 1, 2)
        extra = measure.norms(W)[..., -1], measure.interference(W)[..., -1]
        drawn = plots.phases({"trained here": plots.Phases(density, ratio, *extra, W)}, costs)
        at = theme.source("point", x=np.array([AT[0]]), y=np.array([AT[1]]))
        views.panels(drawn.layout)[0].scatter("x", "y", source=at, size=15, **DOT)
        return drawn

    return View("phases", draw, {"shape": list(size), "starts": starts})


def _best(setup: Setup, start: Start) -> Float[np.ndarray, "setting 1 2"]:
    """W of the start with the least loss at every point."""
    shape = setup.features.settings, setup.training.replicas
    best = start.loss.reshape(shape).argmin(1)
    return start.weights["W"].reshape(*shape, 1, 2)[np.arange(shape[0]), best]
