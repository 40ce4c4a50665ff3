"""Exercises of the chapter *Why it happens* (F10, F11)."""

from typing import Any

import numpy as np

from tsup import measure
from tsup.exact import theory
from tsup.paper.exercise import counted, exercise, valued
from tsup.paper.readings import count, matrix, number, vector


@exercise(
    "linear-tie",
    "two orthonormal rows make WᵀW a projection, whose trace is 2 and whose distance from the identity is 1, whichever "
    "plane it projects onto. What the third feature gains, interference takes.",
)
def linear_tie(answer: Any) -> str | None:
    """A W (2, 3) that represents all features at a linear loss of 1, other than the triangle."""
    W = matrix(answer, (2, 3))
    if not measure.represented(W).all():
        return f"the norms are {measure.norms(W).round(2).tolist()}: all three must be above ½."
    cost = theory.gaussian_linear(W)
    if cost > 1 + 1e-4:
        return f"it costs {cost:.4f}, and dropping a feature costs 1. Are the rows of W orthonormal?"
    if np.ptp(measure.norms(W)) < 0.01:
        return "that is the triangle, all of one norm. Find another."
    return None


FIRST_BIT_MISTAKES = {
    2
    / 3: "that is for r = 1. Here the gain for feature 1 counts half, and so does the interference in its output.",
    1 / 3: "halve the interference in output 1 as well as its benefit: only output 0 keeps the weight 1.",
    1.0: "count the interference in output 0 too: feature 1 disturbs the more important one.",
    4 / 7: "that is where the whole pair is as cheap as a best constant. Asked for is the first bit of v.",
}


@exercise(
    "first-bit",
    "2r/(1 + 2r) at r = ½ is ½. The less important the newcomer, the rarer features must be before it pays to let it "
    "in, because it disturbs one that counts for more.",
)
def first_bit(answer: Any) -> str | None:
    """The density below which a small v in W = (1, −v), b = 0, lowers the loss at r = ½."""
    otherwise = "collect the terms in v²: −(2/3)·r·p from the benefit, and p²·(1/3 + (2/3)·r) from meeting."
    return valued(number(answer), 0.5, FIRST_BIT_MISTAKES, otherwise, rtol=0.004)


COUNT_MISTAKES: dict[float, str] = {
    10: "ten are free even without a ReLU. Use the directions' opposites too.",
    11: "a simplex has obtuse angles only. Right angles are free, too.",
    21: "with one more than 2m, some angle is acute.",
}


@exercise(
    "free-of-charge",
    "2m = 20, and they must be ten antipodal pairs at right angles: each feature then takes half a dimension.",
)
def free_of_charge(answer: Any) -> str | None:
    """The largest number of unit vectors in ten dimensions without an acute angle."""
    otherwise = "count unit vectors no two of which have a positive inner product."
    return counted(count(answer), 20, COUNT_MISTAKES, otherwise)


@exercise(
    "tie-breaker",
    "of the three pairs of features only the digon can fail, and it costs 1/3. In the triangle every pair fails, for "
    "3/8 in all. Few partners beat small angles: this favours digons wherever features meet now and then.",
)
def tie_breaker(answer: Any) -> str | None:
    """A W (2, 3) with L_0 = L_1 = 0 at b = 0 and the least L_2 = 1/3: a digon and a feature at right angles."""
    W = matrix(answer, (2, 3))
    _, alone, met, _ = theory.by_activity(W, np.zeros(3))
    if alone > 1e-4:
        return f"L₁ is {alone:.4f}, not 0. All norms must be 1, and no angle below 90°."
    if met < 1 / 3 + 1e-3:
        return None
    return f"L₂ is {met:.4f}, and less is possible. How many of the three pairs have to disturb each other?"


@exercise(
    "silence",
    "full silence is dear: nearly five times what the best pentagon pays. That one has a smaller bias for its length, "
    "lets some interference through at large values, and makes up for its bias by a norm above 1.",
)
def silence(answer: Any) -> str | None:
    """The pair (−cos 72°, loss per feature in L_1) of the unit pentagon without interference."""
    bias, cost = vector(answer, 2, "the answer (bias, loss)")
    c = np.cos(np.deg2rad(72))
    if np.isclose(bias, c, atol=1e-3):
        return "the bias is added, so a threshold is negative."
    if np.isclose(bias, -np.cos(72), atol=1e-3):
        return "cosines take radians: np.deg2rad(72)."
    if np.isclose(cost, -c, atol=1e-3):
        return "the bias comes first, then the loss."
    if not np.isclose(bias, -c, atol=1e-3):
        if np.isclose(bias, -c, atol=0.01):
            return "the bias is right as far as it goes; give more digits."
        return f"with a bias of {bias:g}, {'something comes through' if bias > -c else 'less would do'}."
    otherwise = f"the bias is right, the loss is not {cost:g}: the output misses x while x < −b, and −b from there on."
    all_five = {5 * (c**2 - 2 * c**3 / 3): "that is the loss of all five. Asked for is that of one."}
    return valued(cost, c**2 - 2 * c**3 / 3, all_five, otherwise)


EXERCISES = (
    linear_tie,
    first_bit,
    free_of_charge,
    tie_breaker,
    silence,
)
