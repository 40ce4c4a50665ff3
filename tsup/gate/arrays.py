"""Arrays at the gate: read as real numbers, and held against their jaxtyping annotation."""

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from tsup.errors import InputError
from tsup.gate.words import wrong

Sizes = dict[str, int]


def numbers(name: str, value: Any) -> Any:
    """Real numbers of any shape. Arrays and single numbers stay what they are; lists and tensors become arrays."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        found = np.asarray(value)
    except Exception:
        raise wrong(name, "numbers", value) from None
    if found.dtype.kind == "O" and value is not None:
        found = _floats(name, value, found)
    if found.dtype.kind not in "biuf":
        raise wrong(name, "real numbers", value)
    return value if isinstance(value, np.ndarray | int | float) else found


def _floats(name: str, value: Any, found: np.ndarray) -> np.ndarray:
    """Fractions and large whole numbers as floats."""
    if not all(isinstance(one, Real) for one in found.flat):
        raise wrong(name, "numbers in rows of equal length", value)
    try:
        return found.astype(float)
    except (OverflowError, ValueError):
        raise wrong(name, "numbers below 1e300 in size", value) from None


def check_floats(name: str, value: Any, axes: int) -> None:
    """Raise InputError unless the value is an array or a tensor of numbers with at least so many axes."""
    tensor = hasattr(value, "detach")
    if not tensor and not isinstance(value, np.ndarray):
        raise wrong(name, "an array or a tensor", value)
    if not (value.is_floating_point() if tensor else value.dtype.kind in "biuf"):
        raise wrong(name, "real numbers", value)
    if value.ndim < axes:
        raise InputError(f"{name} must have at least {axes} axes, got shape {tuple(value.shape)}")


def annotated(hint: Any) -> Callable[[str, Any, Sizes], np.ndarray]:
    """By a jaxtyping annotation: `Float[np.ndarray, "*model hidden feature"]`."""
    axes, kinds = hint.dim_str.split(), _kinds(hint)

    def check(name: str, value: Any, sizes: Sizes) -> np.ndarray:
        found = np.asarray(numbers(name, value))
        if found.dtype.kind in "biu" and kinds == "f":
            found = found.astype(float)
        if found.dtype.kind not in kinds:
            words = {"b": "True or False throughout", "iu": "whole numbers"}
            raise wrong(name, words.get(kinds, "numbers"), value)
        if not _fit(axes, found.shape, sizes):
            raise InputError(f"{name} must have shape {_form(axes, sizes)}, got {found.shape}")
        if kinds == "f" and not np.isfinite(found).all():
            raise InputError(f"{name} must be finite, got {found[~np.isfinite(found)].flat[0]}")
        return found

    return check


def _kinds(hint: Any) -> str:
    names = " ".join(map(str, hint.dtypes))
    return "b" if "bool" in names else "f" if "float" in names else "iu"


def _fit(axes: list[str], shape: tuple[int, ...], sizes: Sizes) -> bool:
    """Whether a shape is as annotated; sizes of axes that were not known are noted."""
    named = [axis for axis in axes if not _any_number(axis)]
    if len(shape) < len(named) or (len(named) == len(axes) and len(shape) > len(named)):
        return False
    split = next((k for k, axis in enumerate(axes) if _any_number(axis)), len(axes))
    last = len(named) - split
    ends = (
        *zip(axes[:split], shape[:split], strict=True),
        *zip(axes[len(axes) - last :], shape[len(shape) - last :], strict=True),
    )
    return all(_sizes_agree(axis, size, sizes) for axis, size in ends)


def _any_number(axis: str) -> bool:
    return axis.startswith("*") or axis == "..."


def _sizes_agree(axis: str, size: int, sizes: Sizes) -> bool:
    if axis.isdecimal():
        return size == int(axis)
    return axis == "_" or not axis.isidentifier() or sizes.setdefault(axis, size) == size


def _form(axes: list[str], sizes: Sizes) -> str:
    words = ["…" if _any_number(axis) else str(sizes.get(axis, axis)) for axis in axes]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})"
