"""Exercises of the chapter *Superposition in a privileged basis* (F26 – F29)."""

from math import comb, factorial
from typing import Any

import numpy as np

from tsup.paper.exercise import exercise

NEURONS = 5


@exercise(
    "harmless-turns",
    "an orthogonal matrix that commutes with the ReLU has no negative entry, so it is a permutation: neurons can be "
    "renumbered, and nothing else.",
)
def harmless_turns(answer: Any) -> str | None:
    """How many orthogonal matrices O of five dimensions satisfy ReLU(Oh) = O ReLU(h) for every h: 5!."""
    found = float(answer)
    if found == factorial(NEURONS):
        return None
    if found == factorial(NEURONS) * 2**NEURONS:
        return "a change of sign does not commute with the ReLU: try h = −1 and O = −1."
    if found in (1, NEURONS) or np.isinf(found):
        return "not every rotation, but more than that: what if two neurons change places?"
    return "which matrices are orthogonal and have no negative entry? Count those for five neurons."


def _kinds() -> tuple[np.ndarray, np.ndarray]:
    """Of the best models of F28, by density: how many neurons hold one feature, and how many hold several."""
    from tsup.measure import neurons
    from tsup.paper.results import load

    held = neurons(load("F28").W.values).sum(-1)
    return (held == 1).sum(1), (held > 1).sum(1)


@exercise(
    "both-kinds",
    "between the dense and the sparse there are densities at which important features have a neuron of their own while "
    "others share theirs.",
)
def both_kinds(answer: Any) -> str | None:
    """The densities of F28 at which the best model has monosemantic and polysemantic neurons."""
    from tsup.paper.results import load

    density, (one, several) = load("F28").density.values, _kinds()
    found = np.sort(np.atleast_1d(np.asarray(answer, dtype=float)))
    right = np.sort(density[(one > 0) & (several > 0)])
    if len(found) == len(right) and np.allclose(found, right):
        return None
    if len(found) == (several > 0).sum() and np.allclose(found, np.sort(density[several > 0])):
        return (
            "there, some neurons are polysemantic; keep the densities at which others are monosemantic too."
        )
    if len(found) == (one > 0).sum() and np.allclose(found, np.sort(density[one > 0])):
        return (
            "there, some neurons are monosemantic; keep the densities at which others are polysemantic too."
        )
    return "count the features that each neuron holds: some neurons must hold one, and others more than one."


@exercise(
    "room-for-sets",
    "no family of sets, none within another, is larger than that of all sets of the middle size (Sperner): ten pairs, "
    "as many as there are features. The sparsest model uses sets of one, two and three neurons instead.",
)
def room_for_sets(answer: Any) -> str | None:
    """The most features that five neurons can hold as sets of which none contains another: C(5, 2)."""
    found = float(answer)
    if found == comb(NEURONS, 2):
        return None
    if found in (2**NEURONS, 2**NEURONS - 1):
        return "these are all sets, but then some contain others: {0} lies within {0, 1}."
    if found == NEURONS:
        return "single neurons make five sets, and none contains another; larger sets make more."
    return "take all sets of one size, and find the size of which there are most."


@exercise(
    "bias-by-number",
    "the mean grows as n and the standard deviation as √n, so with enough features nearly every activation is "
    "positive; the sparser they are, the more it takes.",
)
def bias_by_number(answer: Any) -> str | None:
    """How many features of density 0.1 and equal weight put a neuron's mean two standard deviations above 0: 50."""
    found, p = float(answer), 0.1
    exact = 16 / (3 * p) - 4
    if np.isclose(found, np.ceil(exact)) or np.isclose(found, exact, atol=0.05):
        return None
    if np.isclose(found, 16 / (3 * p), atol=0.5):
        return "the variance of one feature is p/3 − (p/2)²; did you subtract the square of the mean?"
    if np.isclose(found, exact / 4, atol=1):
        return "that is for one standard deviation; the mean should be two above 0."
    return "set n·p/2 equal to twice √(n·(p/3 − p²/4)), and solve for n."


EXERCISES = (
    harmless_turns,
    both_kinds,
    room_for_sets,
    bias_by_number,
)
