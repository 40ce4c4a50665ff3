"""Minima of the expected loss: many starts descended at once, and what they end in."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from tsup.errors import InputError
from tsup.exact import effort
from tsup.exact.losses import Number, checked, derivatives

HALVINGS = 25


@dataclass(frozen=True)
class Minima:
    """Distinct minima, best first; two are one if their losses and their WᵀW, up to equivalent features, agree.

    loss (minimum), W (minimum, hidden, feature), b (minimum, feature); share (minimum): the part of the starts that
    ended in each; slope (minimum): the largest derivative that is left.
    """

    loss: Float[np.ndarray, " minimum"]
    W: Float[np.ndarray, "minimum hidden feature"]
    b: Float[np.ndarray, "minimum feature"]
    share: Float[np.ndarray, " minimum"]
    slope: Float[np.ndarray, " minimum"]


class _Problem:
    """Losses and derivatives of flat vectors (model, parameter)."""

    def __init__(self, hidden: int, p: np.ndarray, importance: np.ndarray, activation: str):
        self.hidden, self.p, self.importance, self.activation = hidden, p, importance, activation

    def unpack(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = self.p.shape[-1]
        return x[:, :-n].reshape(len(x), self.hidden, n), x[:, -n:]

    def slope(self, x: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = derivatives(*self.unpack(x), self.p[rows], self.importance[rows], activation=self.activation)
        return found.loss, np.concatenate([found.W.reshape(len(x), -1), found.b], 1)


def _search(
    problem: _Problem, x: np.ndarray, f: np.ndarray, g: np.ndarray, step: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Halve every step until the loss falls enough; steps that never do become 0."""
    rate, fall = np.ones(len(x)), (g * step).sum(1)
    next_f, next_g, done = f.copy(), g.copy(), np.zeros(len(x), bool)
    for _ in range(HALVINGS):
        left = np.flatnonzero(~done)
        if not left.size:
            break
        value, slope = problem.slope(x[left] + rate[left, None] * step[left], rows[left])
        good = value <= f[left] + 1e-4 * rate[left] * fall[left] + 1e-14 * f[left]
        kept = left[good]
        next_f[kept], next_g[kept], done[kept] = value[good], slope[good], True
        rate[left[~good]] /= 2
    return np.where(done, rate, 0)[:, None] * step, next_f, next_g


def _update(H: np.ndarray, s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The inverse Hessians after a step s that changed the derivatives by y (BFGS); unchanged without curvature."""
    sy = (s * y).sum(1)
    sound = sy > 1e-12 * np.linalg.norm(s, axis=1) * np.linalg.norm(y, axis=1)
    rho = np.where(sound, 1 / np.where(sound, sy, 1), 0)[:, None, None]
    left = np.eye(s.shape[1]) - rho * s[:, :, None] * y[:, None, :]
    return left @ H @ left.swapaxes(1, 2) + rho * s[:, :, None] * s[:, None, :]


def descend(
    W: Float[np.ndarray, "start hidden feature"],
    b: Float[np.ndarray, "start feature"],
    density: Number,
    importance: Number = 1.0,
    steps: int = 150,
    tolerance: float = 1e-7,
    activation: str = "relu",
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Descend from every start by itself, by BFGS, until no derivative is above tolerance × density.

    density, importance and activation as `gradient` takes them; every start may have its own of the first two.
    Returns W, b, the losses and the largest derivatives left (start). Raises InputError as `gradient` does, with
    `steps` evaluations.
    """
    _, W, b, p, weight = checked(W, b, density, importance)
    n = W.shape[2]
    effort.announce(steps * effort.seconds(len(W), n, n, activation), len(W), n)
    problem = _Problem(W.shape[1], p, weight, activation)
    x, every = np.concatenate([W.reshape(len(W), -1), b], 1), np.arange(len(W))
    f, g = problem.slope(x, every)
    H = np.eye(x.shape[1]) / p.mean(1)[:, None, None]
    active = every
    for _ in range(steps):
        active = active[np.abs(g[active]).max(1) > tolerance * p[active].max(1)]
        if not active.size:
            break
        step = -np.einsum("sij,sj->si", H[active], g[active])
        step /= np.maximum(1, np.linalg.norm(step, axis=1))[:, None]
        taken, value, slope = _search(problem, x[active], f[active], g[active], step, active)
        H[active] = _update(H[active], taken, slope - g[active])
        x[active] += taken
        f[active], g[active] = value, slope
        active = active[np.abs(taken).max(1) > 0]
    return *problem.unpack(x), f, np.abs(g).max(1)


def _signature(W: np.ndarray, b: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """What does not change under rotation, nor when features of one kind are exchanged."""
    gram = W.T @ W
    rows = np.concatenate([np.diag(gram)[:, None], b[:, None], np.sort(gram, axis=1)], 1)
    order = np.lexsort((*np.round(rows, 3).T, kind))
    return rows[order].ravel()


def _kinds(p: np.ndarray, importance: np.ndarray) -> Int[np.ndarray, " feature"]:
    return np.unique(np.stack([p, importance]), axis=1, return_inverse=True)[1].ravel()


def optimum(
    n: int,
    hidden: int,
    density: Number,
    importance: Number = 1.0,
    starts: int = 64,
    seed: int = 0,
    tolerance: float = 1e-3,
) -> Minima:
    """The minima of the ReLU-output model of n features in `hidden` dimensions that `starts` random starts end in.

    Weights start Glorot-normal, as in training; biases at 0 in half of the starts, and normal with deviation 0.1 in
    the others. Minima whose losses differ by less than 1e-6 of them, and WᵀW and b by less than tolerance, count as
    one. Raises InputError as `loss` does.
    """
    if starts < 1 or not 1 <= hidden <= n:
        raise InputError(f"optimum needs starts ≥ 1 and hidden in 1 … n = {n}, got {starts} and {hidden}")
    random = np.random.default_rng(seed)
    W = random.normal(0, (2 / (n + hidden)) ** 0.5, (starts, hidden, n))
    b = random.normal(0, 0.1, (starts, n)) * (np.arange(starts) % 2)[:, None]
    _, _, _, p, weight = checked(W, b, density, importance)
    W, b, losses, slopes = descend(W, b, density, importance)
    return _distinct(W, b, losses, slopes, _kinds(p[0], weight[0]), tolerance)


def _distinct(
    W: np.ndarray, b: np.ndarray, losses: np.ndarray, slopes: np.ndarray, kind: np.ndarray, tolerance: float
) -> Minima:
    kept: list[int] = []
    counts: list[int] = []
    signs: list[np.ndarray] = []
    for s in np.argsort(losses):
        sign = _signature(W[s], b[s], kind)
        same = [
            k
            for k, first in enumerate(kept)
            if np.abs(signs[k] - sign).max() < tolerance
            and abs(losses[first] - losses[s]) <= 1e-6 * losses[s] + 1e-12
        ]
        if same:
            counts[same[0]] += 1
        else:
            kept, counts, signs = [*kept, int(s)], [*counts, 1], [*signs, sign]
    return Minima(losses[kept], W[kept], b[kept], np.array(counts) / len(losses), slopes[kept])
