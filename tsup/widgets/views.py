"""The pictures of models that train in the page: their layouts, drawn from a start, and what the page is told of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.models.annotations import Title
from bokeh.plotting import figure
from jaxtyping import Float

from tsup import circuits, measure, plots
from tsup.config import Setup
from tsup.errors import InputError
from tsup.plots.kit import palette, theme, words
from tsup.plots.kit.figure import Figure
from tsup.widgets import loss_curve
from tsup.widgets.starts import Start, without_features

Draw = Callable[[Setup, Start], Figure]
MOST_SHOWN = 4  # of a stack of |W₁|, whose largest weight is 1
REACH = -4, 4  # of stacks under a hidden ReLU, whose weights are of order 1
SHARED = "how much a feature shares its neurons"
SHARING_LOOK = (
    "Each dot is a feature, and its height the share Dᵢ of a dimension that it has; the features stand in the order of "
    "their shares. Dashed lines are what regular polytopes give each of their vertices."
)
EDGE_TEXTS = {"1 alone": 1.0, "2/3 triangle": 2 / 3, "1/2 digon": 1 / 2, "2/5 pentagon": 2 / 5}


@dataclass(frozen=True)
class View:
    """One picture: its kind in the page, how Python draws it, and what else the page needs to know."""

    kind: str
    draw: Draw
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


def _stacks(setup: Setup, start: Start) -> Figure:
    return plots.stacks(weights_of(setup, start)["W"], reach=REACH)


def _absolute_stacks(setup: Setup, start: Start) -> Figure:
    weights = weights_of(setup, start)
    inward, outward = circuits.rescaled(weights["W1"], weights["W2"])
    shared = circuits.superposition(inward, outward)
    return plots.stacks(np.abs(inward), values=shared, meaning=SHARED, reach=(0, MOST_SHOWN))


def _sharing(setup: Setup, start: Start) -> Figure:
    """D of every feature of the model that is shown, from large to small, and the shares of regular polytopes."""
    W = weights_of(setup, start)["W"]
    kept, n = measure.represented(W), W.shape[1]
    D = np.where(kept, measure.dimensionality(W), 0)
    order = np.argsort(-D, kind="stable")
    plot = theme.panel((-0.02 * n, 1.02 * n), (0, 1.12), height=320)
    plot.xaxis.axis_label, plot.yaxis.axis_label = "feature, by its share", "dimensionality Dᵢ"
    for level in EDGE_TEXTS.values():
        theme.guide(plot, "width", level, "dashed")
    names = theme.source("sharing-names", x=np.full(4, n), y=np.array([*EDGE_TEXTS.values()]), text=[*EDGE_TEXTS])
    small = {"text_align": "right", "text_baseline": "bottom", "text_font_size": theme.SMALL}
    theme.write(plot, names, y_offset=-1, **small)
    data = theme.source(
        "sharing", rank=np.arange(n), D=D[order], feature=order, norm=measure.norms(W)[order]
    )
    dots = plot.scatter("rank", "D", size=7, source=data, fill_color=palette.SLATE, line_color=None)
    theme.tips(plot, dots, feature="@feature", dimensionality="@D{0.000}", norm="@norm{0.00}")
    middle = words.number(float(np.median(D[kept]))) if kept.any() else "0"
    alt = f"{kept.sum()} of {words.count(n, 'feature')} represented; the median dimensionality is {middle}."
    return Figure(theme.stack([plot]), SHARING_LOOK, alt)


VIEWS: dict[str, Callable[[Setup], View]] = {
    "directions": lambda _: View("directions", _directions),
    "gram": lambda _: View("model", _gram, {"name": "gram"}),
    "model": lambda _: View("model", _model, {"name": "model"}),
    "stacks": lambda _: View("stacks", _stacks, {"reach": list(REACH), "absolute": False}),
    "absolute": lambda _: View("stacks", _absolute_stacks, {"reach": [0, MOST_SHOWN], "absolute": True}),
    "sharing": lambda _: View("sharing", _sharing),
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
    if (kind == "directions" and setup.model.hidden != 2) or (fits == "absolute") != (kind == "absolute"):
        raise InputError(f"view must fit the model, such as {fits!r}, got {kind!r}")
    return VIEWS[kind](setup)


def renamed(drawn: Figure, prefix: str, heading: str = "") -> Figure:
    """A figure whose sources have names of their own, and whose first panel has a heading."""
    for source in drawn.layout.select({"type": ColumnDataSource}):
        source.name = f"{prefix}{source.name}"
    if heading:
        panel = next(iter(drawn.layout.select({"type": figure})))
        panel.title = Title(
            text=heading, text_font=theme.FONT, text_font_size=theme.BODY, text_color=theme.INK
        )
    return drawn
