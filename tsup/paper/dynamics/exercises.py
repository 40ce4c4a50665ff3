"""Exercises of the chapter *Learning dynamics* (F22, F23)."""

from typing import Any

import numpy as np

from tsup import measure
from tsup.paper.exercise import counted, exercise, valued
from tsup.paper.hidden import like
from tsup.paper.readings import count, number, several


def _ends() -> tuple[int, int]:
    """Of the first start of F22 at density 0.3: features represented at some time, and at the end."""
    from tsup.paper.results import load

    norm = load("F22").norm.sel(density=0.3).values[0]
    return int((norm > 0.5).any(0).sum()), int((norm[-1] > 0.5).sum())


@exercise(
    "given-up",
    "the model first tries more features than it can keep, and gives some up again while the others settle into pairs.",
)
def given_up(answer: Any) -> str | None:
    """How many features of the first start of F22 at density 0.3 are represented at some time, but not at the end."""
    ever, end = _ends()
    mistakes: dict[float, str] = {
        ever: "those are represented at some time. Leave out the ones that still are at the end.",
        end: "those are still represented at the end. How many were, and no longer are?",
    }
    otherwise = "count the features whose norm passes one half at some snapshot but not at the last one."
    return counted(count(answer), ever - end, mistakes, otherwise)


@exercise(
    "collapsed-norm",
    "three features that share one direction at norm 1/√3 come back as their mean: W is the first principal component "
    "of the set, at norm 1.",
)
def collapsed_norm(answer: Any) -> str | None:
    """The norm of each of k = 3 correlated features that share the direction of their principal component."""
    mistakes = {
        1.0: "with norm 1 each, a set in which all three are 1 would come back three times as large as it went in.",
        1 / 3: "the product of two such norms weighs a feature in the answer, so take a root.",
        2**-0.5: "that is for a pair. Here three features share the direction.",
    }
    otherwise = (
        "WᵀW should be the projection onto (1, 1, 1)/√3, whose entries are all the same. What is one of them?"
    )
    return valued(number(answer), 3**-0.5, mistakes, otherwise)


@exercise(
    "octahedron-share",
    "sparse sets end in the octahedron from most starts, and from more of the small ones. Denser ones are on together "
    "too often for their features to share dimensions without harm.",
)
def octahedron_share(answer: Any) -> str | None:
    """The densities of F23 at which at least nine in ten of the starts at scale 1 end in the octahedron."""
    from tsup.paper.results import load

    data = load("F23")
    density, share = data.density.values, data.octahedra
    found, right = several(answer), density[share.sel(scale=1.0).values >= 0.9]
    if _are(found, right):
        return None
    if any(_are(found, density[share.sel(scale=scale).values >= 0.9]) for scale in share.scale.values):
        return "that is true of starts at another scale. Choose scale 1."
    if _are(found, density[share.mean("scale").values >= 0.9]):
        return "that is the mean over the scales. Choose scale 1."
    if len(found) > len(right):
        return "that is too many. Choose scale 1, and keep densities with a share of at least nine tenths."
    return "some are missing, or wrong: data.octahedra has the axes scale and density."


def _are(found: np.ndarray, right: np.ndarray) -> bool:
    """Whether these are the right values, in rising order."""
    return len(found) == len(right) and np.allclose(found, np.sort(right))


def _snapshots() -> np.ndarray:
    """W (snapshot, hidden, feature): a digon forms, a third feature fades, and one is never there."""
    start, middle, end = (
        [[0.3, 0.2, 0.25, 0.0], [0.1, -0.2, 0.3, 0.0]],
        [[1.0, -0.8, 0.1, 0.0], [0.0, 0.3, 0.2, 0.0]],
        [[1.0, -1.0, 0.0, 0.0], [0.0, 0.02, 0.05, 0.0]],
    )
    return np.array([start, middle, end])


STAGES = [(_snapshots(), level) for level in (0.5, 0.0, 1.0)]


def _resting(W: np.ndarray, level: float | int, within: float = 0.05) -> np.ndarray:
    return np.abs(measure.dimensionality(W) - level) <= within


@exercise(
    "energy-levels",
    "the same measure on every snapshot: what jumps in a figure of dimensionality over time is a row of these counts. "
    "It counts a feature of no length, too, on whose direction nothing depends.",
)
def energy_levels(answer: Any) -> str | None:
    """A function from W (snapshot, hidden, feature) and a level to how many features rest on it at each snapshot."""
    return like(
        answer,
        "resting",
        lambda W, level: _resting(W, level).sum(-1),
        STAGES,
        {
            "a count is asked for, not a share.": lambda W, level: _resting(W, level).mean(-1),
            "keep the snapshots apart: one count for each.": lambda W, level: _resting(W, level).sum(),
            "a level is one of dimensionality, not of the norm.": lambda W, level: (
                np.abs(measure.norms(W) - level) <= 0.05
            ).sum(-1),
            "on a level means within 0.05 of it, not exactly there.": lambda W, level: _resting(
                W, level, 1e-9
            ).sum(-1),
            "count features near the level, not above it.": lambda W, level: (
                measure.dimensionality(W) >= level - 0.05
            ).sum(-1),
        },
    )


EXERCISES = (
    given_up,
    collapsed_norm,
    octahedron_share,
    energy_levels,
)
