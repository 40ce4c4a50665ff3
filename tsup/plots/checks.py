"""What a reader may hand to a figure: anything array-like of the right shape, or an InputError in one line."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError

Numbers = ArrayLike | float | int


def array(name: str, values: Numbers, *axes: int | str) -> np.ndarray:
    """`values` as finite floats whose axes are of the given sizes; a named axis may be of any size but 0."""
    found = _numbers(name, values)
    fits = len(axes) == found.ndim and all(
        size > 0 if isinstance(axis, str) else size == axis
        for axis, size in zip(axes, found.shape, strict=True)
    )
    if not fits:
        allowed = ", ".join(map(str, axes)) + ("," if len(axes) == 1 else "")
        raise InputError(f"{name} must have shape ({allowed}), got {found.shape}")
    if not np.isfinite(found).all():
        raise InputError(f"{name} must be finite, got {found[~np.isfinite(found)][0]}")
    return found


def _numbers(name: str, values: Numbers) -> np.ndarray:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers, got {values!r}") from None


def densities(values: Numbers, *axes: int | str) -> np.ndarray:
    """Densities in (0, 1] as an array of the given shape."""
    found = array("density", values, *axes)
    wrong = (found <= 0) | (found > 1)
    if wrong.any():
        raise InputError(f"density must be in (0, 1], got {found[wrong][0]:g}")
    return found
