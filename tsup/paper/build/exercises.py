"""Exercises of the page *Build it yourself* (F05, F01): the pieces of a training loop, and what comes out of it."""

from typing import Any

import numpy as np

from tsup import exact, measure
from tsup.paper.exercise import exercise
from tsup.paper.hidden import like, sampled
from tsup.paper.readings import Trained, items, models, numbers, returned

RANDOM = np.random.default_rng(0)
DENSITY = np.array([[0.5, 0.1, 1.0], [0.02, 0.1, 0.3]])
ROWS = 20_000
W = RANDOM.normal(size=(3, 2, 4))
B = RANDOM.normal(size=(3, 4))
X = RANDOM.uniform(size=(5, 3, 4))
SHAPE = (ROWS, *DENSITY.shape)


def _sizes(x: np.ndarray) -> str | None:
    """What is wrong with the magnitudes of a batch."""
    if (x < 0).any() or (x > 1).any():
        return f"values should lie between 0 and 1; yours go from {x.min():.2f} to {x.max():.2f}."
    means = np.array([one[one > 0].mean() if (one > 0).any() else np.nan for one in x.reshape(ROWS, -1).T])
    if np.nanmin(means) > 0.99:
        return "features that are on should have values anywhere between 0 and 1, not 1."
    if np.nanmax(np.abs(means - 0.5)) > 0.1:
        return "the values of a feature that is on should be uniform: is their size drawn apart from whether it is on?"
    return None


def _presence(x: np.ndarray) -> str | None:
    """What is wrong with how often features are on, and together."""
    on = (x > 0).reshape(ROWS, -1)
    share, wanted = on.mean(0), DENSITY.ravel()
    bar = 6 * np.sqrt(wanted * (1 - wanted) / ROWS) + 1e-4
    if (np.abs(share - wanted) > bar).any():
        if (np.abs(share - (1 - wanted)) <= bar).all():
            return "density is the chance to be on, and yours is the chance to be off."
        worst = int(np.abs(share - wanted).argmax())
        return f"a feature of density {wanted[worst]:g} is on in {share[worst]:.1%} of the rows."
    often = on[:, wanted < 1]
    together = np.asarray(np.corrcoef(often.T))[np.triu_indices(often.shape[1], 1)]
    if np.abs(together).max() > 0.06:
        return "features should be on independently of each other, in every row and every model."
    later = np.asarray(np.corrcoef(often[1:, 0], often[:-1, 0]))[0, 1]
    return "every row should draw anew." if abs(later) > 0.06 else None


@exercise(
    "generate-batch",
    "two draws an entry, one for whether it is on and one for its size. At a density of 0.01 nearly all of that work "
    "decides that an entry is 0, which is what a fast trainer saves.",
)
def generate_batch(answer: Any) -> str | None:
    """A function from rows and density (model, feature) to a batch (row, model, feature)."""
    x = sampled(answer, "generate_batch", (ROWS, DENSITY), SHAPE)
    return _sizes(x) or _presence(x)


