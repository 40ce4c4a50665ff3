"""One solution followed along densities, instead of the best of unrelated ones at each (F01)."""

import numpy as np
from jaxtyping import Float

from tsup.errors import InputError
from tsup.exact.losses import Number
from tsup.exact.minima import descend


def follow(
    W: Float[np.ndarray, "hidden feature"],
    b: Float[np.ndarray, " feature"],
    density: Float[np.ndarray, " density"],
    importance: Number = 1.0,
    within: float = 0.01,
    tolerance: float = 1e-5,
) -> tuple[
    Float[np.ndarray, "density hidden feature"],
    Float[np.ndarray, "density feature"],
    Float[np.ndarray, " density"],
]:
    """A solution at the last density, carried to the others by descending the exact loss from each to its neighbour.

    A solution may outlive its rank. On the way back, from the first density to the last, one that loses more than
    `within` of its loss to what the one before it becomes makes place for that. tolerance: as in `descend`. Returns W,
    b and the losses. Raises InputError for fewer than two densities, and as `descend` does.
    """
    p = np.asarray(density, dtype=float)
    if p.ndim != 1 or len(p) < 2:
        raise InputError(f"density must have at least 2 values, got {p.size}")
    found = [_carried(W, b, p[-1], importance, tolerance)]
    for one in p[-2::-1]:
        found.insert(0, _carried(*found[0][:2], one, importance, tolerance))
    for k in range(1, len(p)):
        other = _carried(*found[k - 1][:2], p[k], importance, tolerance)
        if found[k][2] > (1 + within) * other[2]:
            found[k] = other
    weights, biases, losses = (np.array(values) for values in zip(*found, strict=True))
    return weights, biases, losses


def _carried(
    W: np.ndarray, b: np.ndarray, p: float, importance: Number, tolerance: float
) -> tuple[np.ndarray, np.ndarray, float]:
    weights, biases, losses, _ = descend(W[None], b[None], p, importance, tolerance=tolerance)
    return weights[0], biases[0], float(losses[0])
