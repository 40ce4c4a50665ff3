"""Exercises of the chapter *Superposition in a privileged basis* (F26 – F29)."""

from math import comb, factorial
from typing import Any

import numpy as np

from tsup.measure import neurons
from tsup.paper.exercise import counted, exercise, of_model, valued
from tsup.paper.hidden import like
from tsup.paper.readings import count, function, number, truth

NEURONS = 5


@exercise(
    "harmless-turns",
    "an orthogonal matrix that commutes with the ReLU has no negative entry, so it is a permutation: neurons can be "
    "renumbered, and nothing else.",
)
def harmless_turns(answer: Any) -> str | None:
    """How many orthogonal matrices O of five dimensions satisfy ReLU(Oh) = O ReLU(h) for every h: 5!."""
    few = "not every rotation, but more than that: what if two neurons change places?"
    signs = "a change of sign does not commute with the ReLU: try h = −1 and O = −1."
    mistakes: dict[float, str] = {
        factorial(NEURONS) * 2**NEURONS: signs,
        2**NEURONS: signs,
        1: few,
        NEURONS: few,
        np.inf: few,
    }
    otherwise = "which matrices are orthogonal and have no negative entry? Count those for five neurons."
    return counted(count(answer), factorial(NEURONS), mistakes, otherwise)


# One model each, of which the first three have neurons of both kinds: a weak weight makes the neuron polysemantic, a
# negative one counts, a neuron that holds nothing is of neither kind, and features do not count for neurons.
TRAPS = (
    [[1, 0.3, 0], [0, 0, 1]],
    [[1, -0.8, 0], [0, 0, -1]],
    [[1, 0.7, 0], [0, 0, 0.9], [0.1, 0, 0]],
    [[1, 0.8, 0], [0, 0.2, 0]],
    [[1, 0.2, 0], [0, 0, 1]],
    [[1, 0, 0.8], [0, 0.9, 0.7]],
)


def _kinds(W: np.ndarray) -> tuple[bool, bool]:
    """Whether a neuron of the model holds one feature, and whether one holds several."""
    held = neurons(W).sum(-1)
    return bool((held == 1).any()), bool((held > 1).any())


@exercise(
    "both-kinds",
    "between the dense and the sparse there are densities at which important features have a neuron of their own while "
    "others share theirs.",
)
def both_kinds(answer: Any) -> str | None:
    """A function from W (neuron, feature) to whether the model has monosemantic and polysemantic neurons."""
    from tsup.paper.results import load

    shown = [*load("F28").W.values.astype(float), *(np.array(trap, float) for trap in TRAPS)]
    ask = function(answer, "both_kinds")
    said = [truth(ask(W), "both_kinds") for W in shown]
    kinds = [_kinds(W) for W in shown]
    if said == [all(kind) for kind in kinds]:
        return None
    for k, word in enumerate(("monosemantic", "polysemantic")):
        if said == [kind[k] for kind in kinds]:
            return f"those have neurons that are {word}; ask for the other kind, too."
    place = next(k for k, one in enumerate(said) if one != all(kinds[k]))
    return f"for {of_model(shown[place], place)} it should be {not said[place]}."


@exercise(
    "room-for-sets",
    "no family of sets, none within another, is larger than that of all sets of the middle size (Sperner): ten pairs, "
    "as many as there are features. The sparsest model uses sets of one, two and three neurons instead.",
)
def room_for_sets(answer: Any) -> str | None:
    """The most features that five neurons can hold as sets of which none contains another: C(5, 2)."""
    nested = "these are all sets, but then some contain others: {0} lies within {0, 1}."
    mistakes: dict[float, str] = {
        2**NEURONS: nested,
        2**NEURONS - 1: nested,
        NEURONS: "single neurons make five sets, and none contains another; larger sets make more.",
    }
    otherwise = "take all sets of one size, and find the size of which there are most."
    return counted(count(answer), comb(NEURONS, 2), mistakes, otherwise)


@exercise(
    "bias-by-number",
    "the mean grows as n and the standard deviation as √n, so with enough features nearly every activation is "
    "positive; the sparser they are, the more it takes.",
)
def bias_by_number(answer: Any) -> str | None:
    """How many features of density 0.1 and equal weight put a neuron's mean two standard deviations above 0: 50."""
    found, p = number(answer), 0.1
    exact = 16 / (3 * p) - 4
    if found == np.ceil(exact):
        return None
    variance = "the variance of one feature is p/3 − (p/2)²; did you subtract the square of the mean?"
    one = "that is for one standard deviation; the mean should be two above 0."
    mistakes = {
        np.floor(exact): "with so many it is not quite two: round up.",
        16 / (3 * p): variance,
        np.ceil(16 / (3 * p)): variance,
        exact / 4: one,
        np.ceil(exact / 4): one,
    }
    otherwise = "set n·p/2 equal to twice √(n·(p/3 − p²/4)), and solve for n."
    return valued(found, exact, mistakes, otherwise, rtol=0.005)


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


RANDOM = np.random.default_rng(0)
LAYER = [(RANDOM.normal(size=(3, 4)), 0.3 * RANDOM.normal(size=4), RANDOM.uniform(size=(5, 4)))]


@exercise(
    "relu-hidden",
    "one ReLU more than in the model before, and it acts on each hidden dimension by itself: from now on the hidden "
    "dimensions are neurons, and turning them changes what the model computes.",
)
def relu_hidden(answer: Any) -> str | None:
    """A function from W (neuron, feature), b and x (row, feature) to the outputs of the ReLU-hidden model."""
    return like(
        answer,
        "forward",
        lambda W, b, x: _relu(_relu(x @ W.T) @ W + b),
        LAYER,
        {
            "the hidden layer has no ReLU yet.": lambda W, b, x: _relu(x @ W.T @ W + b),
            "the output has a ReLU, too.": lambda W, b, x: _relu(x @ W.T) @ W + b,
            "the bias is missing.": lambda W, b, x: _relu(_relu(x @ W.T) @ W),
            "the bias is added inside the last ReLU.": lambda W, b, x: _relu(_relu(x @ W.T) @ W) + b,
            "that is an absolute value in the hidden layer.": lambda W, b, x: _relu(np.abs(x @ W.T) @ W + b),
            "that returns the hidden layer; the outputs are asked for.": lambda W, b, x: _relu(x @ W.T),
        },
    )


EXERCISES = (
    harmless_turns,
    both_kinds,
    room_for_sets,
    bias_by_number,
    relu_hidden,
)
