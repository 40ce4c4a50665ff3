"""The theorem that makes a toy model an algorithm of compressed sensing, tried on random columns (A2).

The paper's decoder takes T(x) = ReLU(WᵀWx + b), keeps its k largest entries, and solves Wx' = y on these. It asks that
T(x) lies within ε of x; what ε must be is said in `reach`.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tsup.paper.sensing import recovery
from tsup.paper.sensing.analysis import crossing

Rows = Float[np.ndarray, "trial feature"]
Support = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
BIASES = np.linspace(-1, 0, 21)


def reach(x: Rows) -> Float[np.ndarray, " trial"]:
    """How far T(x) may be from a k-sparse x ≥ 0 so that its k largest entries are those of x: min x_i / √2.

    To bring an entry a that is 0 up to one that is x_i > 0, T has to move both to the same height, which takes at least
    x_i / √2 in all. The paper asks for less than x_i, with which two entries may change places.
    """
    return np.where(x > 0, x, np.inf).min(-1) / np.sqrt(2)


def is_kept(x: Rows, near: Rows) -> Bool[np.ndarray, " trial"]:
    """Whether the largest entries of what is near x, as many as x has, are those that x has."""
    on = x > 0
    least = np.where(on, near, np.inf).min(-1)
    most = np.where(on, -np.inf, near).max(-1)
    return least > most


def moved(rng: np.random.Generator, x: Rows, share: float) -> Rows:
    """Points at the distance share · `reach` from every x: for one half in a random direction, for the other straight
    at exchanging the smallest entry for one that is 0."""
    trials = len(x)
    e = rng.normal(size=x.shape)
    worst = np.arange(trials) < trials // 2
    smallest, off = np.where(x > 0, x, np.inf).argmin(-1), np.where(x > 0, -1, rng.random(x.shape)).argmax(-1)
    e[worst] = 0
    e[worst, smallest[worst]], e[worst, off[worst]] = -1, 1
    return x + (share * reach(x))[:, None] * e / np.linalg.norm(e, axis=-1, keepdims=True)


def vectors(rng: np.random.Generator, trials: int, n: int, k: int, low: float | int) -> Rows:
    """Rows with k random entries, uniform on [low, 1]; low = 1 makes them all equal."""
    return np.stack([recovery.active(rng, n, k, low) for _ in range(trials)])


class Tried(NamedTuple):
    """Of every trial, whether the decoder found x, and whether its premise was met with each of `BIASES`."""

    found: Bool[np.ndarray, " trial"]
    met: Bool[np.ndarray, "bias trial"]


def columns(rng: np.random.Generator, m: int, n: int) -> Float[np.ndarray, "hidden feature"]:
    """Random columns, or orthogonal ones where there are as many dimensions as features."""
    return recovery.gaussian(rng, m, n) if m != n else np.eye(n)


def kept(near: Float[np.ndarray, " feature"], x: Float[np.ndarray, " feature"], m: int) -> np.ndarray:
    """The places of the largest entries, as many as x has: where the decoder solves."""
    return np.argsort(-near, kind="stable")[: min(int((x > 0).sum()), m)]


def told(near: Float[np.ndarray, " feature"], x: Float[np.ndarray, " feature"], m: int) -> np.ndarray:
    """The places of the entries that x has, which nobody tells a decoder."""
    return np.flatnonzero(x)


def everywhere(near: Float[np.ndarray, " feature"], x: Float[np.ndarray, " feature"], m: int) -> np.ndarray:
    """All places, as if nothing were dropped."""
    return np.arange(len(x))


def decoded(
    m: int, n: int, k: int, low: float | int = 1.0, trials: int = 60, seed: int = 0, support: Support = kept
) -> Tried:
    """Try the decoder on k-sparse vectors, entries uniform on [low, 1], from m random dimensions.

    Raises InputError for k > n.
    """
    rng = np.random.default_rng([seed, m, k])
    x = vectors(rng, trials, n, k, low)
    found, met = np.zeros(trials, bool), np.zeros((len(BIASES), trials), bool)
    for trial, own in enumerate(x):
        W = columns(rng, m, n)
        y = W @ own
        out = W.T @ y
        found[trial] = recovery.is_found(own, recovery.solved(W, y, support(out, own, m)), 1e-6)
        near = np.maximum(out + BIASES[:, None], 0)
        met[:, trial] = np.linalg.norm(near - own, axis=-1) < reach(own[None])[0]
    return Tried(found, met)


@cache
def needed(n: int, k: int, support: Support = kept, low: float | int = 1.0, trials: int = 60) -> float:
    """The m at which half of the vectors are found, interpolated over log m in steps of √2; NaN above 1,024."""
    grid = np.unique(np.round(2 ** np.arange(0, 10.01, 0.5)).astype(int))
    rate = np.array([decoded(int(m), n, k, low, trials, support=support).found.mean() for m in grid])
    return crossing(np.log(grid), rate)
