"""Exercises of the page *How fast*: empty rows, geometric gaps, and what bounds a trainer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tsup.errors import InputError
from tsup.paper.exercise import exercise, valued
from tsup.paper.readings import function, number, numbers

EMPTY_MISTAKES = {
    1 - 0.9**20: "that is the share of rows that hold something. Asked for are the empty ones.",
    0.1**20: "0.1 is the density p. A feature is off with probability S = 0.9.",
    0.9: "that is one feature. All twenty must be off at once.",
    0.9 * 20: "independent probabilities multiply.",
}


@exercise(
    "how-many-empty",
    "0.9^20 = 0.12: about one row in eight is empty. At density 0.01 it would be 0.99^20 = 0.82: a trainer that "
    "builds every row spends most of its time on nothing.",
)
def empty_rows(answer: Any) -> str | None:
    """The share of empty rows at n = 20 features of density 0.1."""
    otherwise = "a row is empty when each of its 20 features is off, independently, with probability 0.9."
    return valued(number(answer), 0.9**20, EMPTY_MISTAKES, otherwise)


@exercise(
    "gaps",
    "the logarithm turns a uniform number into a geometric one: P(gap > k) = P(u < S^k) = S^k, which is the chance "
    "that k entries in a row are off. One random number now jumps over 1/p entries.",
)
def gaps(answer: Any) -> str | None:
    """A function gaps(u, p) from uniform numbers in (0, 1) to the distances between active entries."""
    u = np.random.default_rng(0).permutation((np.arange(4_000) + 0.5) / 4_000)
    gaps_of = _for_each(function(answer, "gaps"))
    for p in (0.5, 0.1, 0.01):
        found = numbers(gaps_of(u, p), "what gaps(u, p) returns")
        if found.shape != u.shape:
            return f"one gap for each number is asked for; yours has shape {found.shape}."
        if found.min() < 0:
            return "a gap came out negative. Both logarithms are negative, so their quotient is positive."
        if found.min() == 0:
            return "the next active entry is at least one further on: add 1."
        if (found != np.floor(found)).any():
            return "a gap is a whole number of entries: round down before you add 1."
        if not np.isclose(found.mean(), 1 / p, rtol=0.02):
            return f"at p = {p:g} your gaps are {found.mean():.3g} on average, and they should be {1 / p:g}."
        if not np.isclose((found > 2).mean(), (1 - p) ** 2, atol=0.01):
            return "the mean is right, but the gaps are not geometric: P(gap > k) must be (1 − p)^k."
        if (numbers(gaps_of(u[::-1], p), "what gaps(u, p) returns")[::-1] != found).any():
            return "a gap must follow from its own u, and yours are others when the same numbers come in another order."
    return None


def _for_each(gaps_of: Callable[..., Any]) -> Callable[..., Any]:
    """The function, asked for one number after another where it takes no array."""

    def ask(u: np.ndarray, p: float) -> Any:
        try:
            return gaps_of(u, p)
        except InputError as failure:
            try:
                return [number(gaps_of(float(one), p), "what gaps(u, p) returns") for one in u]
            except InputError:
                raise failure from None

    return ask


@exercise(
    "bound",
    "three quarters stay as they are, so the time is at least 0.75 of what it was, a ratio of 4/3. When arithmetic "
    "takes most of a step, only less arithmetic helps.",
)
def bound(answer: Any) -> str | None:
    """How many times faster a step can get whose arithmetic, three quarters of its time, is at the peak already."""
    mistakes = {
        4.0: "4 would be right if the arithmetic could be removed. It is the rest that can.",
        0.75: "that is the time that is left, as a share of the old. The ratio is its inverse.",
    }
    otherwise = "with everything but the arithmetic free, three quarters of the time are left."
    return valued(number(answer), 4 / 3, mistakes, otherwise)


EXERCISES = (
    empty_rows,
    gaps,
    bound,
)
