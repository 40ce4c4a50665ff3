"""Adversarial attacks on ReLU-output models x' = ReLU(WᵀWx + b), in the Euclidean norm (F24). NumPy only.

An attack replaces the input x by x + δ with ‖δ‖ ≤ ε, while the model is still asked for x. The paper leaves open what
"vulnerability" is, so that several readings stand side by side here:

- who chooses δ: `Worst.each` takes the worst candidate for every input, `Worst.shared` the one candidate that hurts
  most on the whole batch. Candidates are the rows of WᵀW both ways, `both_ways`: up, an output is pushed over its
  threshold or too high, down, too low;
- what is compared: the attacked loss less the clean one, or over it (`Harm.added`, `Harm.ratio`);
- how large ε is: a share of the mean input norm (`mean_budget`) or of each input's own norm (`own_budget`).

`ascend` is the attack by gradient with restarts, which stalls where ReLUs are off; `masked` says how often that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tsup import gate
from tsup.errors import InputError
from tsup.measure import gram

Weights = Float[np.ndarray, "hidden feature"]
PerFeature = Float[np.ndarray, " feature"]
Rows = Float[np.ndarray, "row feature"]
PerRow = Float[np.ndarray, " row"]
Candidates = Float[np.ndarray, "candidate feature"]
Unchecked = Float[np.ndarray, "..."]  # its shape is checked by the function, which says what it should be

_BLOCK = 2**16  # entries of the largest array that is made: it stays in cache


@dataclass(frozen=True)
class Harm:
    """The loss of one model on one batch, clean and attacked: means over rows of Σ_i I_i (x_i − x'_i)²."""

    clean: float
    attacked: float

    @property
    def added(self) -> float:
        """The attacked loss less the clean one."""
        return self.attacked - self.clean

    @property
    def ratio(self) -> float:
        """The attacked loss over the clean one; infinite where the clean loss is 0."""
        return self.attacked / self.clean if self.clean > 0 else np.inf


def directions(W: Weights) -> Candidates:
    """The attack of length 1 that pushes each output up furthest: the rows of WᵀW, scaled to length 1 (F24).

    ‖(WᵀW)_i‖² = ‖W_i‖⁴ / D_i, so that an input of length ε moves output i by ε ‖W_i‖² / √D_i before bias and ReLU.
    Rows of features of norm 0 are left out. Raises InputError where that leaves none.
    """
    rows = gram(W)
    lengths = np.linalg.norm(rows, axis=1)
    if not (lengths > 0).any():
        raise InputError("W must have a column that is not 0, got none, and so no candidate to attack with")
    return rows[lengths > 0] / lengths[lengths > 0, None]


def both_ways(W: Weights) -> Candidates:
    """The best attacks of length 1 that push an output up, `directions`, and after them their opposites (F24).

    Up is the worse way for an output that should be 0, since a ReLU is never below it; for others either may be.
    """
    up = directions(W)
    return np.concatenate([up, -up])


def _checked_share(share: float | int) -> float:
    if not (np.isfinite(share) and share > 0):
        raise InputError(f"share must be finite and > 0, got {share}")
    return float(share)


def mean_budget(x: Rows, share: float | int = 0.1) -> PerRow:
    """ε of every row: a share of the mean input norm, the same for all; rows of zeros count in the mean (F24)."""
    return np.full(len(x), _checked_share(share) * np.linalg.norm(x, axis=1).mean())


def own_budget(x: Rows, share: float | int = 0.1) -> PerRow:
    """ε of every row: a share of its own norm, so that a row of zeros cannot be attacked."""
    return _checked_share(share) * np.linalg.norm(x, axis=1)


def _check(
    W: Weights, b: PerFeature, x: Rows, budget: Unchecked, importance: Unchecked | float | int
) -> None:
    n = W.shape[1]
    for name, array, shape in (("b", b, (n,)), ("x", x, (len(x), n)), ("budget", budget, (len(x),))):
        if np.shape(array) != shape:
            raise InputError(f"{name} must have shape {shape}, got {np.shape(array)}")
        if not np.isfinite(array).all():
            raise InputError(f"{name} must be finite, got {array[~np.isfinite(array)].flat[0]}")
    if not (budget >= 0).all() or not (budget > 0).any():
        raise InputError(f"budget must be ≥ 0 and somewhere > 0, got a least of {budget.min()}")
    if np.shape(importance) not in ((), (n,)):
        raise InputError(f"importance must be a number or have shape {(n,)}, got {np.shape(importance)}")


def losses(
    W: Weights, b: PerFeature, seen: Rows, wanted: Rows, importance: Unchecked | float | int = 1.0
) -> PerRow:
    """Σ_i I_i (wanted_i − x'_i)² of every row, for a model that sees `seen` and is asked for `wanted`."""
    error = wanted - np.maximum(seen @ W.T @ W + b, 0)
    return (importance * error * error).sum(-1)


def _by_candidate(
    W: Weights,
    b: PerFeature,
    x: Rows,
    budget: Unchecked,
    tried: Candidates,
    importance: Unchecked | float | int,
) -> Iterator[tuple[slice, Float[np.ndarray, "row candidate"]]]:
    """The losses of a block of rows under every candidate, block after block.

    The error x − ReLU(a + εv) is the lesser of x and x − a − εv; each is scaled by √I beforehand.
    """
    root = np.sqrt(np.broadcast_to(np.asarray(importance, dtype=float), W.shape[1]))
    most, left, moves = root * x, root * (x - x @ W.T @ W - b), root * (tried @ W.T @ W)
    size = max(1, _BLOCK // moves.size)
    for first in range(0, len(x), size):
        here = slice(first, first + size)
        error = budget[here, None, None] * moves
        np.subtract(left[here, None], error, out=error)
        np.minimum(error, most[here, None], out=error)
        yield here, np.einsum("rci,rci->rc", error, error)


def _candidates(W: Weights, candidates: Unchecked | None) -> Candidates:
    tried = both_ways(W) if candidates is None else np.asarray(candidates, dtype=float)
    if tried.ndim != 2 or not len(tried) or tried.shape[1] != W.shape[1]:
        raise InputError(f"candidates must have shape (at least 1, {W.shape[1]}), got {tried.shape}")
    return tried


@dataclass(frozen=True)
class Worst:
    """The harm of the worst candidates: chosen for each input on its own, and one for the whole batch."""

    each: Harm
    shared: Harm


def worst(
    W: Weights,
    b: PerFeature,
    x: Rows,
    budget: Unchecked,
    importance: Unchecked | float | int = 1.0,
    candidates: Unchecked | None = None,
) -> Worst:
    """Attack with every candidate, and keep the most harmful (F24).

    each: every input with the candidate that hurts it most, or left alone where all of them help. shared: all inputs
    with the one candidate that hurts most on average. budget: ε of every row, from `mean_budget` or `own_budget`.
    candidates: (candidate, feature) of length 1; by default `both_ways`. Raises InputError for shapes that do not
    match, a budget that is not ≥ 0 and somewhere > 0, and no candidates.
    """
    _check(W, b, x, budget, importance)
    clean = losses(W, b, x, x, importance)
    attacked, totals = clean.copy(), np.zeros(1)
    for here, found in _by_candidate(W, b, x, budget, _candidates(W, candidates), importance):
        attacked[here] = np.maximum(attacked[here], found.max(1))
        totals = totals + found.sum(0)
    mean = float(clean.mean())
    return Worst(Harm(mean, float(attacked.mean())), Harm(mean, float(totals.max()) / len(x)))


def slopes(
    W: Weights, b: PerFeature, seen: Rows, wanted: Rows, importance: Unchecked | float | int = 1.0
) -> Rows:
    """The derivative of `losses` in `seen`."""
    output = seen @ W.T @ W + b
    return 2 * (importance * (output - wanted) * (output > 0)) @ W.T @ W


def masked(W: Weights, b: PerFeature, x: Rows) -> float:
    """The share of rows, in [0, 1], where every ReLU is off, so that a gradient has nothing to follow."""
    return float((x @ W.T @ W + b <= 0).all(1).mean())


def _projected(moves: Rows, budget: PerRow) -> Rows:
    """Moves brought back into the ball of radius `budget`."""
    lengths = np.linalg.norm(moves, axis=1)
    return moves * (budget / np.maximum(lengths, np.maximum(budget, 1e-30)))[:, None]


def ascend(
    W: Weights,
    b: PerFeature,
    x: Rows,
    budget: Unchecked,
    importance: Unchecked | float | int = 1.0,
    steps: int = 20,
    restarts: int = 4,
    seed: int = 0,
) -> Harm:
    """Projected gradient ascent: from x itself and from random points of the ball, the worst point met is kept.

    steps ≥ 1 of length 2.5 ε / steps along the gradient's direction; restarts ≥ 1, the first from x. With one
    restart this is the plain gradient attack, which a row of dead ReLUs stops at its start. Raises InputError as
    `worst` does.
    """
    _check(W, b, x, budget, importance)
    for name, value in (("steps", steps), ("restarts", restarts)):
        if value < 1:
            raise InputError(f"{name} must be at least 1, got {value}")
    rng, clean = np.random.default_rng(seed), losses(W, b, x, x, importance)
    worst = clean.copy()
    for restart in range(restarts):
        move = _in_ball(rng, x.shape, budget) if restart else np.zeros_like(x)
        for _ in range(steps):
            slope = slopes(W, b, x + move, x, importance)
            length = np.linalg.norm(slope, axis=1, keepdims=True)
            step = np.divide(slope, length, out=np.zeros_like(slope), where=length > 0)
            move = _projected(move + 2.5 / steps * budget[:, None] * step, budget)
            worst = np.maximum(worst, losses(W, b, x + move, x, importance))
    return Harm(float(clean.mean()), float(worst.mean()))


def _in_ball(rng: np.random.Generator, shape: tuple[int, int], budget: PerRow) -> Rows:
    """Points uniform in balls of radius `budget`."""
    points = rng.standard_normal(shape)
    radii = budget * rng.random(shape[0]) ** (1 / shape[1])
    return points * (radii / np.linalg.norm(points, axis=1))[:, None]


gate.close(globals())
