"""A lesson: what trains in the page, what shows it, what a reader may set, and what is shown before."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from tsup.config import Setup, describe, equation
from tsup.plots.kit import theme, words
from tsup.plots.kit.figure import Figure
from tsup.widgets import starts, views
from tsup.widgets.knobs import MOST_FEATURES, MOST_HIDDEN, MOST_MODELS, Knob
from tsup.widgets.starts import Start
from tsup.widgets.views import View

LIMITS = {"n": [1, MOST_FEATURES], "hidden": [1, MOST_HIDDEN], "models": [1, MOST_MODELS]}
KNOWN = ("steps", "batch", "schedule", "warmup", "weight_decay", "scale")


@dataclass(frozen=True)
class Lesson:
    """What trains in the page.

    setups: heading → what is trained; all obey the same buttons. seen: of each, its pictures, from top to bottom.
    full: whether it trains as fast as it can, and not so that its forming can be watched. prefixes: what stands before
    the names of each one's sources.
    """

    name: str
    setups: Mapping[str, Setup]
    seen: Sequence[Sequence[View]]
    knobs: Sequence[Knob]
    full: bool = False
    prefixes: Sequence[str] = ("",)

    @cached_property
    def starts(self) -> list[Start]:
        """What is shown before anything is trained in the page: what is kept, or models before their training."""
        return [starts.load(setup) or starts.untrained(setup) for setup in self.setups.values()]

    def json(self) -> dict[str, Any]:
        """The lesson as the page is told of it."""
        pairs = [*zip(self.seen, self.prefixes, strict=True)]
        return {
            "name": self.name,
            "requests": [request(setup) for setup in self.setups.values()],
            "views": [view.json(of, prefix) for of, (some, prefix) in enumerate(pairs) for view in some],
            "start": [_stored(start) for start in self.starts],
            "controls": [knob.json() for knob in self.knobs],
            "limits": LIMITS,
            "full": self.full,
            "words": {"reading": self.reading},
        }

    @property
    def reading(self) -> str:
        """What is said before anything is trained in the page."""
        step = self.starts[0].step
        return f"Trained beforehand for {step:,} steps." if step else "Not trained yet: press Train."

    def figure(self) -> Figure:
        """The pictures as they are before anything is trained in the page."""
        columns, caption, alts = [], "", []
        for (heading, setup), some, prefix, start in zip(
            self.setups.items(), self.seen, self.prefixes, self.starts, strict=True
        ):
            drawn = [view.draw(setup, start) for view in some if view.draw]
            renamed = [views.renamed(one, prefix, heading if k == 0 else "") for k, one in enumerate(drawn)]
            columns.append(theme.stack([one.layout for one in renamed]))
            caption = caption or drawn[0].caption
            alts.append(" ".join([*([f"{heading}:"] if heading else []), *(one.alt for one in drawn)]))
        layout = columns[0] if len(columns) == 1 else theme.wrap(columns, least=270)
        about = "; ".join(dict.fromkeys(map(_about, self.setups.values())))
        return Figure(layout, words.caption(caption, about), " ".join(alts))


def request(setup: Setup) -> dict[str, Any]:
    """A setup in the words of the page's trainer: a model of the stack in each row."""
    features, training = setup.features, setup.training
    stack = {"density": features.densities(), "importance": features.importances()}
    rows = {name: np.repeat(values, training.replicas, axis=0).tolist() for name, values in stack.items()}
    world = {"n": features.n, "low": features.low, "high": features.high, **rows}
    sets = {name: getattr(features, name) for name in ("correlated", "anticorrelated")}
    rates = np.unique(setup.rates)
    lr = float(rates[0]) if len(rates) == 1 else setup.rates.tolist()
    known = {name: getattr(training, name) for name in KNOWN} | {"lr": lr, "seed": training.seed}
    model = {"hidden": setup.model.hidden, **equation(setup.model)._asdict()}
    return {"features": world | sets, "model": model, "training": known}


def _about(setup: Setup) -> str:
    """What was trained beforehand, in one phrase."""
    return describe(setup.features, setup.model, replace(setup.training, snapshots=()))


def _stored(start: Start) -> dict[str, Any] | None:
    if not start.step:
        return None
    weights = {
        name: {"shape": list(weight.shape), "data": _encoded(weight)}
        for name, weight in start.weights.items()
    }
    return {"step": start.step, "loss": start.loss.tolist(), "weights": weights}


def _encoded(weight: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(weight, "<f4").tobytes()).decode()
