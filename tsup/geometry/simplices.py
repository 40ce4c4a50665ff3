"""Orthogonal projections as models: WᵀW = 1 − n̂n̂ᵀ, and models from their Gram matrix (F17)."""

import numpy as np
from jaxtyping import Float
from scipy.linalg import null_space

from tsup.errors import InputError


def projection(normal: Float[np.ndarray, " feature"]) -> Float[np.ndarray, "hidden feature"]:
    """W of n − 1 dimensions that drops one direction of the n inputs: W normal = 0, and WWᵀ = 1.

    The normal (1, …, 1) gives a regular simplex, with norms √((n−1)/n) and cosines −1/(n−1); (1, 1, 0, …) a digon
    and features of their own; (1, 0, …) leaves a feature out. Raises InputError for a normal that is 0, not finite
    or shorter than 2.
    """
    normal = np.asarray(normal, dtype=float)
    if normal.ndim != 1 or normal.size < 2:
        raise InputError(f"normal must have shape (feature,) with at least 2 features, got {normal.shape}")
    if not np.isfinite(normal).all() or not normal.any():
        raise InputError(f"normal must be finite and not 0, got {normal.tolist()}")
    return np.ascontiguousarray(null_space(normal[None]).T)


def from_gram(G: Float[np.ndarray, "feature feature"], hidden: int) -> Float[np.ndarray, "hidden feature"]:
    """A model with WᵀW = G, which any symmetric positive semidefinite G of rank up to `hidden` has.

    Raises InputError for a G that is not symmetric and positive semidefinite within 1e-9 of its largest entry, or
    whose rank is above `hidden`.
    """
    G = np.asarray(G, dtype=float)
    if G.ndim != 2 or G.shape[0] != G.shape[1] or not 1 <= hidden <= len(G):
        raise InputError(f"G must be square with hidden in 1 … {len(G)}, got {G.shape} and {hidden}")
    slack = 1e-9 * max(np.abs(G).max(), 1e-300)
    if not np.allclose(G, G.T, rtol=0, atol=slack):
        raise InputError("G must be symmetric, got one that is not")
    values, vectors = np.linalg.eigh(G)
    if values[0] < -slack * len(G) or (values[: len(G) - hidden] > slack * len(G)).any():
        raise InputError(
            f"G must be positive semidefinite of rank at most {hidden}, got {values.round(6).tolist()}"
        )
    return np.sqrt(values[-hidden:].clip(0))[:, None] * vectors[:, -hidden:].T
