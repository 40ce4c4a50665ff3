"""What a backend hands over while it trains."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Stage:
    """A stack of models after `step` updates.

    loss: of each model on the last batch it was trained on; NaN before the first update.
    """

    step: int
    W: Float[np.ndarray, "model hidden feature"]
    b: Float[np.ndarray, "model feature"]
    loss: Float[np.ndarray, " model"]
