"""Models in a row, each in the pose that lies nearest to the one before (F01, F18, F21)."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from tsup.errors import InputError
from tsup.geometry import pose

Order = Sequence[int]


def aligned(
    W: Float[np.ndarray, "at hidden feature"], orders: Sequence[Order] | None = None
) -> Float[np.ndarray, "at hidden feature"]:
    """Models turned, mirrored and renamed so that each lies as near as it can to the one before; the first stays.

    orders: the orders in which features may be named, as permutations of them, where features are interchangeable;
    without it they keep their names. Raises InputError for other shapes, and for an order that is no permutation.
    """
    stack = _checked(W)
    allowed = [list(range(stack.shape[2]))] if orders is None else [list(order) for order in orders]
    if not allowed or any(sorted(order) != list(range(stack.shape[2])) for order in allowed):
        raise InputError(f"orders must be permutations of {stack.shape[2]} features, got {allowed[:1]}")
    posed = [stack[0]]
    for one in stack[1:]:
        named = [pose.procrustes(one[:, order], posed[-1]) for order in allowed]
        posed.append(min(named, key=lambda other: float(((other - posed[-1]) ** 2).sum())))
    return np.stack(posed)


def motion(W: Float[np.ndarray, "at hidden feature"]) -> float:
    """How far features move in all, from each model to the next: the sum of the distances ‖Wₖ₊₁ − Wₖ‖."""
    steps = np.diff(_checked(W), axis=0)
    return float(np.linalg.norm(steps, axis=(1, 2)).sum())


def _checked(W: np.ndarray) -> np.ndarray:
    stack = np.asarray(W, dtype=float)
    if stack.ndim != 3 or not stack.size:
        raise InputError(f"W must have shape (at, hidden, feature), got {stack.shape}")
    if not np.isfinite(stack).all():
        raise InputError(f"W must be finite, got {stack[~np.isfinite(stack)].flat[0]}")
    return stack
