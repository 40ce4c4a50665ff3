"""Exercises of the chapter *Superposition as a phase change* (F12, F13, C2)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tsup import exact, measure
from tsup.config import Features
from tsup.errors import InputError
from tsup.exact import theory
from tsup.paper.exercise import exercise, valued
from tsup.paper.hidden import like
from tsup.paper.readings import Trained, items, matrices, models, number
from tsup.run import Run

CROSSING_MISTAKES = {
    4 / (5 + 2 * 0.25): "that is the boundary for r ≥ 1. Here the extra feature is the less important one.",
    0.25 / 3 * 6 / 1.25: "with p/3 alone, ignoring looks too dear: the best constant saves a part, r·p²/4.",
    2 * 0.25: "2r is where the boundary begins for small r. Keep the terms in p².",
    4 / 7: "that is the triple point, at r = 1.",
    1 - 4 / 13: "that is the sparsity there. Asked for is the density.",
}


@exercise(
    "where-sharing-begins",
    "4r/(2 + 5r) at r = 1/4 is 4/13 = 0.308. By symmetry it is the boundary for r = 4, too.",
)
def where_sharing_begins(answer: Any) -> str | None:
    """The density below which the fixed antipodal pair is the cheapest arrangement at r = 1/4."""
    otherwise = "set (1 + r)·p²/6 equal to r·(p/3 − p²/4) at r = 1/4, and solve for p."
    return valued(number(answer), 4 / 13, CROSSING_MISTAKES, otherwise, rtol=0.005)


IGNORED = float(theory.left_out(0.1))
SHARED = 2 * 0.5 * 0.1 / 6
UNEQUAL_MISTAKES = {
    2
    * 0.1**2
    / 6: "that takes 0.1 for both. A wrong output needs both active: one with 0.5, the other with 0.1.",
    2
    * 0.5**2
    / 6: "that takes 0.5 for both. A wrong output needs both active: one with 0.5, the other with 0.1.",
    2 * 0.3**2 / 6: "the mean density will not do: both are active with the product of their densities.",
    SHARED / 2: "both outputs are wrong when both features are active, each with weight 1.",
    IGNORED: "that is what ignoring the rare feature costs. Asked for is the antipodal pair.",
}


@exercise(
    "unequal-densities",
    "p₁p₂/6 for each of two outputs is 0.0167, about half of the 0.0308 that ignoring the rare feature costs. A rare "
    "feature shares cheaply even with a common one, because only meeting costs.",
)
def unequal_densities(answer: Any) -> str | None:
    """The loss of W = (1, −1), b = 0 at r = 1 when the densities are 0.5 and 0.1."""
    otherwise = (
        "both active has probability p₁p₂; each output then misses the smaller value, 1/6 in the mean square."
    )
    return valued(number(answer), SHARED, UNEQUAL_MISTAKES, otherwise)


@exercise(
    "beat-them-all",
    "where the fixed pair is the cheapest, a little more length for the important feature, less for the other, and "
    "small positive biases make up for part of what is lost when both are active. So the boundary of the best models "
    "cannot be that of the fixed ones.",
)
def beat_them_all(answer: Any) -> str | None:
    """A W (1, 2) and b (2,) that cost at least 2 % less than every fixed arrangement at p = 0.4, r = 0.5."""
    W, b = matrices(answer, {"W": (1, 2), "b": (2,)})
    importance = np.array([1.0, 0.5])
    found = float(exact.loss(W, b, 0.4, importance))
    fixed = {
        name: float(exact.loss(*one, 0.4, importance)) for name, one in theory.one_dimension(0.4).items()
    }
    cheapest = min(fixed, key=lambda name: fixed[name])
    if found <= 0.98 * fixed[cheapest]:
        return None
    share = found / fixed[cheapest] - 1
    said = f"your model costs {found:.5f}, and {cheapest} costs {fixed[cheapest]:.5f}"
    if found < fixed[cheapest] * (1 - 1e-9):
        return f"{said}: {-share:.1%} better, and 2 % is asked for. Change the biases too."
    return f"{said}. Start from that one, and change one number at a time."


TIE, ABOVE_ONE = (40 - 4 * 14**0.5) / 43, (40 + 4 * 14**0.5) / 43
CONFUSED_MISTAKES = {
    4
    / 7: "that is the triple point, where the weights are fixed at 1 and a bias answers for what is ignored.",
    ABOVE_ONE: "a density is at most 1: take the other solution of the quadratic equation.",
    1 - TIE: "that is the sparsity there. Asked for is the density.",
}


@exercise(
    "confused-or-antipodal",
    "(40 − 4√14)/43 = 0.582, a little above 4/7: the pair gains by its free length, and the confused model costs "
    "exactly what ignoring a feature costs a model with a bias.",
)
def confused_or_antipodal(answer: Any) -> str | None:
    """The density at which, without bias and at r = 1, the best antipodal pair and the confused model cost the same."""
    p = number(answer)
    if not 0 < p <= 1:
        return (
            CONFUSED_MISTAKES[ABOVE_ONE]
            if np.isclose(p, ABOVE_ONE, rtol=0.002)
            else "a density lies in (0, 1]."
        )
    return valued(p, TIE, CONFUSED_MISTAKES, _cheaper_without_bias(p), rtol=0.002)


def _cheaper_without_bias(p: float) -> str:
    a = float(theory.antipodal_without_bias(p)) ** 0.5
    pair = float(exact.loss(np.array([[a, -a]]), np.zeros(2), p))
    lower = "antipodal pair" if pair < theory.left_out(p) else "confused model"
    return f"at p = {p:g} the {lower} is cheaper by {abs(pair - theory.left_out(p)):.5f}."


def _edge_models(answer: Any) -> tuple[list[Trained], list[Features]]:
    """The best model of each of two, and their worlds, the sparser first."""
    found: list[tuple[Trained, Features]] = []
    for one in items(answer, "the sparser run, the denser run", 2):
        best = models(one, 2, 1)[0]
        if best.features is None:
            raise InputError("give weights together with their world: (W, b, tsup.Features(...)).")
        if not isinstance(one, Run):
            _check_is_cheap(best, best.features)
        found.append((best, best.features))
    found.sort(key=lambda pair: float(pair[1].densities().max()))
    return [one for one, _ in found], [world for _, world in found]


def _check_is_cheap(model: Trained, world: Features) -> None:
    """Raise InputError where a fixed arrangement is cheaper, so that the weights cannot be what training leaves."""
    p, weight = world.densities()[0], world.importances()[0]
    by_hand = min(
        float(exact.loss(W, b, p, weight)) for W, b in theory.one_dimension(float(p.max())).values()
    )
    if exact.loss(model.W, model.b, p, weight) > 1.001 * by_hand:
        raise InputError(
            f"at density {p.max():g} a model made by hand is cheaper than these weights: train them."
        )


@exercise(
    "across-the-edge",
    "a tenth more density, and a feature that was there with most of its weight is gone. Models near the edge need "
    "several starts: both kinds are minima there, and gradient descent ends in either.",
)
def across_the_edge(answer: Any) -> str | None:
    """Two models of two features in one dimension, densities at most 10 % apart: one keeps both, one does not."""
    pair, worlds = _edge_models(answer)
    low, high = (one.densities() for one in worlds)
    if low.shape != (1, 2) or high.shape != (1, 2) or np.ptp(low) or np.ptp(high):
        return "each run must have one density for both features."
    if any(one.correlated or one.anticorrelated for one in worlds):
        return "the features are to be independent: leave out the correlated and the anticorrelated sets."
    if not np.allclose(worlds[0].importances(), worlds[1].importances()):
        return (
            "the importance of the features must be the same in both runs, so that only the density changes."
        )
    if high[0, 0] > 1.1 * low[0, 0] + 1e-9:
        return f"densities {low[0, 0]:g} and {high[0, 0]:g} are more than 10 % apart."
    sparse, dense = (bool(measure.represented(one.W).all()) for one in pair)
    return _same_side(sparse, dense, float(high[0, 0] - low[0, 0]))


def _same_side(sparse: bool, dense: bool, apart: float) -> str | None:
    """What is wrong with a pair of which each keeps both features, or does not; None if the edge lies between."""
    if sparse and not dense:
        return "both have the same density: the sparser one must have a lower one." if apart == 0 else None
    if dense and not sparse:
        return (
            "the denser run shares and the sparser does not: one of them missed its minimum. Use more starts."
        )
    way, what = ("higher", "keep both features") if sparse else ("lower", "keep one feature")
    return f"both runs {what}: the edge lies at a {way} density."


def _losses(p: float | int, r: float | int) -> tuple[float, float, float]:
    """Of three fixed arrangements: the extra feature left out, the other one left out, both as a pair."""
    left_out = p / 3 - p**2 / 4
    return r * left_out, left_out, (1 + r) * p**2 / 6


PLANE = [(p, r) for p in (0.05, 0.2, 0.35, 0.55, 0.7, 0.9) for r in (0.1, 0.3, 0.8, 1.5, 3.0, 8.0)]


def _least(losses: Sequence[float]) -> int:
    return int(np.argmin(losses))


@exercise(
    "cheapest-of-three",
    "three lines of arithmetic make a phase diagram. Its borders are where two of the losses are equal, and since "
    "their slopes differ there, the slope of the least loss jumps.",
)
def cheapest_of_three(answer: Any) -> str | None:
    """A function from p and r to 0, 1 or 2: which fixed arrangement is the cheapest."""
    return like(
        answer,
        "cheapest",
        lambda p, r: _least(_losses(p, r)),
        PLANE,
        {
            "that is the dearest.": lambda p, r: int(np.argmax(_losses(p, r))),
            "a feature that is left out is answered by its mean, which saves p²/4.": lambda p, r: _least(
                (r * p / 3, p / 3, (1 + r) * p**2 / 6)
            ),
            "both outputs of the pair err: its loss is (1 + r)·p²/6.": lambda p, r: _least(
                (*_losses(p, r)[:2], p**2 / 6)
            ),
            "p is the density, not the sparsity.": lambda p, r: _least(_losses(1 - p, r)),
            "leaving the extra feature out costs r, and the other one 1: those two are swapped.": lambda p, r: (
                _least(tuple(_losses(p, r)[k] for k in (1, 0, 2)))
            ),
        },
    )


RATIOS = [(np.array([0.1, 0.25, 0.5, 0.8, 1.0, 1.5, 2.0, 4.0]),)]


def _border(r: np.ndarray) -> np.ndarray:
    return np.where(r <= 1, 4 * r / (2 + 5 * r), 4 / (5 + 2 * r))


@exercise(
    "border-of-sharing",
    "the border rises to the triple point at r = 1 and falls again: features share at higher densities the more alike "
    "they are in importance.",
)
def border_of_sharing(answer: Any) -> str | None:
    """A function from an array r to the densities below which the pair is the cheapest of the three."""
    return like(
        answer,
        "border",
        _border,
        RATIOS,
        {
            "that holds for r ≤ 1. Above it the first feature is the one that would be left out.": lambda r: (
                4 * r / (2 + 5 * r)
            ),
            "that holds for r ≥ 1. Below it the extra feature is the one that would be left out.": lambda r: (
                4 / (5 + 2 * r)
            ),
            "that is the sparsity there; asked for is the density.": lambda r: 1 - _border(r),
            "the pair has to beat both others: take the lower of the two densities, not the higher.": lambda r: (
                np.maximum(4 * r / (2 + 5 * r), 4 / (5 + 2 * r))
            ),
            "keep the term p²/4, which a constant answer saves.": lambda r: np.minimum(
                2 * r / (1 + r), 2 / (1 + r)
            ),
        },
    )


EXERCISES = (
    where_sharing_begins,
    unequal_densities,
    beat_them_all,
    confused_or_antipodal,
    across_the_edge,
    cheapest_of_three,
    border_of_sharing,
)
