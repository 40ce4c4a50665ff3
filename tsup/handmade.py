"""Models made by hand, to which no trained model may lose.

The candidates of a setup are weights with a leading setting axis, by name. Where features are independent they give
some features a dimension, an antipodal pair, a corner of a regular polygon or a pair of neurons of their own and answer
all others with their mean; features are served in order of what leaving them out would cost, and those of correlated
sets in turn, so that a pair joins two sets. Three pairs in three dimensions are a regular octahedron. Correlated ones
are also projected onto their principal components.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tsup import exact, gate
from tsup.config import Equation, Features, Model, Setup, equation
from tsup.exact import theory
from tsup.models import shapes

Weights = Mapping[str, Float[np.ndarray, "setting ..."]]
MOST_ARRANGEMENTS = 9
FEW = 3
POLYGONS = {3: "triangle", 5: "pentagon", 6: "hexagon"}  # two pairs are the square


class Least(NamedTuple):
    """The least loss of a model made by hand (setting), as `priced` has it, and its name."""

    loss: Float[np.ndarray, " setting"]
    name: tuple[str, ...]


def costs(features: Features, model: Model) -> Float[np.ndarray, "setting feature"]:
    """What a feature costs that gets no weights: I_i times the variance of its target (F05), answered with the mean.

    Without a bias it is answered with 0, and costs its second moment.
    """
    own = equation(model)
    mean = own.bias * features.means(absolute=own.target == "absolute")
    return features.importances() * (features.active() * features.distribution.second - mean**2)


class Shares(NamedTuple):
    """How many features stand alone in a dimension, how many antipodal pairs and regular polygons there are."""

    alone: int
    pairs: int
    polygons: int = 0
    corners: int = 3

    @property
    def name(self) -> str:
        """What there is, in words."""
        kind = POLYGONS[self.corners]
        planes = f", {self.polygons} {kind}{'s' * (self.polygons > 1)}" if self.polygons else ""
        return f"{self.alone} alone, {2 * self.pairs} in pairs{planes}"


def _filled(model: Model, order: np.ndarray, shares: Shares, bias: np.ndarray) -> dict[str, np.ndarray]:
    """One model: the first features of `order` alone in a dimension, the next ones in antipodal pairs, then those in
    polygons, the rest not."""
    alone, pairs, polygons, corners = shares
    W, b = np.zeros((model.hidden, len(order))), bias.copy()
    W[np.arange(alone), order[:alone]] = 1
    for k in range(pairs):
        W[alone + k, order[alone + 2 * k : alone + 2 * k + 2]] = (1, -1)
    b[order[: alone + 2 * pairs]] = 0
    for k in range(polygons):
        start, first = alone + 2 * pairs + k * corners, alone + pairs + 2 * k
        own = order[start : start + corners]
        W[first : first + 2, own], b[own] = _polygon(corners)
    return {"W": W, "b": b} if model.tied else {"W1": W, "W2": W.T, "b": b}


@cache
def _polygon(corners: int) -> tuple[Float[np.ndarray, "2 corner"], float]:
    """Weights and the bias of the regular polygon that is best where at most one feature is active (F11)."""
    best, angles = theory.polygon(corners), 2 * np.pi * np.arange(corners) / corners
    return best.norm * np.stack([np.cos(angles), np.sin(angles)]), best.bias


def _neurons(model: Model, order: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    """One model: a neuron for either sign of each of the first features of `order` (F31, F32)."""
    n, m = len(order), model.hidden
    W1, W2, b = np.zeros((m, n)), np.zeros((n, m)), bias.copy()
    for k, i in enumerate(order[: m // 2]):
        W1[[2 * k, 2 * k + 1], i] = (1, -1)
        W2[i, [2 * k, 2 * k + 1]] = 1
        b[i] = 0
    return {"W1": W1, "W2": W2, "b": b}


def _tried(model: Model, n: int) -> list[Shares]:
    """The shares to try: none but single features where others cannot be told apart, else up to nine counts of pairs
    from none to all, and of each kind of polygon one, half of what fits and all, beside single features or pairs."""
    if (model.hidden_activation, model.output_activation, model.target) != ("linear", "relu", "identity"):
        return [Shares(min(model.hidden, n), 0)]
    most = _most_pairs(model.hidden, n)
    counts = sorted({round(most * k / (MOST_ARRANGEMENTS - 1)) for k in range(MOST_ARRANGEMENTS)})
    alone = [Shares(min(model.hidden - pairs, n), pairs) for pairs in counts]
    return alone + [shares for corners in POLYGONS for shares in _with_polygons(model.hidden, n, corners)]


def _most_pairs(dimensions: int, n: int) -> int:
    return max(0, min(dimensions, n - dimensions))


def _with_polygons(hidden: int, n: int, corners: int) -> Iterator[Shares]:
    """Some features of n in polygons with so many corners, the others alone or in as many pairs as there can be."""
    most = min(hidden // 2, n // corners)
    for polygons in sorted({1, most // 2, most} - {0}) if most else ():
        dimensions, left = hidden - 2 * polygons, n - corners * polygons
        for pairs in {0, _most_pairs(dimensions, left)}:
            yield Shares(min(dimensions - pairs, left), pairs, polygons, corners)


def covariance(features: Features) -> Float[np.ndarray, "setting feature feature"]:
    """Of the features in every setting: independent but for the members of a set, which are on together, or never."""
    mean, size = features.means(), features.distribution
    found = np.eye(features.n) * (features.active() * size.second - mean**2)[:, None]
    for sets, together in ((features.correlated, features.densities()), (features.anticorrelated, 0 * mean)):
        for members in sets:
            for i, j in permutations(members, 2):
                found[:, i, j] = together[:, i] * size.mean**2 - mean[:, i] * mean[:, j]
    return found


def principal(setup: Setup) -> Weights:
    """The projection onto the first principal components of the data, with the bias that restores the mean."""
    mean, m = setup.features.means(), setup.model.hidden
    found = np.linalg.eigh(covariance(setup.features))[1][..., ::-1][..., :m].swapaxes(-1, -2)
    W = np.pad(found, ((0, 0), (0, m - found.shape[1]), (0, 0)))
    b = mean - ((W.swapaxes(-1, -2) @ W) @ mean[..., None])[..., 0]
    return {"W": W, "b": b} if setup.model.tied else {"W1": W, "W2": W.swapaxes(-1, -2), "b": b}


def _orders(features: Features, model: Model) -> np.ndarray:
    """Features (setting, feature) from the most costly to the least; members of correlated sets take turns."""
    turn = np.zeros(features.n)
    for members in features.correlated:
        turn[list(members)] = np.arange(len(members))
    by_cost = np.argsort(-costs(features, model), axis=1, kind="stable")
    if features.correlated:
        return np.broadcast_to(np.argsort(turn, kind="stable"), by_cost.shape)
    return by_cost


def _arranged(setup: Setup) -> Iterator[tuple[str, Weights]]:
    model, features = setup.model, setup.features
    orders = _orders(features, model)
    means = features.means(absolute=model.target == "absolute")
    for shares in _tried(model, features.n):
        if model.target == "absolute":
            name = f"{min(model.hidden // 2, features.n)} features with two neurons each"
            each = [_neurons(model, order, bias) for order, bias in zip(orders, means, strict=True)]
        else:
            name = shares.name
            each = [_filled(model, order, shares, bias) for order, bias in zip(orders, means, strict=True)]
        yield name, {key: np.stack([one[key] for one in each]) for key in each[0]}


def candidates(setup: Setup) -> dict[str, Weights]:
    """Weights by the name of the arrangement; none where the equation has no simple answer (C1).

    Of outputs, and of hidden neurons, that are linear or rectified; of an absolute target, only with two matrices and
    a hidden ReLU.

    Features of a pair or a polygon must be on one side of zero to be told apart by a ReLU; of a model without one, and
    of a hidden ReLU, only features with a dimension of their own are tried.
    """
    own = equation(setup.model)
    if not _has_arrangement(own):
        return {}
    found = dict(_arranged(setup))
    if setup.features.correlated and (own.hidden_activation, own.target) == ("linear", "identity"):
        found["principal components"] = principal(setup)
    hidden_bias = np.zeros((setup.features.settings, setup.model.hidden))
    known = shapes(setup.model, setup.features.n)
    return {
        name: {key: value for key, value in {**weights, "b_hidden": hidden_bias}.items() if key in known}
        for name, weights in found.items()
    }


def _has_arrangement(own: Equation) -> bool:
    """Whether weights of 1, −1 and 0 can make a feature's output its target."""
    if own.target == "absolute" and (own.tied or own.hidden_activation != "relu"):
        return False
    return {own.hidden_activation, own.output_activation} <= {"linear", "relu"}


