"""The Thomson problem: equal charges on a sphere, to which the sparse limit of the loss is likened (F11, F16)."""

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

from tsup.errors import InputError


def energy(points: Float[np.ndarray, "*stack dimension point"]) -> Float[np.ndarray, "*stack"]:
    """Σ_{i<j} 1/‖x_i − x_j‖ of points of any norm; infinite where two coincide. One number for a point is 0.

    Raises InputError for an array with fewer than two axes.
    """
    points = np.asarray(points, dtype=float)
    if points.ndim < 2:
        raise InputError(f"points must have shape (…, dimension, point), got {points.shape}")
    i, j = np.triu_indices(points.shape[-1], 1)
    apart = np.linalg.norm(points[..., i] - points[..., j], axis=-2)
    with np.errstate(divide="ignore"):
        return np.asarray((1 / apart).sum(-1))


def _objective(flat: np.ndarray, dimension: int, count: int) -> tuple[float, np.ndarray]:
    """Energy of the directions of the given points, with its gradient."""
    free = flat.reshape(dimension, count)
    norms = np.linalg.norm(free, axis=0)
    x = free / norms
    apart = x[:, :, None] - x[:, None]
    inverse = 1 / (np.linalg.norm(apart, axis=0) + np.diag(np.full(count, np.inf)))
    gradient = -(apart * inverse**3).sum(2)
    tangent = (gradient - x * (x * gradient).sum(0)) / norms
    return float(inverse.sum() / 2), tangent.ravel()


def minimise(
    count: int, dimension: int = 3, starts: int = 10, seed: int = 0
) -> Float[np.ndarray, "dimension point"]:
    """The arrangement of `count` unit vectors of least energy among local minima from random starts.

    count ≥ 2, dimension ≥ 2, starts ≥ 1. Nothing proves that it is the least of all. Raises InputError.
    """
    for name, value, least in (
        ("count", count, 2),
        ("dimension", dimension, 2),
        ("starts", starts, 1),
        ("seed", seed, 0),
    ):
        if value < least:
            raise InputError(f"{name} must be at least {least}, got {value}")
    generator = np.random.default_rng(seed)
    found = [
        minimize(
            _objective,
            generator.standard_normal(dimension * count),
            (dimension, count),
            method="L-BFGS-B",
            jac=True,
            options={"maxiter": 5000, "ftol": 1e-13, "gtol": 1e-7},
        )
        for _ in range(starts)
    ]
    best = min(found, key=lambda one: one.fun).x.reshape(dimension, count)
    return best / np.linalg.norm(best, axis=0)
