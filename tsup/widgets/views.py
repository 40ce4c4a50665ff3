"""The pictures of models that train in the page: drawn by Python from a start, and what the page is told of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.models.annotations import Title
from bokeh.plotting import figure
from jaxtyping import Float

from tsup import circuits, plots
from tsup.config import Setup
from tsup.errors import InputError
from tsup.plots.kit import theme
from tsup.plots.kit.figure import Figure
from tsup.widgets import loss_curve, pictures
from tsup.widgets.starts import Start, without_features

Draw = Callable[[Setup, Start], Figure]
MOST_SHOWN = 4  # of a stack of |W₁|, whose largest weight is 1
REACH = -4, 4  # of stacks under a hidden ReLU, whose weights are of order 1
SHARED = "how much a feature shares its neurons"


@dataclass(frozen=True)
class View:
    """One picture: its kind in the page, how Python draws it, and what else the page needs to know.

    Without `draw` it moves what another picture shows.
    """

    kind: str
    draw: Draw | None
    constants: Mapping[str, Any] = field(default_factory=dict)

    def json(self, of: int, prefix: str) -> dict[str, Any]:
        """The view as the page is told of it."""
        return {"kind": self.kind, "of": of, "prefix": prefix, **self.constants}


def best(setup: Setup, start: Start) -> int:
    """The place of the model that is shown: the one that loses the least share."""
    return int(np.argmin(start.loss / without_features(setup)))


def weights_of(setup: Setup, start: Start) -> dict[str, Float[np.ndarray, "..."]]:
    """The weights of the model that is shown."""
    shown = best(setup, start)
    return {name: weight[shown] for name, weight in start.weights.items()}


def loss(setup: Setup) -> View:
    """The loss by step, below every model."""
    total = setup.training.steps
    return View("loss", lambda _, start: loss_curve.draw(start.steps, start.shares, total), {"total": total})


def _directions(setup: Setup, start: Start) -> Figure:
    return plots.directions(weights_of(setup, start)["W"], setup.features.importances()[0])


def _gram(setup: Setup, start: Start) -> Figure:
    weights = weights_of(setup, start)
    return plots.gram(weights["W"], weights.get("b", np.zeros(setup.features.n)))


def _model(setup: Setup, start: Start) -> Figure:
    weights = weights_of(setup, start)
    return plots.model(weights["W"], weights.get("b", np.zeros(setup.features.n)))


def _sharing(setup: Setup, start: Start) -> Figure:
    return pictures.sharing(weights_of(setup, start)["W"])


def _polyhedron(setup: Setup, start: Start) -> Figure:
    return pictures.polyhedron(weights_of(setup, start)["W"])


def _attack(setup: Setup, start: Start) -> Figure:
    weights = weights_of(setup, start)
    return pictures.attacked(weights["W"], weights["b"], setup.features.importances()[0])


def _stacks(setup: Setup, start: Start) -> Figure:
    return plots.stacks(weights_of(setup, start)["W"], reach=REACH)


def _absolute_stacks(setup: Setup, start: Start) -> Figure:
    weights = weights_of(setup, start)
    inward, outward = circuits.rescaled(weights["W1"], weights["W2"])
    shared = circuits.superposition(inward, outward)
    return plots.stacks(np.abs(inward), values=shared, meaning=SHARED, reach=(0, MOST_SHOWN))


VIEWS: dict[str, Callable[[Setup], View]] = {
    "directions": lambda _: View("directions", _directions),
    "gram": lambda _: View("model", _gram, {"name": "gram"}),
    "model": lambda _: View("model", _model),
    "stacks": lambda _: View("stacks", _stacks, {"reach": list(REACH)}),
    "absolute": lambda _: View("stacks", _absolute_stacks, {"reach": [0, MOST_SHOWN]}),
    "sharing": lambda _: View("sharing", _sharing),
    "polyhedron": lambda _: View("polyhedron", _polyhedron),
    "attack": lambda _: View("attack", _attack),
}


def suited(setup: Setup) -> str:
    """The view that a model asks for: stacks of neurons, directions in a plane, else WᵀW."""
    model = setup.model
    if not model.tied:
        return "absolute"
    if model.hidden_activation != "linear":
        return "stacks"
    return "directions" if model.hidden == 2 else "model"


def chosen(kind: str | None, setup: Setup) -> View:
    """The view of a kind. Raises InputError for one that is not there or does not fit the model."""
    fits = suited(setup)
    if kind is None:
        return VIEWS[fits](setup)
    if kind not in VIEWS:
        raise InputError(f"view must be one of {', '.join(VIEWS)}, or None, got {kind!r}")
    needed = {"directions": 2, "polyhedron": 3}.get(kind, setup.model.hidden)
    if needed != setup.model.hidden or (fits == "absolute") != (kind == "absolute"):
        raise InputError(f"view must fit the model, such as {fits!r}, got {kind!r}")
    return VIEWS[kind](setup)


def panels(layout: Any) -> list[figure]:
    """The panels of a layout, from left to right and from top to bottom."""
    if isinstance(layout, figure):
        return [layout]
    return [panel for child in getattr(layout, "children", []) for panel in panels(child)]


def renamed(drawn: Figure, prefix: str, heading: str = "") -> Figure:
    """A figure whose sources have names of their own, and whose first panel has a heading."""
    for source in drawn.layout.select({"type": ColumnDataSource}):
        source.name = f"{prefix}{source.name}"
    if heading:
        panels(drawn.layout)[0].title = Title(
            text=heading, text_font=theme.FONT, text_font_size=theme.BODY, text_color=theme.INK
        )
    return drawn
