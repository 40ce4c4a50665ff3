"""Losses of fixed arrangements, the boundaries between them, and special optima (F10–F13, C2, F18).

r is the extra feature's importance relative to the others', p the density of every feature.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq, minimize

from tsup.errors import InputError
from tsup.exact.losses import checked, loss
from tsup.exact.moments import patterns, values

Arrangement = tuple[np.ndarray, np.ndarray]


class Triple(NamedTuple):
    """Where three arrangements cost the same."""

    density: float
    ratio: float


TRIPLE = Triple(4 / 7, 1.0)


def one_dimension(p: float) -> Mapping[str, Arrangement]:
    """W and b of the three fixed arrangements of two features in one dimension, at density p (F12)."""
    return {
        "ignore extra": (np.array([[1.0, 0.0]]), np.array([0, p / 2])),
        "ignore first": (np.array([[0.0, 1.0]]), np.array([p / 2, 0])),
        "antipodal": (np.array([[1.0, -1.0]]), np.zeros(2)),
    }


def two_dimensions(p: float) -> Mapping[str, Arrangement]:
    """W and b of the four fixed arrangements of three features in two dimensions, the last the extra one (F13)."""
    return {
        "ignore extra": (np.array([[1.0, 0, 0], [0, 1, 0]]), np.array([0, 0, p / 2])),
        "ignore first": (np.array([[0.0, 1, 0], [0, 0, 1]]), np.array([p / 2, 0, 0])),
        "extra antipodal": (np.array([[1.0, 0, 0], [0, 1, -1]]), np.zeros(3)),
        "others antipodal": (np.array([[1.0, -1, 0], [0, 0, 1]]), np.zeros(3)),
    }


def left_out(p: float | int | np.ndarray) -> np.ndarray:
    """What a feature of density p costs that is always answered with its mean p/2: its variance p/3 − p²/4 (F05)."""
    return np.asarray(p / 3 - p * p / 4)


def constant_answer(p: float | int | np.ndarray, b: float | int | np.ndarray) -> np.ndarray:
    """What a feature of density p costs that is always answered with b: p/3 − p b + b², least at b = p/2 (F05).

    p and b broadcast. Raises InputError where they do not.
    """
    _check_broadcast("b", p, b)
    return np.asarray(p / 3 - p * b + b**2)


def _check_broadcast(name: str, p: float | int | np.ndarray, other: float | int | np.ndarray) -> None:
    try:
        np.broadcast_shapes(np.shape(p), np.shape(other))
    except ValueError:
        raise InputError(
            f"p and {name} must broadcast, got shapes {np.shape(p)} and {np.shape(other)}"
        ) from None


def costs(p: float | int | np.ndarray, r: float | int | np.ndarray) -> Mapping[str, np.ndarray]:
    """The losses of those arrangements in closed form; the first three are also those of one dimension.

    p and r broadcast. Raises InputError where they do not.
    """
    _check_broadcast("r", p, r)
    missed, shared = left_out(p), p * p / 6
    return {
        "ignore extra": np.asarray(r * missed),
        "ignore first": np.asarray(missed + 0 * r),
        "extra antipodal": np.asarray((1 + r) * shared),
        "others antipodal": np.asarray(2 * shared + 0 * r),
    }


# `costs` as the coefficients that `exact.arrangements` takes.
COEFFICIENTS: Mapping[str, Float[np.ndarray, "2 2"]] = {
    "ignore extra": np.array([[0, 0], [1 / 3, -1 / 4]]),
    "ignore first": np.array([[1 / 3, -1 / 4], [0, 0]]),
    "extra antipodal": np.array([[0, 1 / 6], [0, 1 / 6]]),
    "others antipodal": np.array([[0, 1 / 3], [0, 0]]),
}


def boundary(r: float | int | np.ndarray) -> np.ndarray:
    """The density below which the antipodal pair is the cheapest in one dimension: p = 4r/(2 + 5r), or 4/(5 + 2r).

    Raises InputError for r < 0.
    """
    if np.any(np.less(r, 0)):
        raise InputError(f"r must be ≥ 0, got {np.min(r):g}")
    return np.where(np.asarray(r) <= 1, 4 * r / (2 + 5 * r), 4 / (5 + 2 * r))


def crossing(r: float, names: tuple[str, str], three: bool = False) -> float:
    """The density at which two fixed arrangements cost the same, by root finding on the exact loss."""
    made = two_dimensions if three else one_dimension
    for name in names:
        if name not in made(0.5):
            raise InputError(f"names must be two of {', '.join(made(0.5))}, got {name!r}")
    importance = np.array([1.0, 1.0, r] if three else [1.0, r])

    def difference(p: float) -> float:
        one, two = (loss(*made(p)[name], p, importance) for name in names)
        return float(one - two)

    return float(brentq(difference, 1e-6, 1 - 1e-9, xtol=1e-14))


def antipodal_without_bias(p: float | int | np.ndarray) -> np.ndarray:
    """a² of the best W = (a, −a) without bias, at r = 1: (8 − 5p)/(8 − 6p) (C2)."""
    return np.asarray((8 - 5 * p) / (8 - 6 * p))


def by_activity(
    W: Float[np.ndarray, "hidden feature"],
    b: Float[np.ndarray, " feature"],
    importance: float | np.ndarray = 1.0,
) -> Float[np.ndarray, " terms"]:
    """L_0 … L_n of L = Σ_k p^k S^(n−k) L_k: the sum over patterns with k active features of their losses (F11)."""
    _, W, b, _, weight = checked(W, b, 1.0, importance)
    active = patterns(W.shape[-1], W.shape[-1])
    squares, crosses = values(W.swapaxes(-1, -2) @ W, b, W.shape[-1])
    losses = (weight[..., None] * (squares - 2 * crosses + active.T / 3)).sum((0, 1))
    return np.bincount(active.sum(1), losses)


class Polygon(NamedTuple):
    """The best regular polygon for S → 1: norm and bias of every feature, and the loss a feature, over p."""

    norm: float
    bias: float
    loss: float


def polygon(k: int) -> Polygon:
    """The optimum of the regular k-gon in two dimensions among biases b ≤ 0, from the 1-sparse term alone (F11)."""
    if k < 3:
        raise InputError(f"k must be at least 3, got {k}")
    angles = 2 * np.pi * np.arange(k) / k
    corners = np.stack([np.cos(angles), np.sin(angles)])

    def one_sparse(x: np.ndarray) -> float:
        """The output of every feature when the first has a value in [0, 1]."""
        a, b = (x[0] * x[0]) * (corners[:, 0] @ corners), -(x[1] ** 2)
        ends = np.maximum(a + b, 0)
        steep = np.where(a > 0, a, 1)
        squares = ends**3 / 3 / steep
        cross = ends[0] ** 2 / 2 / a[0] - ends[0] ** 3 / 6 / a[0] ** 2
        return float(squares.sum() - 2 * cross + 1 / 3)

    starts = [(1.0, 0.01), (1.1, 0.5), (1.2, 0.7)]
    options = {"xatol": 1e-11, "fatol": 1e-16, "maxiter": 5000, "maxfev": 5000}
    found = [minimize(one_sparse, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(found, key=lambda one: one.fun)
    return Polygon(float(abs(best.x[0])), float(-(best.x[1] ** 2)), float(best.fun))


def gaussian_linear(W: Float[np.ndarray, "hidden feature"], importance: float | np.ndarray = 1.0) -> float:
    """The linear model's loss on independent standard Gaussian features, without bias: Σ_ij I_i (δ_ij − W_i·W_j)².

    The diagonal is the feature benefit Σ I_i (1 − ‖W_i‖²)², the rest the interference (F10).
    """
    error = np.eye(W.shape[1]) - W.T @ W
    if np.shape(importance) not in ((), W.shape[1:]):
        raise InputError(
            f"importance must be a number or have shape {W.shape[1:]}, got {np.shape(importance)}"
        )
    return float((np.broadcast_to(importance, W.shape[1])[:, None] * error**2).sum())
