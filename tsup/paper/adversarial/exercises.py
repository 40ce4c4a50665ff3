"""Exercises of the chapter *Adversarial robustness* (F24, F25)."""

from typing import Any

import numpy as np

from tsup import attack, measure
from tsup.paper.exercise import exercise, valued
from tsup.paper.hidden import like
from tsup.paper.readings import matrix, number, text, vector


@exercise(
    "attack-direction",
    "the row of WᵀW, scaled to length 1. It pushes feature 2 up, the two features beside it up a little, and the two "
    "across down.",
)
def attack_direction(answer: Any) -> str | None:
    """The unit attack that moves output 2 of the sparsest model of F01 furthest."""
    from tsup.paper.results import load

    W = load("F01").W.values[-1].astype(float)
    found, best = vector(answer, 5), attack.directions(W)[2]
    length = np.linalg.norm(found)
    if np.allclose(found, best, rtol=0, atol=0.005):
        return None
    if length > 0 and np.allclose(found / length, best, rtol=0, atol=0.005):
        return f"the direction is right, but its length is {length:.2f}. Scale it to 1."
    if length > 0 and np.allclose(-found / length, best, rtol=0, atol=0.005):
        return "that has the wrong sign: it pushes output 2 down as far as can be."
    if np.allclose(found, np.eye(5)[2], rtol=0, atol=0.005):
        return "that moves only input 2. Which other inputs does output 2 read, and with what sign?"
    return f"that moves output 2 by {found @ measure.gram(W)[2]:.2f}; length 1 can move it by more, or is exceeded."


@exercise(
    "digon-reach",
    "0.1 √2: half of the squared length goes to the feature itself and half to its partner, pushed the other way.",
)
def digon_reach(answer: Any) -> str | None:
    """How far an attack of length 0.1 moves an output of norm 1 and dimensionality ½."""
    mistakes = {
        0.1: "so far it moves when a feature is alone. Its partner's input moves the output too.",
        0.2: "both inputs by 0.1 each is an attack of length 0.14. Divide by the root of D, not by D.",
        0.1 / 2**0.5: "divide by the root of D, instead of multiplying by it.",
    }
    return valued(number(answer), 0.1 * 2**0.5, mistakes, "it is ε ‖W_i‖² / √D_i, and D_i is one half.")


@exercise(
    "waking-budget",
    "−b √D / ‖W‖², more than ten times as much as a tenth of the mean input norm. Below it no attack can do anything "
    "to an empty input.",
)
def waking_budget(answer: Any) -> str | None:
    """The least budget that reaches the threshold 0.36 for ‖W_i‖² = 1.42 and D_i = ¼."""
    mistakes = {
        0.36 / 1.42: "that is for a feature alone. Others help to push: use D.",
        0.36 * 0.25 / 1.42: "the move goes with one over the root of D.",
        0.36 * 0.5 / 1.42**2: "1.42 is the squared norm already.",
        0.36 * 0.5 / 1.42**0.5: "the norm enters squared, and 1.42 is its square.",
    }
    otherwise = "set ε ‖W_i‖² / √D_i equal to −b_i and solve for ε."
    return valued(number(answer), 0.36 * 0.5 / 1.42, mistakes, otherwise)


@exercise(
    "few-yet-shared",
    "‖W‖²/m adds up squared norms and knows nothing of angles: that it is at most 1 says little of superposition.",
)
def few_yet_shared(answer: Any) -> str | None:
    """A W with ‖W‖²/m ≤ 1 that represents more features than it has dimensions."""
    W = matrix(answer, (None, None))
    crowd, kept = float(1 / measure.dimensions_per_feature(W)), int(measure.represented(W).sum())
    if crowd > 1.001:
        return f"this W has {crowd:.2f} features per dimension. Make the columns shorter."
    if kept <= len(W):
        return f"only {kept} of its columns have a norm above one half, and it has {len(W)} dimensions."
    return None


@exercise(
    "best-reading",
    "when every input has a budget of its own, none of it is spent on empty inputs, and what is left follows the "
    "crowding almost exactly.",
)
def best_reading(answer: Any) -> str | None:
    """The attack of F24 whose added harm has the highest least correlation with features per dimension."""
    from tsup.paper.adversarial.analysis import chosen, correlations
    from tsup.paper.results import load

    data = chosen(load("F24"), "equal")
    readings = [str(name) for name in data.reading.values]
    found = text(answer, readings)
    least = {name: float(correlations(data, name).min()) for name in readings}
    if least[found] == max(least.values()):
        return None
    return f"its lowest correlation is {least[found]:.3f}, and another attack has a higher one."


def _pushed(W: np.ndarray, feature: int, budget: float | int) -> np.ndarray:
    row = measure.gram(W)[feature]
    return budget * row / np.linalg.norm(row)


ATTACKED = [
    (np.array([[1.0, -0.8, 0.3], [0.2, 0.4, 0.9]]), 1, 0.3),
    (np.array([[0.5, 0.2, 0.7, -1.1], [1.2, 0.1, -0.3, 0.4], [0.1, 0.9, 0.6, 0.8]]), 3, 0.1),
]


@exercise(
    "l2-attack",
    "of all inputs of one length, the one along a row moves what that row reads the furthest (Cauchy–Schwarz). It uses "
    "every input that interferes, a little.",
)
def l2_attack(answer: Any) -> str | None:
    """A function from W, a feature and a budget to the attack of that length that pushes the output up furthest."""
    return like(
        answer,
        "attack_on",
        _pushed,
        ATTACKED,
        {
            "the direction is right, but it has the wrong sign: the output is to go up.": lambda *given: (
                -_pushed(*given)
            ),
            "the direction is right; its length should be the budget.": lambda W, i, e: measure.gram(W)[i],
            "the direction is right; its length is 1 and should be the budget.": lambda W, i, e: _pushed(
                W, i, 1
            ),
            "multiply by the budget only after the row has length 1.": lambda W, i, e: e * measure.gram(W)[i],
            "other inputs reach the output as well: use the whole row of WᵀW.": lambda W, i, e: (
                e * np.eye(W.shape[1])[i]
            ),
            "that moves every input by the budget; here the length of the whole vector counts.": lambda W, i, e: (
                e * np.sign(measure.gram(W)[i])
            ),
            "an attack moves inputs, one number a feature: that is a hidden vector.": lambda W, i, e: (
                e * W[:, i] / np.linalg.norm(W[:, i])
            ),
        },
    )


EXERCISES = (
    attack_direction,
    digon_reach,
    waking_budget,
    few_yet_shared,
    best_reading,
    l2_attack,
)
