"""What a reader may hand to a figure: anything array-like of the right shape, or an InputError in one line."""

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError


def array(name: str, values: ArrayLike, *axes: int | str) -> np.ndarray:
    """`values` as finite floats whose axes are of the given sizes; a named axis may be of any size but 0."""
    found = np.asarray(values, dtype=float)
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


def densities(values: ArrayLike, *axes: int | str) -> np.ndarray:
    """Densities in (0, 1] as an array of the given shape."""
    found = array("density", values, *axes)
    wrong = (found <= 0) | (found > 1)
    if wrong.any():
        raise InputError(f"density must be in (0, 1], got {found[wrong][0]:g}")
    return found
