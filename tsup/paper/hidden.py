"""A reader's function beside one of our own that the page does not show: the same on every case, or what differs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tsup.errors import InputError
from tsup.paper.readings import function, numbers

Case = Sequence[Any]
Own = Callable[..., Any]
RTOL, ATOL = 1e-3, 1e-5  # what single precision leaves


def like(answer: Any, name: str, own: Own, cases: Sequence[Case], mistakes: Mapping[str, Own]) -> str | None:
    """What is wrong with a function, None if it returns what our own does on every case.

    mistakes: by what is said of it, a function that a mistake leads to. Raises InputError where nothing can be read.
    """
    call = function(answer, name)
    found = [numbers(call(*case), f"what {name} returns") for case in cases]
    right = results(own, cases)
    if _same(found, right):
        return None
    for said, mistaken in mistakes.items():
        if _same(found, results(mistaken, cases)):
            return said
    return _first_difference(name, cases, found, right)


def results(own: Own, cases: Sequence[Case]) -> list[np.ndarray]:
    """What a function of our own returns on every case; NaN where it divides by nothing."""
    with np.errstate(all="ignore"):
        return [np.asarray(own(*case), float) for case in cases]


def _fits(found: np.ndarray, right: np.ndarray) -> bool:
    """Whether two shapes are the same but for axes of length 1."""
    return [size for size in found.shape if size > 1] == [size for size in right.shape if size > 1]


def _same(found: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> bool:
    return all(
        _fits(one, other) and np.allclose(one.ravel(), other.ravel(), rtol=RTOL, atol=ATOL)
        for one, other in zip(found, right, strict=True)
    )


def _first_difference(
    name: str, cases: Sequence[Case], found: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> str:
    place = next(k for k in range(len(cases)) if not _same(found[k : k + 1], right[k : k + 1]))
    one, other = found[place], right[place]
    if not _fits(one, other):
        return f"{name} should return shape {other.shape}; yours returns {one.shape}.{_turned(one, other)}"
    flat = np.abs(one.ravel() - other.ravel()) > ATOL + RTOL * np.abs(other.ravel())
    at = tuple(int(k) for k in np.unravel_index(flat.argmax(), other.shape))
    entry = f"entry {list(at)} " if at else ""
    return (
        f"for {_given(cases[place])} {entry}should be {other[at]:.3g}, "
        f"and yours is {one.reshape(other.shape)[at]:.3g}."
    )


def _turned(found: np.ndarray, right: np.ndarray) -> str:
    turned = found.ndim > 1 and found.shape == right.T.shape
    return " It is the transpose." if turned else ""


def _given(case: Case) -> str:
    """What a function was called with: small arrays in full, large ones by their shapes."""
    said = [np.asarray(one) for one in case]
    if sum(one.size for one in said) <= 12:
        return ", ".join(str(one.round(2).tolist()) for one in said)
    return "arrays of shapes " + ", ".join(str(one.shape) for one in said if one.ndim)


def sampled(answer: Any, name: str, case: Case, shape: tuple[int, ...]) -> np.ndarray:
    """What a function that draws returns, twice; raises InputError unless the shape fits and the two draws differ."""
    call = function(answer, name)
    one, other = (numbers(call(*case), f"what {name} returns") for _ in range(2))
    if one.shape != shape or other.shape != shape:
        raise InputError(f"{name} should return shape {shape}; yours returns {one.shape}.")
    if np.array_equal(one, other):
        raise InputError(f"{name} returns the same numbers at every call: draw fresh ones.")
    return one
