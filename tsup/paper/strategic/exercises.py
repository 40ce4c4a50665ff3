"""Exercises of the chapter *The strategic picture* (F35, F37)."""

from typing import Any

import numpy as np

from tsup.measure import neurons
from tsup.paper.exercise import exercise, valued
from tsup.paper.readings import number, several
from tsup.paper.strategic.analysis import LINEAR, cosine


@exercise(
    "last-norm",
    "2w − w³ is largest at w² = 2/3. A feature that is worth its penalty at all has at least this weight: it does "
    "not fade, it falls.",
)
def last_norm(answer: Any) -> str | None:
    """The weight at which a sparse feature alone on a neuron is as costly as none, under the largest penalty."""
    mistakes = {
        2 / 3: "that is its square.",
        1.0: "that is the weight without a penalty.",
        8 / 9 * (2 / 3) ** 0.5: "that is the penalty, over the importance. At which weight is it reached?",
        3**-0.5: "that is where the loss bends most. The loss there has to equal the loss at w = 0.",
    }
    return valued(
        number(answer), (2 / 3) ** 0.5, mistakes, "which weight lets a penalty be as large as it can?"
    )


def _sharing() -> tuple[np.ndarray, np.ndarray]:
    """The penalties of F35, and whether features share under each, of linear hidden layers at density 0.1."""
    from tsup.paper.results import load

    data = load("F35").sel(density=[0.1])
    return data.penalty.values, cosine(data, LINEAR)[0] >= 0.2


@exercise(
    "penalty-enough",
    "from there on no more features are left than there are neurons, and each has a neuron to itself.",
)
def penalty_enough(answer: Any) -> str | None:
    """The least penalty of F35 from which on no features share, at density 0.1."""
    penalty, shared = _sharing()
    last, first = np.flatnonzero(shared)[-1], np.flatnonzero(~shared)[0]
    mistakes: dict[float, str] = {
        float(penalty[last]): "there two features still share. Which is the next one?"
    }
    if first < last:
        mistakes[float(penalty[first])] = "nothing is shared there, but under a larger penalty something is."
    otherwise = "start from the largest penalty, and go down as long as nothing is shared."
    return valued(number(answer), float(penalty[last + 1]), mistakes, otherwise)


@exercise(
    "later-layers",
    "where features are dense every neuron has one, and the rarer they get the more a neuron holds. That fits the "
    "explanation, and does not prove it: other things change with depth too.",
)
def later_layers(answer: Any) -> str | None:
    """The densities of F28 at which no neuron of the best model holds several features."""
    from tsup.paper.results import load

    data = load("F28")
    none = ~(neurons(data.W.values.astype(float)).sum(-1) > 1).any(-1)
    found, right = np.sort(several(answer)), np.sort(data.density.values[none])
    if len(found) == len(right) and np.allclose(found, right):
        return None
    rest = np.sort(data.density.values[~none])
    if len(found) == len(rest) and np.allclose(found, rest):
        return "those have a neuron with several features. Which have none?"
    return "a neuron holds the features that measure.neurons says it does, and several of them make it polysemantic."


EXERCISES = (
    last_norm,
    penalty_enough,
    later_layers,
)