def _hidden(W: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.einsum("mhf,rmf->rmh", W, x)


def _output(W: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.maximum(np.einsum("mhf,rmh->rmf", W, _hidden(W, x)) + b, 0)


@exercise(
    "forward-pass",
    "each row of each model is squeezed into its hidden vector and read out by the same matrix, transposed. No model "
    "sees the rows of another.",
)
def forward_pass(answer: Any) -> str | None:
    """A function from W (model, hidden, feature), b (model, feature) and x (row, model, feature) to the outputs."""
    return like(
        answer,
        "forward",
        _output,
        [(W, B, X)],
        {
            "the ReLU is missing at the output.": lambda W, b, x: (
                np.einsum("mhf,rmh->rmf", W, _hidden(W, x)) + b
            ),
            "the bias is missing, inside the ReLU.": lambda W, b, x: _output(W, 0 * b, x),
            "the bias is added before the ReLU cuts, not after it.": lambda W, b, x: _output(W, 0 * b, x) + b,
            "the bias has a plus sign.": lambda W, b, x: _output(W, -b, x),
            "the hidden layer has no ReLU, only the output has.": lambda W, b, x: np.maximum(
                np.einsum("mhf,rmh->rmf", W, np.maximum(_hidden(W, x), 0)) + b, 0
            ),
        },
    )


IMPORTANCE = np.array([[1.0, 0.5, 0.25, 0.1]] * 2 + [[1.0, 0.9, 0.8, 0.7]])


@exercise(
    "weighted-loss",
    "one number a model, so that each can be followed, and the best of many starts be chosen. Their sum is what the "
    "gradient is taken of: a weight of one model has no part in the loss of another.",
)
def weighted_loss(answer: Any) -> str | None:
    """A function from x, output (row, model, feature) and importance (model, feature) to losses (model)."""

    def squares(x: np.ndarray, output: np.ndarray) -> np.ndarray:
        return (x - output) ** 2

    return like(
        answer,
        "loss",
        lambda x, output, importance: (importance * squares(x, output)).sum(-1).mean(0),
        [(X, _output(W, B, X), IMPORTANCE)],
        {
            "sum over features, and take the mean over rows only.": lambda x, y, i: (i * squares(x, y)).mean(
                (0, 2)
            ),
            "take the mean over rows, not their sum.": lambda x, y, i: (i * squares(x, y)).sum((0, 2)),
            "the importance is missing.": lambda x, y, i: squares(x, y).sum(-1).mean(0),
            "importance weighs the square, it is not squared itself.": lambda x, y, i: (
                squares(i * x, i * y).sum(-1).mean(0)
            ),
            "square the errors.": lambda x, y, i: (i * np.abs(x - y)).sum(-1).mean(0),
            "that is one number for all models: keep the axis of models.": lambda x, y, i: (
                (i * squares(x, y)).sum(-1).mean()
            ),
            "that adds up all models: keep the axis of models.": lambda x, y, i: (
                (i * squares(x, y)).sum(-1).mean(0).sum()
            ),
        },
    )


@exercise(
    "initialise",
    "small, so that no ReLU is off from the first step on, and random, so that features do not all start in one "
    "direction, which they would then never leave; every model by itself, or many starts would be one.",
)
def initialise(answer: Any) -> str | None:
    """A function from models, hidden and features to W (model, hidden, feature)."""
    sizes = (400, 3, 9)
    drawn = sampled(answer, "initialise", sizes, sizes)
    wanted, found = (2 / 12) ** 0.5, float(drawn.std())
    if np.ptp(drawn.std(0)) < 1e-9:
        return "all models start alike: draw for each of them."
    if abs(found - wanted) > 0.05 * wanted:
        said = {2 / 12: " That is its square: take the root."}
        near = next((words for value, words in said.items() if abs(found - value) < 0.05 * value), "")
        return f"entries should spread by √(2/(3 + 9)) = {wanted:.2f}; yours spread by {found:.2f}.{near}"
    if abs(drawn.mean()) > 0.05 * wanted:
        return f"entries should be as often negative as positive; their mean is {drawn.mean():.2f}."
    return None


def _uncorrected(
    slope: np.ndarray, first: np.ndarray, second: np.ndarray, t: float | int, rate: float | int
) -> np.ndarray:
    first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
    return -rate * first / (np.sqrt(second) + 1e-8)


def _adam(
    slope: np.ndarray, first: np.ndarray, second: np.ndarray, t: float | int, rate: float | int
) -> np.ndarray:
    first = (0.9 * first + 0.1 * slope) / (1 - 0.9**t)
    second = (0.999 * second + 0.001 * slope**2) / (1 - 0.999**t)
    return -rate * first / (np.sqrt(second) + 1e-8)


ADAM = [
    (np.array([0.2, -3.0]), np.zeros(2), np.zeros(2), 1, 0.01),
    (np.array([0.2, -3.0]), np.array([0.5, 1.0]), np.array([0.3, 2.0]), 7, 0.02),
]


@exercise(
    "adam-move",
    "on the first step every weight moves by the rate, however steep its slope: Adam looks at signs and at how steady "
    "they are, and less at sizes. So features of little importance learn nearly as fast as the others.",
)
def adam_move(answer: Any) -> str | None:
    """A function from slope, first, second, t and rate to what Adam adds to a weight at step t."""
    return like(
        answer,
        "move",
        _adam,
        ADAM,
        {
            "it goes down the slope: the sign is wrong.": lambda *given: -_adam(*given),
            "divide both averages by what they have seen so far: 1 − 0.9^t and 1 − 0.999^t.": _uncorrected,
            "divide by the root of the average square.": lambda s, f, v, t, rate: (
                -rate
                * ((0.9 * f + 0.1 * s) / (1 - 0.9**t))
                / ((0.999 * v + 0.001 * s**2) / (1 - 0.999**t) + 1e-8)
            ),
            "that is plain gradient descent: divide by how large slopes have been.": lambda s, f, v, t, rate: (
                -rate * s
            ),
            "take the new slope into both averages before you use them.": lambda s, f, v, t, rate: (
                -rate * (f / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            ),
        },
    )


P = 0.05
BEST = 0.0089036  # the exact loss of the pentagon that is best there, which a test computes again


def _of_stack(answer: Any) -> Any:
    """Of a stack of models, W (model, 2, 5) and b (model, 5), the one of least loss; any other answer as it is."""
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        return answer
    W, b = (numbers(part, name) for name, part in zip("Wb", items(answer, "W, b", 2), strict=True))
    if W.ndim != 3 or b.ndim != 2 or W.shape[1:] != (2, 5) or b.shape != (len(W), 5) or not len(W):
        return answer
    best = int(exact.loss(W, b, P).argmin())
    return W[best], b[best]


@exercise(
    "own-pentagon",
    "five features in two dimensions, from code of your own. Nothing in it mentions a pentagon: it is what the loss, "
    "the ReLU and sparse data leave.",
)
def own_pentagon(answer: Any) -> str | None:
    """A model of five equal features in two dimensions at density 0.05 whose directions make a pentagon."""
    best = models(_of_stack(returned(answer)), 5, 2)[0]
    kept = int(measure.represented(best.W).sum())
    if kept < 5:
        return (
            f"your best model keeps {kept} of the five: train from more starts, or check the density, 0.05."
        )
    return _apart(best)


def _apart(model: Trained) -> str | None:
    """What is wrong with five directions that are all there."""
    order = np.sort(np.arctan2(model.W[1], model.W[0]))
    gaps = np.rad2deg(np.diff(order, append=order[0] + 2 * np.pi))
    if gaps.min() < 62 or gaps.max() > 82:
        return f"neighbours stand {gaps.min():.0f}° to {gaps.max():.0f}° apart, and 72° in a pentagon: train longer."
    cost = float(exact.loss(model.W, model.b, P))
    if cost > 1.05 * BEST:
        return f"it is a pentagon, but costs {cost:.4f} at density {P}, and {BEST:.4f} is possible: train it there."
    return None


EXERCISES = (generate_batch, forward_pass, weighted_loss, initialise, adam_move, own_pentagon)
