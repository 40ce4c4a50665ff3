"""One pose for models that differ by a rotation or reflection of the hidden space only (F02, F18)."""

import numpy as np
from jaxtyping import Float
from scipy.linalg import orthogonal_procrustes

from tsup import measure
from tsup.errors import InputError


def _matrix(name: str, W: np.ndarray) -> np.ndarray:
    W = np.asarray(W, dtype=float)
    if W.ndim != 2 or not W.size:
        raise InputError(f"{name} must have shape (hidden, feature), got {W.shape}")
    if not np.isfinite(W).all():
        raise InputError(f"{name} must be finite, got {W[~np.isfinite(W)].flat[0]}")
    return W


def canonical(W: Float[np.ndarray, "hidden feature"]) -> Float[np.ndarray, "hidden feature"]:
    """The model turned and mirrored into a pose that depends on WᵀW alone.

    The first represented feature lies along the first axis, the next that is clearly off its line in the half-plane
    of the first two axes with a positive second coordinate, and so on; features that are not represented come last.
    """
    W = _matrix("W", W)
    kept = measure.represented(W)
    order = np.concatenate([np.flatnonzero(kept), np.flatnonzero(~kept)])
    axes: list[np.ndarray] = []
    lengths = np.linalg.norm(W, axis=0)
    for least in (0.2, 1e-9):
        for i in order:
            basis = np.array(axes).reshape(-1, len(W))
            aside = W[:, i] - basis.T @ (basis @ W[:, i])
            if len(axes) < len(W) and np.linalg.norm(aside) > least * lengths[i]:
                axes.append(aside / np.linalg.norm(aside))
    turned = np.zeros_like(W)
    turned[: len(axes)] = np.array(axes).reshape(-1, len(W)) @ W
    return turned


def procrustes(
    W: Float[np.ndarray, "hidden feature"], target: Float[np.ndarray, "hidden feature"]
) -> Float[np.ndarray, "hidden feature"]:
    """W turned and mirrored to lie as near to the target as it can, in the sum of squared distances.

    Features keep their order and their norms. Raises InputError for arrays that are not of one shape.
    """
    W, target = _matrix("W", W), _matrix("target", target)
    if W.shape != target.shape:
        raise InputError(f"target must have the shape of W, {W.shape}, got {target.shape}")
    turn, _ = orthogonal_procrustes(W.T, target.T)
    return turn.T @ W
