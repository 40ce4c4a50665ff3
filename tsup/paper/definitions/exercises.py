"""Exercises of the chapter *Features as directions* (F02, F03, F04)."""

from typing import Any

import numpy as np

from tsup import measure
from tsup.paper.exercise import exercise, valued
from tsup.paper.readings import matrix, number


@exercise(
    "renamed-neurons",
    "a ReLU treats all neurons alike, so renaming them changes nothing. It does single out the set of axes, and their "
    "signs: every other turn or reflection mixes neurons or flips one, and the ReLU notices.",
)
def renamed_neurons(answer: Any) -> str | None:
    """An orthogonal O ≠ I, 3 × 3, with ReLU(Oh) = O ReLU(h) for every h."""
    turn = matrix(answer, (3, 3), "O")
    if not np.allclose(turn.T @ turn, np.eye(3), atol=1e-6):
        return (
            "O is not orthogonal: OᵀO must be the identity, so that the directions keep lengths and angles."
        )
    if np.allclose(turn, np.eye(3)):
        return "O is the identity, which changes nothing at all. Find another."
    if (turn < -1e-6).any():
        return (
            "a negative entry turns a neuron's sign about, and the ReLU then cuts off the other half of it."
        )
    return None


@exercise(
    "spread",
    "cosines spread by 1/√m, and 1/√400 = 0.05. Halving the spread takes four times the dimensions.",
)
def spread(answer: Any) -> str | None:
    """The m at which the cosines of random directions spread by 0.05."""
    m = number(answer)
    if m <= 0:
        return "a number of dimensions is positive."
    mistakes = {20.0: "the spread is 1/√m, not 1/m: at m = 20 it is still 0.22."}
    return valued(m, 400, mistakes, f"at m = {m:g} the cosines spread by {m**-0.5:.3f}.", rtol=0.001)


@exercise(
    "not-aligned",
    "the represented directions are linearly independent, so each feature can be read without interference by some "
    "linear map; yet none has a neuron of its own. No superposition and basis-aligned are two different things.",
)
def not_aligned(answer: Any) -> str | None:
    """A W (2, 3) that represents exactly two features, without superposition, not basis-aligned."""
    W = matrix(answer, (2, 3))
    kept = int(measure.represented(W).sum())
    if kept != 2:
        return f"W represents {kept} of its features (norm above ½), and two are asked for."
    found = measure.level(W)
    if found == "basis-aligned":
        return "both directions lie along hidden dimensions. Turn them."
    if found == "linear":
        return "the two directions lie on one line, so a single dimension holds both: that is superposition."
    return None


@exercise(
    "how-many-at-once",
    "each active feature adds a cosine of variance 1/m, and independent variances add up: the noise is √(k/m), which "
    "is 0.3 at k = 0.09 m = 9. What is limited is how many are active at once, not how many there are.",
)
def how_many_at_once(answer: Any) -> str | None:
    """The number of other active features, all of value 1, at which the noise in 100 dimensions is 0.3."""
    k = number(answer)
    if k < 0:
        return "a number of features is not negative."
    mistakes = {
        30.0: "30 would be right if noise grew like k/m. Independent contributions add up in their squares.",
        3.0: "3 would be right if the noise of one active feature were 1/10 and noises simply added up.",
        900.0: "√k/m is not it: the noise is the root of k/m.",
    }
    return valued(
        k, 9, mistakes, f"with {k:g} others active the noise is √({k:g}/100) = {(k / 100) ** 0.5:.2f}."
    )


EXERCISES = (
    renamed_neurons,
    spread,
    not_aligned,
    how_many_at_once,
)
