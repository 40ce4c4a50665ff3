"""One pose for models that differ by a rotation or reflection of the hidden space only (F02, F18)."""

import numpy as np
from jaxtyping import Float
from scipy.linalg import orthogonal_procrustes

from tsup import measure
from tsup.errors import InputError


def canonical(W: Float[np.ndarray, "*model hidden feature"]) -> Float[np.ndarray, "*model hidden feature"]:
    """Models turned and mirrored into a pose that depends on WᵀW alone, so that pictures of them can be compared (F02).

    The first represented feature lies along the last axis, in two dimensions up; the next that is clearly off its line
    in the half-plane of the last two axes where it leans right, and so on; features that are not represented come last.
    """
    stack = _checked("W", W)
    return np.stack([_canonical(one) for one in stack.reshape(-1, *stack.shape[-2:])]).reshape(stack.shape)


def _checked(name: str, W: np.ndarray) -> np.ndarray:
    W = np.asarray(W, dtype=float)
    if W.ndim < 2 or not W.size:
        raise InputError(f"{name} must have shape (…, hidden, feature), got {W.shape}")
    if not np.isfinite(W).all():
        raise InputError(f"{name} must be finite, got {W[~np.isfinite(W)].flat[0]}")
    return W


def _canonical(W: np.ndarray) -> np.ndarray:
    axes = _axes(W)
    turned = np.zeros_like(W)
    turned[len(W) - len(axes) :] = axes[::-1] @ W
    return turned


def _axes(W: np.ndarray) -> np.ndarray:
    """Directions of features made orthogonal (axis, hidden), of represented ones first and clearly new ones first."""
    kept = measure.represented(W)
    lengths, axes = np.linalg.norm(W, axis=0), np.zeros((0, len(W)))
    for least in (0.2, 1e-9):
        for i in [*np.flatnonzero(kept), *np.flatnonzero(~kept)]:
            aside = W[:, i] - axes.T @ (axes @ W[:, i])
            if len(axes) < len(W) and np.linalg.norm(aside) > least * lengths[i]:
                axes = np.vstack([axes, aside / np.linalg.norm(aside)])
    return axes


def along_axes(W: Float[np.ndarray, "hidden feature"]) -> Float[np.ndarray, "hidden hidden"]:
    """The rotation, or rotation and reflection, that brings features furthest from each other near to the axes.

    They are the longest, and then those furthest from the space of the ones before, one for each axis.
    """
    left, chosen = _checked("W", W).copy(), list[int]()
    for _ in range(len(left)):
        chosen.append(int(np.linalg.norm(left, axis=0).argmax()))
        direction = left[:, chosen[-1]] / max(np.linalg.norm(left[:, chosen[-1]]), 1e-12)
        left -= np.outer(direction, direction @ left)
    u, _, v = np.linalg.svd(W[:, chosen])
    return (u @ v).T


def rotation(degrees: float | int) -> Float[np.ndarray, "2 2"]:
    """The matrix of a rotation of the plane, counter-clockwise."""
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def procrustes(
    W: Float[np.ndarray, "hidden feature"], target: Float[np.ndarray, "hidden feature"]
) -> Float[np.ndarray, "hidden feature"]:
    """W turned and mirrored to lie as near to the target as it can, in the sum of squared distances.

    Features keep their order and their norms. Raises InputError for arrays that are not of one shape.
    """
    W, target = _checked("W", W), _checked("target", target)
    if W.ndim != 2 or W.shape != target.shape:
        raise InputError(
            f"W and target must have one shape (hidden, feature), got {W.shape} and {target.shape}"
        )
    turn, _ = orthogonal_procrustes(_near_one(W.T), _near_one(target.T))
    return turn.T @ W


def _near_one(W: np.ndarray) -> np.ndarray:
    """W over a power of two near its greatest entry, which turns nothing and keeps products finite."""
    return np.ldexp(W, -int(np.frexp(np.abs(W).max(initial=0))[1]))
