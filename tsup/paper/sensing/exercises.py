"""Exercises of the chapter *Compressed sensing* (F38, A2)."""

from typing import Any

import numpy as np

from tsup.paper.exercise import exercise, valued
from tsup.paper.readings import number
from tsup.paper.sensing.analysis import most


@exercise(
    "bound-features",
    "twice the dimensions would allow twice the features; half the density only 1.6 times as many, since the logarithm "
    "grows.",
)
def bound_features(answer: Any) -> str | None:
    """How many features the bound with C = 1.1 allows in 30 dimensions at density 0.05."""
    right = float(most(30, 0.05, 1.1))
    mistakes: dict[Any, str] = {
        30 / (1.1 * 0.05 * np.log2(20)): "the logarithm is the natural one.",
        30 / (1.1 * 0.05 * np.log10(20)): "the logarithm is the natural one.",
        30 / (1.1 * np.log(20)): "a feature asks for its surprisal times the density.",
        1.1 * 0.05 * np.log(20) * 30: "that multiplies m by what a feature asks for; divide.",
        30 / (1.1 * 0.95 * -np.log(0.95)): "with the density p = 1 − S, not with S.",
    }
    return valued(number(answer), right, mistakes, "solve m = −C n p log p for n.", rtol=0.005)


@exercise(
    "near-enough",
    "the entry of 0.3 and one that is 0 meet halfway, at 0.15 each: the distance is √(0.15² + 0.15²).",
)
def near_enough(answer: Any) -> str | None:
    """How near T(x) has to be to a vector with entries 0.3, 0.5 and 0.8."""
    mistakes: dict[Any, str] = {
        0.3: "an entry of 0.3 that falls and one of 0 that rises can meet before that.",
        0.15: "that is how far each of the two entries moves. How far is that together?",
        0.2: "between which two entries does the order decide? One of them is 0.",
        0.5 / 2**0.5: "the smallest entry decides.",
        0.045: "that is its square.",
    }
    otherwise = "which two entries trade places first, and how short is the way there?"
    return valued(number(answer), 0.3 / 2**0.5, mistakes, otherwise, rtol=0.005)


@exercise(
    "fewest-features",
    "−p log p is largest there; at higher densities the formula allows more again, which only says that it is no bound "
    "for dense features.",
)
def fewest_features(answer: Any) -> str | None:
    """The density at which the bound allows the fewest features."""
    mistakes: dict[Any, str] = {
        0.5: "that is where −p log p − (1 − p) log(1 − p) is largest. Here only active features count.",
        1.0: "there log p is 0, and the formula allows any number.",
        1 - np.exp(-1): "that is the sparsity.",
        np.e: "a density is at most 1.",
    }
    return valued(number(answer), float(np.exp(-1)), mistakes, "set the derivative of −p log p to 0.", 0.005)


EXERCISES = (bound_features, near_enough, fewest_features)
