"""Exercises of the chapter *Non-uniform superposition* (F18, F19, F21)."""

from typing import Any

import numpy as np

from tsup import measure
from tsup.exact import theory
from tsup.paper.exercise import exercise, valued
from tsup.paper.hidden import sampled
from tsup.paper.readings import matrix, models, number

P = 0.05
# Two digons at unit norm lose p²/6 a feature, and a feature that is left out q/3 − q²/4.
DIGONS = 4 * P**2 / 6


@exercise(
    "left-out",
    "4p²/6 + q/3 − q²/4 = 0.00498 at p = 0.05 and q = 0.01: two thirds of it is the price of the feature that is left "
    "out. That price falls with q, and the pentagon's loss falls more slowly, which is why the curves cross.",
)
def left_out(answer: Any) -> str | None:
    """The loss of two unit digons of density 0.05 without biases, and a fifth feature of density 0.01 left out."""
    q = 0.01
    price = float(theory.left_out(q))
    mistakes = {
        DIGONS + float(theory.left_out(P)): "the feature that is left out has density 0.01, not 0.05.",
        DIGONS
        + q
        / 3: "that leaves out the bias of the missing feature, whose best value is q/2, or rounds too far.",
        DIGONS: "that is the digons alone. The missing feature costs something too.",
        DIGONS / 2 + price: "there are four features in digons, and each loses p²/6.",
        price: "digons lose something when both their features are active.",
    }
    otherwise = (
        "add p²/6 for each of the four features in digons, and q/3 − q²/4 for the one that is left out."
    )
    return valued(number(answer), DIGONS + price, mistakes, otherwise)


@exercise(
    "principal-component",
    "each member at norm 1/√2 in one direction: then (a + b)/√2 comes back whole, with norm 1, and (a − b)/√2 maps to "
    "nothing.",
)
def principal_component(answer: Any) -> str | None:
    """A W (1, 2) that keeps the first principal component of two correlated features, and drops the second."""
    W = matrix(answer, (1, 2))
    first, second = abs(W.sum()) / np.sqrt(2), abs(W[0, 0] - W[0, 1]) / np.sqrt(2)
    if np.isclose(first, 1, atol=0.01) and second < 0.01:
        return None
    if second > 0.01:
        return f"(a − b)/√2 still maps to a vector of norm {second:.2f}; it should vanish."
    if np.isclose(first, np.sqrt(2), atol=0.02):
        return "at norm 1 each, (a + b)/√2 comes back twice as large as it went in."
    return f"(a + b)/√2 maps to a vector of norm {first:.2f}, and comes back as its square; both should be 1."


def _first_collapses() -> tuple[np.ndarray, np.ndarray]:
    """The densities of F21, and how many pairs have members nearer than a tenth."""
    from tsup.paper.results import load

    data = load("F21")
    W = data.W.values.astype(float)
    return data.density.values, (np.linalg.norm(W[..., ::2] - W[..., 1::2], axis=-2) < 0.1).sum(-1)


@exercise(
    "first-collapse",
    "one pair gives way first, and the other two gain the room that it leaves: their members move further apart than "
    "in the hexagon.",
)
def first_collapse(answer: Any) -> str | None:
    """The lowest density of F21 at which the members of a pair are nearer than a tenth."""
    density, counts = _first_collapses()
    first, second, third = ((counts >= most).argmax() for most in (1, 2, 3))
    mistakes = {
        density[third]: "there all three pairs have collapsed. Look for the first.",
        density[second]: "there two pairs have collapsed. Look for the first.",
        density[first - 1]: "that is one density too early: no pair is nearer than a tenth there.",
    }
    otherwise = (
        "take the norm of W[..., ::2] − W[..., 1::2] over the hidden axis: where is any of it below 0.1?"
    )
    return valued(number(answer), density[first], mistakes, otherwise)


@exercise(
    "three-anticorrelated",
    "only one member of a set is ever active, so whatever the others receive by then is an error for them alone: as "
    "long as their products are negative the ReLU removes it. Three features "
    "pairwise at 90° or more, a triangle for one, lose nothing.",
)
def three_anticorrelated(answer: Any) -> str | None:
    """A model of three features in two dimensions, one anticorrelated set, all pairs at obtuse angles."""
    best = models(answer, 3, 2)[0]
    if best.features and [sorted(one) for one in best.features.anticorrelated] != [[0, 1, 2]]:
        return "put all three features into one anticorrelated set: anticorrelated=[[0, 1, 2]]."
    if not measure.represented(best.W).all():
        return "a feature is left out. Try more starts, and keep the best."
    if measure.cosines(best.W)[np.triu_indices(3, 1)].max() >= 0.02:
        return "two features stand at an acute angle. Try more starts or more steps."
    lost = theory.by_activity(best.W, best.b)[1]
    return None if lost < 0.01 else f"a feature that is active alone does not come back: L₁ is {lost:.3f}."


SAMPLE = 20_000, 0.2, 3


def _drawn(answer: Any, name: str) -> np.ndarray:
    rows, _, size = SAMPLE
    return sampled(answer, name, SAMPLE, (rows, size))


def _magnitudes(x: np.ndarray) -> str | None:
    """What is wrong with the sizes of features that are on."""
    sizes = x[x > 0]
    if (x < 0).any() or (x > 1).any():
        return f"values should lie between 0 and 1; yours go from {x.min():.2f} to {x.max():.2f}."
    uniform = sizes.size and abs(sizes.mean() - 0.5) < 0.03 and abs(sizes.var() - 1 / 12) < 0.01
    return None if uniform else "features that are on should be uniform on [0, 1]."


@exercise(
    "correlated-batch",
    "one draw decides for the whole set, and each member then has a size of its own. What a model sees of it is one "
    "event, which is why it may store the set as one thing.",
)
def correlated_batch(answer: Any) -> str | None:
    """A function from rows, density and size to a batch (row, member) of one correlated set."""
    x = _drawn(answer, "correlated")
    on = x > 0
    share, density = on.any(1).mean(), SAMPLE[1]
    if not (on.all(1) | ~on.any(1)).all():
        return "the members of a set are on together or not at all: draw once a row who is on."
    if abs(share - density) > 0.02:
        return f"the set should be on in a share {density:g} of the rows; yours is on in {share:.2f} of them."
    if np.corrcoef(x[on[:, 0]].T)[0, 1] > 0.1:
        return "the members are on together, but each has a size of its own."
    return _magnitudes(x)


@exercise(
    "anticorrelated-batch",
    "one draw decides whether the set is on, and a second which member it is. Features that never meet cannot "
    "disturb each other as long as their products are negative.",
)
def anticorrelated_batch(answer: Any) -> str | None:
    """A function from rows, density and size to a batch (row, member) of one anticorrelated set."""
    x = _drawn(answer, "anticorrelated")
    on, (_, density, size) = x > 0, SAMPLE
    share, own = on.any(1).mean(), on.mean(0)
    if (on.sum(1) > 1).any():
        return "two members are on together in some rows; at most one may be."
    if np.allclose(own, density, atol=0.02):
        return f"each member is on in {density:g} of the rows; that is how often the set as a whole should be on."
    if abs(share - density) > 0.02:
        return f"the set should be on in a share {density:g} of the rows; yours is on in {share:.2f} of them."
    if np.abs(own - density / size).max() > 0.02:
        return "each member should have its turn equally often."
    return _magnitudes(x)


EXERCISES = (
    left_out,
    principal_component,
    first_collapse,
    three_anticorrelated,
    correlated_batch,
    anticorrelated_batch,
)
