"""What a reader may hand to a figure: anything array-like of the right shape, or an InputError in one line."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.gate import shown

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
        raise InputError(f"{name} must be numbers, got {shown(values)}") from None


def densities(values: Numbers, *axes: int | str) -> np.ndarray:
    """Densities in (0, 1] as an array of the given shape."""
    found = array("density", values, *axes)
    wrong = (found <= 0) | (found > 1)
    if wrong.any():
        raise InputError(f"density must be in (0, 1], got {found[wrong][0]:g}")
    return found


def rising_densities(values: Numbers, least: int) -> np.ndarray:
    """At least so many densities in (0, 1] that rise."""
    found = densities(values, "density")
    if len(found) < least or (np.diff(found) <= 0).any():
        raise InputError(f"density must have at least {least} rising values, got {len(found)}")
    return found


def names(name: str, known: Mapping[str, Any], asked: Sequence[str]) -> None:
    """Raise InputError for the first name asked for that is not known."""
    unknown = [one for one in asked if one not in known]
    if unknown:
        raise InputError(f"{name} must be one of {', '.join(known)}, got {unknown[0]}")


def entries(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
    above: Sequence[str],
    least: Sequence[str] = (),
) -> None:
    """Raise InputError unless there are rows, with texts and finite numbers, > 0 or ≥ 0, under these keys."""
    if not rows:
        raise InputError(f"{name} must hold at least one entry, got none")
    allowed = {
        **dict.fromkeys(texts, ("text", lambda value: isinstance(value, str))),
        **dict.fromkeys(above, ("a number > 0", lambda value: 0 < value < np.inf)),
        **dict.fromkeys(least, ("a number ≥ 0", lambda value: 0 <= value < np.inf)),
    }
    for row in rows:
        for key, (words, test) in allowed.items():
            value = row.get(key)
            if not isinstance(value, str if words == "text" else Real) or not test(value):
                raise InputError(f"{name} must hold entries with {key}, {words}, got {shown(value)}")
