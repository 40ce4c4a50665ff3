"""What a backend hands over while it trains."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


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
class Stage(Weighted):
    """A stack of models after `step` updates.

    weights: every parameter with a leading model axis (see `tsup.models.shapes`).
    loss: of each model on the last batch it was trained on; NaN before the first update.
    """

    step: int
    weights: Mapping[str, Float[np.ndarray, "model ..."]]
    loss: Float[np.ndarray, " model"]
