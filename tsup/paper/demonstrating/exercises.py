"""Exercises of the chapter *Demonstrating superposition* (F05, F01, F07, F08)."""

from typing import Any

import numpy as np

from tsup import measure
from tsup.paper.exercise import exercise

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
    cost = float(answer)
    if np.isclose(cost, 0.7**7 * (0.2 / 3 - 0.01), rtol=0.01):
        return None
    for mistaken, why in PRICE_MISTAKES.items():
        if np.isclose(cost, mistaken, rtol=0.01):
            return why
    return "the price is I·(p/3 − p²/4), with p = 0.2 and the importance of feature 7."


@exercise(
    "two-in-one",
    "with opposite directions each feature pushes the other's output below 0, where the ReLU cuts it off. Only inputs "
    "with both features active go wrong, and in a sparse world those are rare.",
)
def two_in_one(answer: Any) -> str | None:
    """A W (1, 2) and b (2,) whose ReLU output gives back every input with at most one active feature."""
    W, b = (np.asarray(part, dtype=float) for part in answer)
    if W.shape != (1, 2) or b.shape != (2,):
        return f"W must have shape (1, 2) and b shape (2,); yours have {W.shape} and {b.shape}."
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
    found = float(answer)
    if abs(found - 1.5) < 0.01:
        return None
    for mistaken, why in PENTAGON_MISTAKES.items():
        if abs(found - mistaken) < 0.01:
            return why
    return "add (Ŵ_i·W_j)² over the four others, which stand at 72° and 144° to either side."


def _hardly_interfering() -> tuple[np.ndarray, np.ndarray]:
    """Of F08's ReLU-output models, by density: which features interfere little, and which are represented."""
    from tsup.paper.results import load

    W = load("F08").W.sel(model="relu").values
    return measure.interference(W) < 0.1, measure.represented(W)


@exercise(
    "alone",
    "as features grow sparse, fewer and fewer keep a dimension to themselves, and the most important one holds out "
    "the longest.",
)
def alone(answer: Any) -> str | None:
    """How many represented features of F08's ReLU-output model interfere by less than 0.1, at each density."""
    counts = np.asarray(answer, dtype=float)
    apart, kept = _hardly_interfering()
    if counts.shape != (len(kept),):
        return (
            f"one count for each of the {len(kept)} densities is asked for; yours has shape {counts.shape}."
        )
    if (counts == (apart & kept).sum(-1)).all():
        return None
    if (counts == apart.sum(-1)).all():
        return "count only the features that are represented: the interference on others means nothing."
    if (counts == kept.sum(-1)).all():
        return "those are all represented features. Keep the ones with an interference below 0.1."
    if (counts == (apart & kept).sum(-1)[::-1]).all():
        return "the numbers are right, but the densities run from 1 down."
    return "combine measure.interference(W) < 0.1 with measure.represented(W), and sum over the features."


@exercise(
    "four-in-a-plane",
    "at moderate sparsity four features fit as two opposite pairs. The density at which that begins to pay depends on "
    "their importance.",
)
def four_in_a_plane(answer: Any) -> str | None:
    """A run in which a ReLU-output model keeps all of four features in two dimensions, norms above 0.9."""
    if answer.features.n != 4 or answer.model.hidden != 2:
        return f"asked for are n = 4 and hidden = 2; yours has {answer.features.n} and {answer.model.hidden}."
    if answer.model.output_activation == "linear":
        return "a linear model has two dimensions' worth of features in two dimensions, whatever the density."
    lengths = measure.norms(answer.W)
    best = lengths[lengths.min(-1).argmax()]
    if best.min() > 0.9:
        return None
    if best.min() > 0.5:
        return (
            f"all four are there, but norms go down to {best.min():.2f}: on dense features of equal importance the "
            "model may spread two dimensions over all of them, as a projection. Lower the density."
        )
    kept = int(measure.represented(answer.W).sum(-1).max())
    return f"your best model keeps {kept} of 4. Lower the density, level the importance, or train for longer."


EXERCISES = (
    price,
    two_in_one,
    pentagon,
    alone,
    four_in_a_plane,
)
