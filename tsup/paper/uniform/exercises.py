"""Exercises of the chapter *The geometry of uniform superposition* (F15, F16, F17, C8)."""

from typing import Any

import numpy as np

from tsup import exact, measure
from tsup.paper.exercise import exercise
from tsup.paper.hidden import like
from tsup.paper.readings import Trained, matrix, models, vector
from tsup.run import Run

DIGON_AND_ONE = np.array([[1.0, -1, 0], [0, 0, 1]])


@exercise(
    "bipyramid",
    "each factor of a tegum product has its own subspace, so a feature shares a dimension only with those of its own "
    "factor: 2/5, 2/3 and 1/2. They sum to the five dimensions.",
)
def bipyramid(answer: Any) -> str | None:
    """The dimensionalities of a pentagon, a triangle and a digon in orthogonal subspaces."""
    shares = vector(answer, 10)
    right = np.repeat([2 / 5, 2 / 3, 1 / 2], [5, 3, 2])
    if np.allclose(shares, right, rtol=0, atol=0.005):
        return None
    if np.allclose(shares, 0.5, rtol=0, atol=0.005):
        return "five dimensions for ten features make ½ on average, but the factors do not share alike."
    if np.allclose(np.sort(shares), np.sort(right), rtol=0, atol=0.005):
        return "those are the numbers, but in another order: pentagon, triangle, digon."
    if np.allclose(shares, right, rtol=0, atol=0.05):
        return "right as far as it goes; give more digits."
    return "k vertices that fill d dimensions evenly have d/k each. What are d and k for each factor?"


@exercise(
    "two-thirds",
    "nine features fill six dimensions at 2/3 each, as three triangles in orthogonal planes for one.",
)
def two_thirds(answer: Any) -> str | None:
    """A W of six dimensions whose features have norm 1 and dimensionality 2/3."""
    W = matrix(answer, (6, None))
    if not np.allclose(measure.norms(W), 1, rtol=0, atol=1e-3):
        return "every feature should have norm 1."
    D = measure.dimensionality(W)
    filled = int(np.linalg.matrix_rank(W, tol=1e-3))
    if filled < 6:
        return f"yours fills {filled} of the six dimensions, and all six are to be filled."
    if np.allclose(D, 2 / 3, rtol=0, atol=1e-3):
        return None
    if W.shape[1] != 9:
        return f"shares of ⅔ that fill six dimensions are 9; yours has {W.shape[1]} features."
    return (
        f"the number of features is right, but their dimensionalities go from {D.min():.2f} to {D.max():.2f}."
    )


@exercise(
    "empty-share",
    "dimensionality does not change when W is scaled, so two features that point opposite ways have ½ each however "
    "short they are. Filter by norm before you read it.",
)
def empty_share(answer: Any) -> str | None:
    """A W (1, 2) with dimensionalities of 1/2, and norms up to 1/2."""
    W = matrix(answer, (1, 2))
    if not W.all():
        return "a column of zeros has no direction at all, and its dimensionality is 0."
    if measure.represented(W).any():
        return "a feature with a norm above ½ counts as represented."
    D = measure.dimensionality(W)
    return None if np.allclose(D, 0.5, atol=0.01) else f"the dimensionalities are {D[0]:.2f} and {D[1]:.2f}."


@exercise(
    "loose-frame",
    "two vectors at an acute angle crowd one direction of the plane and leave another nearly empty. Neither is an "
    "eigenvector of WWᵀ, so both have less than their leverage.",
)
def loose_frame(answer: Any) -> str | None:
    """A W of two dimensions and rank 2 with unit columns and a sum of dimensionalities below 1.7."""
    W = matrix(answer, (2, None))
    if not np.allclose(measure.norms(W), 1, rtol=0, atol=1e-3):
        return "every column should have norm 1."
    if np.linalg.matrix_rank(W, tol=1e-3) < 2:
        return "its rank is 1: the columns all lie on a line."
    total = measure.dimensionality(W).sum()
    return (
        None if total < 1.7 else f"the dimensionalities sum to {total:.2f}: the plane is filled too evenly."
    )


@exercise(
    "triangle",
    "frequent features are often active together, and then three small interferences cost less than one large one; "
    "sparse features make a digon beside one that is alone.",
)
def triangle(answer: Any) -> str | None:
    """A model of three equal features in two dimensions that is a triangle."""
    best = models(answer, 3, 2)[0]
    if best.features and len(np.unique(best.features.importances())) > 1:
        return "the features should be of equal importance."
    if not measure.represented(best.W).all():
        return "a feature is left out. Try a lower density, or more starts."
    D = measure.dimensionality(best.W)
    if np.allclose(D, 2 / 3, rtol=0, atol=0.02):
        return None if isinstance(answer, Run) else _dear_triangle(best)
    if measure.cosines(best.W).min() < -0.95:
        return (
            "two features make a digon and one is alone, which is what sparse ones do. Try a higher density."
        )
    return f"the dimensionalities go from {D.min():.2f} to {D.max():.2f}. Try larger batches, or more starts."


def _dear_triangle(model: Trained) -> str | None:
    """What is wrong with weights that cost more than a digon and one alone at every density, as no training leaves."""
    density = np.linspace(0.05, 1, 20)
    digon = exact.loss(DIGON_AND_ONE, np.zeros(3), density[:, None])
    if (exact.loss(model.W, model.b, density[:, None]) < digon).any():
        return None
    return "a digon and a feature alone, made by hand, are cheaper at every density: train these weights."


def _dimensionality(W: np.ndarray, itself: bool = True, power: int = 2) -> np.ndarray:
    """‖W_i‖² over the sum over j of (Ŵ_i·W_j)²; 0 for a column of zeros."""
    lengths = np.linalg.norm(W, axis=0)
    onto = np.abs((W / np.where(lengths > 0, lengths, 1)).T @ W) ** power
    total = (onto if itself else onto * (1 - np.eye(W.shape[1]))).sum(1)
    return np.divide(lengths**2, total, out=np.zeros_like(total), where=total > 0)


SHARED = [
    (np.array([[1.0, -0.8, 0.3], [0.2, 0.4, 0.9]]),),
    (np.array([[0.5, 0, 0.7, -1.1], [1.2, 0, -0.3, 0.4], [0.1, 0, 0.6, 0.8]]),),
]


@exercise(
    "dimensionality-of",
    "a feature's squared length over all that lies along its direction, its own part included, so that one that is "
    "alone has 1 and one of a pair has ½.",
)
def dimensionality_of(answer: Any) -> str | None:
    """A function from W (hidden, feature) to D_i of every feature, 0 for a column of zeros."""
    return like(
        answer,
        "D",
        _dimensionality,
        SHARED,
        {
            "the sum goes over all features, the feature itself included.": lambda W: _dimensionality(
                W, False
            ),
            "square the projections before you add.": lambda W: _dimensionality(W, power=1),
            "that is its inverse.": lambda W: np.divide(
                1, d := _dimensionality(W), out=np.zeros_like(d), where=d > 0
            ),
            "the squared length stands above, not the length.": lambda W: np.divide(
                _dimensionality(W), n := measure.norms(W), out=np.zeros_like(n), where=n > 0
            ),
            "the others keep their lengths: only W_i is scaled to 1 below.": lambda W: np.divide(
                1,
                t := (measure.cosines(W) ** 2).sum(1),
                out=np.zeros_like(t),
                where=(t > 0) & (measure.norms(W) > 0),
            ),
        },
    )


EXERCISES = (
    bipyramid,
    two_thirds,
    empty_share,
    loose_frame,
    triangle,
    dimensionality_of,
)
