"""What the course of a training shows: plateaus of its loss (F22, F23)."""

import numpy as np
from jaxtyping import Bool, Float, Int

from tsup.measure import cosines, represented


def plateaus(
    step: Int[np.ndarray, " time"], loss: Float[np.ndarray, " time"], within: float = 0.1, length: float = 0.5
) -> list[tuple[int, int]]:
    """Stretches, as pairs of places, over which the loss stands nearly still while the training goes on.

    The largest loss is at most 1 + `within` times the least, over at least `length` in the logarithm of the step; none
    before the loss has fallen by a tenth, so that the start is not one. Two that touch are one, if the square of that
    factor holds it.
    """
    fallen = np.flatnonzero(loss < 0.9 * loss[0])
    found: list[tuple[int, int]] = []
    first = max(int(fallen[0]), 1) if fallen.size else len(loss)
    while first < len(loss):
        seen = loss[first:]
        still = np.maximum.accumulate(seen) <= (1 + within) * np.minimum.accumulate(seen)
        last = first + int(still.argmin() if not still.all() else len(still)) - 1
        long = np.log(step[last] / step[first]) >= length
        if (
            long
            and found
            and found[-1][1] == first - 1
            and np.ptp(np.log(loss[found[-1][0] : last + 1])) <= 2 * np.log1p(within)
        ):
            first = found.pop()[0]
        found += [(first, last)] if long else []
        first = last + 1 if long else first + 1
    return found


def is_octahedron(
    W: Float[np.ndarray, "*model 3 6"], digon: float = 0.05, right: float = 0.1, norm: float = 0.5
) -> Bool[np.ndarray, "*model"]:
    """Which models are octahedra whose three digons each join a feature of one set to one of the other.

    All six are represented (norm above `norm`); digons have a cosine within `digon` of −1, and features of different
    digons cosines within `right` of 0.
    """
    cosine = cosines(W)
    opposite = cosine < digon - 1
    paired = (opposite.sum(-1) == 1).all(-1) & (opposite[..., :3, 3:].sum((-1, -2)) == 3)
    orthogonal = (np.abs(cosine) < right).sum((-1, -2)) == 24
    return np.asarray(paired & orthogonal & represented(W, norm).all(-1))
