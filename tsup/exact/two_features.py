"""The expected loss of two features in one dimension, exact, with the best bias or with none (F12, C2).

The mean over one feature is a closed form, and over the other it is a cubic between kinks, which two Gauss points
integrate. `tsup/plots/kit/scripts/two-features.js` is the same for the reader's browser.
"""

from itertools import pairwise

import numpy as np

from tsup.exact.theory import left_out

BIASES = np.linspace(-2.2, 0.6, 15)
GOLDEN = (np.sqrt(5) - 1) / 2
ROUNDS = 18
COMPASS = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]).T
HALF = 0.5 - np.sqrt(1 / 12)

Number = float | int


def losses(u: np.ndarray, v: np.ndarray, p: Number, r: Number, biased: bool) -> np.ndarray:
    """Expected loss of x' = ReLU(wᵢ(u x₁ + v x₂) + bᵢ) at density p, feature 2 weighing r, for arrays of weights.

    biased: whether each output has its best bias, or none.
    """
    one = _least_error if biased else _error_without_bias
    return one(u * u, u * v, p) + r * one(v * v, u * v, p)


def nothing_learned(p: Number, r: Number, biased: bool) -> float:
    """The loss of weights 0, which leave out both features."""
    return float((1 + r) * (left_out(p) if biased else p / 3))


def grid(p: Number, r: Number, biased: bool, size: int, limit: Number) -> np.ndarray:
    """Losses on a square of weights between ±limit, rows v and columns u."""
    along = np.linspace(-limit, limit, size)
    return losses(*np.meshgrid(along, along), p, r, biased)


def minima(values: np.ndarray, p: Number, r: Number, biased: bool, limit: Number) -> list[np.ndarray]:
    """Minima of a grid, each walked downhill: (loss, u, v), the best first; one of each mirrored two."""
    size, found = len(values), list[np.ndarray]()
    along = np.linspace(-limit, limit, size)
    inner = values[1:-1, 1:-1]
    around = [values[1 + i : size - 1 + i, 1 + j : size - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for row, column in np.argwhere(inner <= np.min(around, axis=0)) + 1:
        if column >= size // 2:
            place = _downhill(np.array([along[column], along[row]]), along[1] - along[0], p, r, biased)
            if not any(
                min(np.hypot(*(one[1:] - place[1:])), np.hypot(*(one[1:] + place[1:]))) < 0.03
                for one in found
            ):
                found.append(place)
    return sorted(found, key=lambda one: one[0])


def _downhill(place: np.ndarray, step: float, p: Number, r: Number, biased: bool) -> np.ndarray:
    here = float(losses(place[:1], place[1:], p, r, biased)[0])
    while step > 2e-4:
        around = place[:, None] + step * COMPASS
        values = losses(around[0], around[1], p, r, biased)
        if values.min() < here - 1e-12:
            here, place = float(values.min()), around[:, values.argmin()]
        else:
            step /= 2
    return np.array([here, *place])


def _error_without_bias(g: np.ndarray, h: np.ndarray, p: Number) -> np.ndarray:
    return _error(np.zeros_like(g), g, h, p)


def _least_error(g: np.ndarray, h: np.ndarray, p: Number) -> np.ndarray:
    """The least error over b: the best of a coarse row, then golden sections around it."""
    biases = np.sort([*BIASES, p / 2, p])  # p / 2 is best for a feature left out
    coarse = np.array([_error(np.full_like(g, b), g, h, p) for b in biases])
    place = coarse.round(12).argmin(0)
    low, high = biases[np.maximum(place - 1, 0)], biases[np.minimum(place + 1, len(biases) - 1)]
    for _ in range(ROUNDS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        lower = _error(left, g, h, p) < _error(right, g, h, p)
        low, high = np.where(lower, low, left), np.where(lower, right, high)
    return np.minimum(_error((low + high) / 2, g, h, p), coarse.min(0))


def _error(b: np.ndarray, g: np.ndarray, h: np.ndarray, p: Number) -> np.ndarray:
    """Expected error of one feature whose pre-activation is b + g x + h y, for g ≥ 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        kinks = [np.where(h == 0, 0, np.clip(-c / h, 0, 1)) for c in (b, b + g)]
    ends = [np.zeros_like(b), np.minimum(*kinks), np.maximum(*kinks), np.ones_like(b)]
    both = np.zeros_like(b)
    for low, high in pairwise(ends):
        width = high - low
        points = low + HALF * width, high - HALF * width
        both = both + width / 2 * sum(_given_other(b + h * y, g, p) for y in points)
    return (1 - p) * _given_other(b, g, p) + p * both


def _given_other(c: np.ndarray, g: np.ndarray, p: Number) -> np.ndarray:
    """Mean error over the feature itself, which is off or uniform on [0, 1], with pre-activation c + g x."""
    slope = 1 - g
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(c >= 0, 0, np.where(-c >= g, 1, -c / g))
    on = low**3 / 3 + slope**2 * (1 - low**3) / 3 - slope * c * (1 - low**2) + c**2 * (1 - low)
    return (1 - p) * np.maximum(c, 0) ** 2 + p * on
