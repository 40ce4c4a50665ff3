"""Exercises of the chapter *Demonstrating superposition* (F05, F01, F07, F08)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tsup import exact, measure
from tsup.paper.exercise import exercise, of_model, valued
from tsup.paper.hidden import like
from tsup.paper.readings import count, function, matrices, models, number
from tsup.run import Run

PRICE_MISTAKES = {
    0.7**7 * 0.2 / 3: "that is I·p/3, the price with b = 0. The best bias lowers it.",
    0.2 / 3 - 0.01: "that is the price at importance 1. Weigh it by the importance of feature 7.",
    0.7**8 * (0.2 / 3 - 0.01): "features count from 0, so feature 7 has importance 0.7^7.",
    0.7**7 * (0.8 / 3 - 0.16): "0.2 is the density p. You seem to have put in the sparsity S = 0.8.",
}


@exercise(
    "price",
    "0.7^7 × (0.2/3 − 0.2²/4) = 0.0047. It is the importance times the variance of the feature: with nothing but a "
    "constant to answer with, the mean is the best one.",
)
def price(answer: Any) -> str | None:
    """The price of leaving out feature 7 at density 0.2 and importance 0.7^i."""
    otherwise = "the price is I·(p/3 − p²/4), with p = 0.2 and the importance of feature 7."
    return valued(number(answer), 0.7**7 * (0.2 / 3 - 0.01), PRICE_MISTAKES, otherwise)


@exercise(
    "two-in-one",
    "with opposite directions each feature pushes the other's output below 0, where the ReLU cuts it off. Only inputs "
    "with both features active go wrong, and in a sparse world those are rare.",
)
def two_in_one(answer: Any) -> str | None:
    """A W (1, 2) and b (2,) whose ReLU output gives back every input with at most one active feature."""
    W, b = matrices(answer, {"W": (1, 2), "b": (2,)})
    if W[0, 0] * W[0, 1] > 0:
        return "both features point the same way, so each looks like the other."
    if (b > 1e-6).any():
        return "a positive bias answers even when nothing is there. Try the input (0, 0)."
    alone = np.concatenate([np.outer(np.linspace(0, 1, 11), row) for row in np.eye(2)])
    error = np.abs(np.maximum(alone @ measure.gram(W) + b, 0) - alone)
    if error.max() <= 1e-3:
        return None
    row, feature = np.unravel_index(error.argmax(), error.shape)
    return (
        f"for the input {alone[row].round(2).tolist()}, output {feature} is off by {error[row, feature]:.2g}."
    )


PENTAGON_MISTAKES = {
    2.5: "the sum leaves out the feature itself.",
    0.4: "that is the dimensionality, 1 over the sum with the feature itself. Asked for is the interference.",
    -1.0: "square each projection before you add.",
    2 * np.cos(np.pi / 5) + 2 * np.cos(2 * np.pi / 5): "square each projection before you add.",
    2 * np.cos(np.pi / 2.5) ** 2: "there are two more features, at 144° to either side.",
}


@exercise(
    "pentagon",
    "2 cos² 72° + 2 cos² 144° = 1.5: the others together project onto a feature harder than it does itself. It works "
    "nevertheless, because two of the four projections are negative, so that the ReLU removes them, a negative bias "
    "removes the small positive ones, and sparse features are rarely active together.",
)
def pentagon(answer: Any) -> str | None:
    """The interference on one of five unit vectors 72° apart."""
    otherwise = "add (Ŵ_i·W_j)² over the four others, which stand at 72° and 144° to either side."
    return valued(number(answer), 1.5, PENTAGON_MISTAKES, otherwise)


# One model each: short columns that nothing disturbs, a small column that stands in the way of another, three small
# projections that add up, a long column that hides how much it is disturbed, and what is disturbed from within.
TRAPS = (
    [[1, 0, 0], [0, 1, 0], [0, 0, 0.3]],
    [[0.6, 0.4], [0, 0.9]],
    [[1, 0.25, 0.25, 0.25], [0, 0.6, -0.3, -0.3], [0, 0, 0.6, -0.6]],
    [[1.3, 0.39], [0, 0.9]],
    [[0.9, -0.2, 0], [0, 0.9, 0], [0, 0, 0.8]],
)


def _alone(W: np.ndarray) -> int:
    return int(((measure.interference(W) < 0.1) & measure.represented(W)).sum())


ALONE_MISTAKES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "count only the features that are represented: the interference on others means nothing.": lambda W: (
        measure.interference(W) < 0.1
    ),
    "those are all represented features. Keep the ones with an interference below 0.1.": measure.represented,
}


@exercise(
    "alone",
    "as features grow sparse, fewer and fewer keep a dimension to themselves, and the most important one holds out "
    "the longest.",
)
def alone(answer: Any) -> str | None:
    """A function from W (hidden, feature) to how many of its represented features have an interference below 0.1."""
    from tsup.paper.results import load

    basic = load("F08").W.sel(model="relu").values.astype(float)
    shown = [*basic, *(np.array(trap, float) for trap in TRAPS)]
    counts = function(answer, "alone")
    found = [count(counts(W), "what alone(W) returns") for W in shown]
    right = [_alone(W) for W in shown]
    if found == right:
        return None
    for why, chosen in ALONE_MISTAKES.items():
        if found == [chosen(W).sum() for W in shown]:
            return why
    place = next(k for k, one in enumerate(found) if one != right[k])
    return f"for {of_model(shown[place], place)} the count is {right[place]}, not {found[place]:g}."


def _wrong_model(W: np.ndarray) -> str | None:
    """What keeps a model from holding four features in a plane, None if nothing does."""
    lengths = measure.norms(W)
    if lengths.min() > 0.9:
        return None
    if lengths.min() > 0.5:
        return (
            f"all four are there, but norms go down to {lengths.min():.2f}: on dense features of equal importance the "
            "model may spread two dimensions over all of them, as a projection. Lower the density."
        )
    kept = int(measure.represented(W).sum())
    return f"your best model keeps {kept} of 4. Level the importance, train for longer, or from more starts."


@exercise(
    "four-in-a-plane",
    "up to moderate densities four features fit as two opposite pairs. The density at which that stops to pay depends "
    "on their importance, and is highest when that is level.",
)
def four_in_a_plane(answer: Any) -> str | None:
    """A model of four features in two dimensions at density 0.5 or more that keeps all, with norms above 0.9."""
    found = models(answer, 4, 2)
    dense = [one for one in found if one.features is None or one.features.densities().min() >= 0.5]
    if not dense:
        reached = max(one.features.densities().min() for one in found if one.features)
        return f"its density is {reached:g}. It goes on to higher ones: reach 0.5 at least."
    if dense[0].features and (dense[0].features.correlated or dense[0].features.anticorrelated):
        return "the features are to be independent: leave out the correlated and the anticorrelated sets."
    best = max(dense, key=lambda one: measure.norms(one.W).min())
    cost, pairs = float(exact.loss(best.W, best.b, 0.5)), 4 * 0.5**2 / 6
    wrong = _wrong_model(best.W)
    if wrong is None and not isinstance(answer, Run) and cost > 0.95 * pairs:
        return (
            f"at density 0.5 it costs {cost:.3f}, and two opposite pairs by hand {pairs:.3f}. Train it there."
        )
    return wrong


def _shared(W: np.ndarray, onto: np.ndarray, itself: bool = False, power: int = 2) -> np.ndarray:
    """Sums over j of (a_i · W_j)² for the directions a_i in the columns of `onto`; 0 for a column of zeros."""
    found = (onto.T @ W) ** power
    return (found if itself else found * (1 - np.eye(W.shape[1]))).sum(1)


def _unit(W: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(W, axis=0)
    return W / np.where(lengths > 0, lengths, 1)


WEIGHTS = [
    (np.array([[1.0, -0.8, 0.3], [0.2, 0.4, 0.9]]),),
    (np.array([[0.5, 0, 0.7, -1.1], [1.2, 0, -0.3, 0.4], [0.1, 0, 0.6, 0.8]]),),
]


@exercise(
    "interference-of",
    "project every other feature onto the direction of this one, square, and add. How long the feature itself is does "
    "not count, how long the others are does.",
)
def interference_of(answer: Any) -> str | None:
    """A function from W (hidden, feature) to the interference on every feature."""
    return like(
        answer,
        "interference",
        lambda W: _shared(W, _unit(W)),
        WEIGHTS,
        {
            "leave the feature itself out of the sum.": lambda W: _shared(W, _unit(W), itself=True),
            "square the projections before you add.": lambda W: _shared(W, _unit(W), power=1),
            "the direction is W_i scaled to length 1.": lambda W: _shared(W, W),
            "the others keep their lengths: only W_i is scaled to 1.": lambda W: _shared(_unit(W), _unit(W)),
            "features are the columns of W, not its rows.": lambda W: _shared(W.T, _unit(W.T)),
        },
    )


EXERCISES = (
    price,
    two_in_one,
    pentagon,
    alone,
    four_in_a_plane,
    interference_of,
)
