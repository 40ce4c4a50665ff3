"""The expected loss under smooth activation functions, by Gauss–Legendre quadrature over the active features (C1)."""

import numpy as np
from jaxtyping import Bool, Float

from tsup.activations import ACTIVATIONS
from tsup.errors import InputError

SMOOTH = ("gelu", "silu", "square")
FUNCTIONS = {name: ACTIVATIONS[name].array for name in SMOOTH}
SLOPES = {name: ACTIVATIONS[name].slope for name in SMOOTH}
NODES, MOST, POINTS = 20, 4, 2**21
BLOCK = 2**20


def _nodes(steepest: float, k: int) -> int:
    """How many nodes along each of k axes bring the error to about 1e-10.

    Along an axis with |WᵀW| = a, the nearest poles of silu are 2π/a beside [−1, 1], which bounds the error by ρ^(−2N)
    with log ρ = asinh(2π/a). gelu has none, and is as steep.
    """
    count = max(NODES, int(np.ceil(11.5 / np.arcsinh(2 * np.pi / max(steepest, 1.0)))))
    if k and count**k > POINTS:
        raise InputError(
            f"W must have |WᵀW| small enough for {POINTS:,} points with {k} features active, got {steepest:g} with "
            f"{count}**{k}; give a lower max_active"
        )
    return count


def _cube(k: int, count: int) -> tuple[Float[np.ndarray, "point k"], Float[np.ndarray, " point"]]:
    """Nodes and weights on the unit cube."""
    if k == 0:
        return np.zeros((1, 0)), np.ones(1)
    nodes, weights = np.polynomial.legendre.leggauss(count)
    points = np.stack(np.meshgrid(*[(nodes + 1) / 2] * k, indexing="ij"), -1).reshape(-1, k)
    products = np.stack(np.meshgrid(*[weights / 2] * k, indexing="ij"), -1).reshape(-1, k)
    return points, products.prod(-1)


def _check(active: np.ndarray, activation: str) -> None:
    most = int(active.sum(1).max(initial=0))
    if most > MOST:
        raise InputError(
            f"n must be at most {MOST} under {activation}, got {most}; give max_active, the most features that are "
            "active together"
        )


def _steepest(a: np.ndarray, activation: str) -> float:
    return 0.0 if activation == "square" else float(np.abs(a).max(initial=0))


def losses(
    a: Float[np.ndarray, "model feature feature"],
    b: Float[np.ndarray, "model feature"],
    odds: Float[np.ndarray, "model pattern"],
    importance: Float[np.ndarray, "model feature"],
    active: Bool[np.ndarray, "pattern feature"],
    activation: str,
    line: tuple[float, float] = (0.0, 1.0),
) -> Float[np.ndarray, " model"]:
    """Σ_i I_i (x_i − f(a x + b)_i)², averaged over patterns of active features with these odds.

    line: the least value of an active feature, and how much above it the greatest is; it is uniform between.

    Raises InputError for more than 4 features that are active together, and for weights too steep for so many.
    """
    _check(active, activation)
    low, span = line
    steepest = span * _steepest(a, activation)
    total = np.zeros(len(a))
    for pattern, odd in zip(active, odds.T, strict=True):
        k = int(pattern.sum())
        points, weights = _cube(k, _nodes(steepest, k))
        x = np.zeros((len(weights), a.shape[-1]))
        x[:, pattern] = points * span + low
        size = max(1, BLOCK // x.size)
        for part in (slice(k, k + size) for k in range(0, len(a), size)):
            output = FUNCTIONS[activation](x @ a[part].swapaxes(-1, -2) + b[part, None])
            errors = np.einsum("p,mpi->mi", weights, (x - output) ** 2)
            total[part] += odd[part] * (importance[part] * errors).sum(-1)
    return total


def gradient(
    a: Float[np.ndarray, "model feature feature"],
    b: Float[np.ndarray, "model feature"],
    odds: Float[np.ndarray, "model pattern"],
    importance: Float[np.ndarray, "model feature"],
    active: Bool[np.ndarray, "pattern feature"],
    activation: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `losses` returns, and its derivatives by a and b; raises what that does."""
    _check(active, activation)
    steepest = _steepest(a, activation)
    total, by_a, by_b = np.zeros(len(a)), np.zeros_like(a), np.zeros_like(b)
    for pattern, odd in zip(active, odds.T, strict=True):
        k = int(pattern.sum())
        points, weights = _cube(k, _nodes(steepest, k))
        x = np.zeros((len(weights), a.shape[-1]))
        x[:, pattern] = points
        size = max(1, BLOCK // x.size)
        for part in (slice(k, k + size) for k in range(0, len(a), size)):
            z = x @ a[part].swapaxes(-1, -2) + b[part, None]
            error = FUNCTIONS[activation](z) - x
            scaled = (odd[part, None] * importance[part])[:, None] * weights[:, None] * error
            slope = 2 * scaled * SLOPES[activation](z)
            total[part] += (scaled * error).sum((1, 2))
            by_a[part] += slope.swapaxes(-1, -2) @ x
            by_b[part] += slope.sum(1)
    return total, by_a, by_b
