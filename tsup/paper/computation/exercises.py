"""Exercises of the chapter *Computation in superposition* (F30 – F34)."""

from typing import Any

import numpy as np

from tsup.exact import theory
from tsup.paper.exercise import counted, exercise, valued
from tsup.paper.hidden import like
from tsup.paper.readings import count, matrices, number


@exercise(
    "abs-by-hand",
    "one neuron for either sign of each feature, both read out by 1, computes |x| without error and without a bias.",
)
def by_hand(answer: Any) -> str | None:
    """W1 (4, 2) and W2 (2, 4) that compute the absolute values of two features exactly."""
    W1, W2 = matrices(answer, {"W1": (4, 2), "W2": (2, 4)})
    x = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    y = np.maximum(np.maximum(x @ W1.T, 0) @ W2.T, 0)
    if np.allclose(y, np.abs(x), atol=1e-6):
        return None
    if np.allclose(y, np.maximum(x, 0), atol=1e-6):
        return "this gives ReLU(x): nothing responds to negative values yet."
    single = np.maximum(np.maximum(np.vstack([np.eye(2), -np.eye(2)]) @ W1.T, 0) @ W2.T, 0)
    if np.allclose(single, np.vstack([np.eye(2)] * 2), atol=1e-6):
        return "right while one feature is active, wrong when both are: is there a neuron that both drive?"
    return "outputs are wrong. Follow x = (1, 0) and x = (−1, 0) through your neurons, one at a time."


@exercise(
    "left-out-loss",
    "a feature that is left out costs the variance of |x|, p/3 − p²/4, times its importance.",
)
def left_out(answer: Any) -> str | None:
    """The expected loss at density 0.1 of a feature of importance 1 whose output is the best constant."""
    p = 0.1
    mistakes = {
        p / 3: "that is the loss of output 0. A constant output, the mean of |x|, does a little better.",
        1 / 12: "that is the variance of an active feature. It is active on a share p of the inputs only.",
        p
        / 12: "that is p times the variance of an active feature. That it is off at times makes it vary, too.",
    }
    otherwise = "take the mean of x² and subtract the square of the mean of |x|, inactive inputs included."
    return valued(number(answer), float(theory.left_out(p)), mistakes, otherwise, rtol=0.005)


@exercise(
    "inhibition",
    "with −4, output 1 receives nothing from x₀ alone; anything below it is harmless too, because the output's ReLU "
    "clips it. That is why trained models overdo it.",
)
def inhibition(answer: Any) -> str | None:
    """The largest read-out of an inhibitor ReLU(x₀) to output 1 that leaves nothing of the motif's interference."""
    found = number(answer)
    if np.isclose(found, -4, rtol=0.005):
        return None
    if found > 0:
        return "an inhibitor pushes down: its read-out is negative."
    if found < -4:
        return "that works, but less is enough. Where does the push on output 1 come to exactly 0?"
    return "something is left: the neuron passes on 2 when x₀ = 1, and output 1 reads it out by 2."


@exercise(
    "beyond-pairs",
    "each of them is an absolute value that the model computes without two neurons of its own.",
)
def beyond_pairs(answer: Any) -> str | None:
    """How many more absolute values the model at density 0.01 computes than its neurons could, two to a feature."""
    from tsup.paper.computation.analysis import computed
    from tsup.paper.results import load

    data = load("F32")
    place = int(np.abs(data.density.values - 0.01).argmin())
    whole, most = int(computed(data)[place]), data.sizes["hidden"] // 2
    mistakes: dict[float, str] = {
        whole: "that is how many it computes. How many of them are beyond two neurons a feature?",
        whole
        - data.sizes["hidden"]: "two neurons a feature: 40 neurons are enough for 20 features, not for 40.",
    }
    otherwise = (
        "count the features whose explained variance exceeds one half, and take away half of the neurons."
    )
    return counted(count(answer), whole - most, mistakes, otherwise)


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


RANDOM = np.random.default_rng(0)
SIGNED = [
    (
        RANDOM.normal(size=(3, 4)),
        RANDOM.normal(size=(4, 3)),
        0.3 * RANDOM.normal(size=4),
        RANDOM.uniform(-1, 1, (5, 4)),
    )
]


@exercise(
    "absolute-value",
    "two matrices of their own, not one and its transpose: what is computed may be read from one place and written to "
    "another. Nothing in it takes an absolute value; the weights have to learn that.",
)
def absolute_value(answer: Any) -> str | None:
    """A function from W1 (neuron, feature), W2 (feature, neuron), b and x (row, feature) to the outputs."""
    return like(
        answer,
        "forward",
        lambda W1, W2, b, x: _relu(_relu(x @ W1.T) @ W2.T + b),
        SIGNED,
        {
            "the hidden layer has a ReLU.": lambda W1, W2, b, x: _relu(x @ W1.T @ W2.T + b),
            "the output has a ReLU, too.": lambda W1, W2, b, x: _relu(x @ W1.T) @ W2.T + b,
            "the bias is missing.": lambda W1, W2, b, x: _relu(_relu(x @ W1.T) @ W2.T),
            "that is what the model is asked for, |x|, not what it answers.": lambda W1, W2, b, x: np.abs(x),
            "that reads out with the transpose of W1: use W2.": lambda W1, W2, b, x: _relu(
                _relu(x @ W1.T) @ W1 + b
            ),
        },
    )


EXERCISES = (
    by_hand,
    left_out,
    inhibition,
    beyond_pairs,
    absolute_value,
)