def is_exact(setup: Setup) -> bool:
    """Whether `priced` knows the expected loss: of up to three features that `exact.expected` knows under a ReLU."""
    features, model = setup.features, setup.model
    relu = equation(model).output_activation == "relu"
    return relu and features.n <= FEW and exact.unknown(features, model) is None


def priced(setup: Setup, weights: Weights) -> Float[np.ndarray, " model"]:
    """The loss of every model: the expected one where it is known, else that on the rows of `training.evaluate`.

    Rows in which two of a few sparse features are active are so few that losses on them are mostly noise.
    """
    from tsup.training import evaluate

    if not is_exact(setup):
        return evaluate(setup, weights)
    return exact.expected(setup.features, setup.model, weights)


def least(setup: Setup) -> Least | None:
    """The best candidate of every setting, as `priced` has it; None without any."""
    made = candidates(setup)
    if not made:
        return None
    training = type(setup.training)(**{**setup.training.to_dict(), "replicas": 1})
    alone = Setup(features=setup.features, model=setup.model, training=training)
    single = {
        name: {key: w.astype(np.float32) for key, w in weights.items()} for name, weights in made.items()
    }
    losses = np.stack([priced(alone, weights) for weights in single.values()])
    names = tuple(made)
    return Least(losses.min(0), tuple(names[k] for k in losses.argmin(0)))


gate.close(globals())
