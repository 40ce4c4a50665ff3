"""Where a backend starts, and what it hands over while it trains."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt8


class Weighted:
    """Gives every entry of `weights` as an attribute too: W, b, W1, W2, b_hidden."""

    weights: Mapping[str, np.ndarray]

    def __getattr__(self, name: str) -> np.ndarray:
        weights = self.__dict__.get("weights", {})
        if name in weights:
            return weights[name]
        own = f"; its weights are {', '.join(weights)}" if weights else ""
        raise AttributeError(f"{type(self).__name__} has no {name}{own}")


@dataclass(frozen=True)
class State:
    """What a training needs besides its weights to go on as if it had never stopped.

    first, second: Adam's two moments by the weights' names, or the velocity of SGD with momentum and nothing.
    draws: of the reference, a row of bytes a model: the states of its random generators. The noise of the other
        backends is counted by the step and has no state.
    """

    first: Mapping[str, Float[np.ndarray, "model ..."]] = field(default_factory=dict)
    second: Mapping[str, Float[np.ndarray, "model ..."]] = field(default_factory=dict)
    draws: UInt8[np.ndarray, "model byte"] | None = None


@dataclass(frozen=True)
class Start:
    """Where a training begins if not at its own start: after `step` updates, with these weights and this state.

    weights: (model, …) by name; those that are absent start as the training says.
    """

    step: int = 0
    weights: Mapping[str, Float[np.ndarray, "model ..."]] = field(default_factory=dict)
    state: State = field(default_factory=State)


@dataclass(frozen=True)
class Stage(Weighted):
    """A stack of models after `step` updates.

    weights: every parameter with a leading model axis (see `tsup.models.shapes`).
    loss: of each model on the last batch it was trained on; NaN before the first update.
    state: what else is needed to go on from here.
    """

    step: int
    weights: Mapping[str, Float[np.ndarray, "model ..."]]
    loss: Float[np.ndarray, " model"]
    state: State = field(default_factory=State)


def stages_at(
    stops: Sequence[int], first: int, advance: Callable[[int, int], None], stage: Callable[[int], Stage]
) -> Iterator[Stage]:
    """Go from step `first` to each of `stops` in turn, by `advance` from a step to a later one, and look there."""
    done = first
    for stop in stops:
        if stop > done:
            advance(done, stop)
        done = stop
        yield stage(stop)
