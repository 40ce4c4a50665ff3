"""Exercises of the chapter *Learning dynamics* (F22, F23)."""

from typing import Any

import numpy as np

from tsup.paper.exercise import exercise


def _ends() -> tuple[int, int]:
    """Of the first start of F22: features represented at some time, and at the end."""
    from tsup.paper.results import load

    norm = load("F22").norm.values[0]
    return int((norm > 0.5).any(0).sum()), int((norm[-1] > 0.5).sum())


@exercise(
    "given-up",
    "the model first tries more features than it can keep, and gives some up again while the others settle into pairs.",
)
def given_up(answer: Any) -> str | None:
    """How many features of the first start of F22 are represented at some time, but not at the end."""
    found, (ever, end) = int(answer), _ends()
    if found == ever - end:
        return None
    if found == ever:
        return "those are represented at some time. Leave out the ones that still are at the end."
    if found == end:
        return "those are still represented at the end. How many were, and no longer are?"
    return "count the features whose norm passes one half at some snapshot but not at the last one."


@exercise(
    "collapsed-norm",
    "three features that share one direction at norm 1/√3 come back as their mean: W is the first principal component "
    "of the set, at norm 1.",
)
def collapsed_norm(answer: Any) -> str | None:
    """The norm of each of k = 3 correlated features that share the direction of their principal component."""
    found = float(answer)
    if np.isclose(found, 3**-0.5, rtol=0.01):
        return None
    if np.isclose(found, 1, rtol=0.01):
        return "with norm 1 each, a set in which all three are 1 would come back three times as large as it went in."
    if np.isclose(found, 1 / 3, rtol=0.01):
        return "the product of two such norms weighs a feature in the answer, so take a root."
    return (
        "WᵀW should be the projection onto (1, 1, 1)/√3, whose entries are all the same. What is one of them?"
    )


@exercise(
    "octahedron-share",
    "sparse sets end in the octahedron from nearly every start. Denser ones are on together too often for their "
    "features to share dimensions without harm.",
)
def octahedron_share(answer: Any) -> str | None:
    """The densities of F23 at which at least half of the starts at scale 1 end in the octahedron."""
    from tsup.paper.results import load

    data = load("F23")
    right = data.density.values[data.octahedra.sel(scale=1.0).values >= 0.5]
    found = np.sort(np.atleast_1d(np.asarray(answer, dtype=float)))
    if len(found) == len(right) and np.allclose(found, np.sort(right)):
        return None
    if len(found) > len(right):
        return "that is too many. Choose scale 1, and keep densities with a share of at least one half."
    return "some are missing, or wrong: data.octahedra has the axes scale and density."


EXERCISES = (
    given_up,
    collapsed_norm,
    octahedron_share,
)
