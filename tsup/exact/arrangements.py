"""Fixed arrangements of features by what they cost, and the lines where two of them cost the same (F12, F13).

Their losses are (a p + b p²) + r (c p + d p²) in the density p and the extra feature's relative importance r, which
coefficients [[a, b], [c, d]] say.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

Number = float | int | np.ndarray


def cost(coefficients: np.ndarray, density: Number, ratio: Number) -> np.ndarray:
    """The loss of an arrangement; density and ratio broadcast. `plots/kit/scripts/arrangement.js` is the same."""
    p, r = np.asarray(density, dtype=float), np.asarray(ratio, dtype=float)
    (a, b), (c, d) = coefficients
    return np.asarray((a * p + b * p**2) + r * (c * p + d * p**2))


def borders(
    arrangements: Mapping[str, np.ndarray], x: np.ndarray, y: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each pair of arrangements the densities and ratios, in order, at which both cost the least."""
    every = list(arrangements.values())
    return [_border(one, other, every, x, y) for one, other in combinations(every, 2)]


def _border(
    one: np.ndarray, other: np.ndarray, every: list[np.ndarray], x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    (a, b), (c, d) = one - other
    if c == d == 0:
        r = np.geomspace(y[0], y[1], 400)
        p = np.full(400, -a / b if b else np.nan)
    else:
        p = np.geomspace(x[0], x[1], 2000)
        with np.errstate(divide="ignore", invalid="ignore"):
            r = -(a + b * p) / (c + d * p)
    inside = (p >= x[0]) & (p <= min(x[1], 1)) & (r >= y[0]) & (r <= y[1])
    p, r = p[inside], r[inside]
    least = np.min([cost(arrangement, p, r) for arrangement in every], axis=0)
    cheapest = cost(one, p, r) <= least + 1e-12
    return p[cheapest], r[cheapest]
