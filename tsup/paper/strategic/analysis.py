"""What superposition is worth under a penalty on hidden activations (F35), and for every activation it takes (F36).

Models made by hand give a feature, or an antipodal pair of features, a neuron of its own; their losses are exact.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float
from scipy.optimize import minimize

from tsup import exact
from tsup.exact import theory
from tsup.measure import cosines, represented

LINEAR, RELU = "linear hidden", "relu hidden"
WEIGHTS, BIASES = np.linspace(0, 1.3, 131), np.linspace(-0.4, 0.6, 101)


class Neuron(NamedTuple):
    """A neuron with k features of importance 1, one or an antipodal pair, at one density.

    loss, bias: the least loss with each of `WEIGHTS`, and the bias that has it. activity: the mean of |h| at 1.
    """

    k: int
    loss: Float[np.ndarray, " weight"]
    bias: Float[np.ndarray, " weight"]
    activity: float

    def total(self, importance: float, penalty: float) -> Float[np.ndarray, " weight"]:
        """The loss with the penalty, for each of `WEIGHTS`, of features with this mean importance."""
        return importance * self.loss + penalty * self.activity * WEIGHTS


@cache
def neuron(p: float, k: int) -> Neuron:
    """The neuron with k = 1 or 2 features at density p."""
    w, b = (grid.ravel() for grid in np.meshgrid(WEIGHTS, BIASES, indexing="ij"))
    signs = np.array([1.0, -1.0])[:k]
    loss = exact.loss(w[:, None, None] * signs, np.repeat(b[:, None], k, 1), p).reshape(len(WEIGHTS), -1)
    activity = p / 2 if k == 1 else p - 2 * p**2 / 3
    return Neuron(k, loss.min(1), BIASES[loss.argmin(1)], activity)


def threshold(p: float, k: int = 1) -> float:
    """The penalty, over the mean importance of a neuron's k features, above which no weight of the neuron pays."""
    one = neuron(p, k)
    gain = k * float(theory.left_out(p)) - one.loss[1:]
    return float((gain / (WEIGHTS[1:] * one.activity)).max())


class ByHand(NamedTuple):
    """The best of the models made by hand, W (hidden, feature) and b: the most important features have a neuron each,
    the next ones one a pair, and all others are answered with their mean."""

    W: Float[np.ndarray, "hidden feature"]
    b: Float[np.ndarray, " feature"]


def by_hand(
    p: float, importance: Float[np.ndarray, " feature"], penalty: float, hidden: int, pairs: bool
) -> ByHand:
    """The best model made by hand under a penalty λ ≥ 0, with antipodal pairs or without. importance: falling."""
    n, missing = len(importance), float(theory.left_out(p))
    tried = []
    for alone in range(hidden + 1):
        for paired in range(hidden - alone + 1 if pairs else 1):
            if alone + 2 * paired <= n:
                served = [(1, [i]) for i in range(alone)]
                served += [(2, [alone + 2 * j, alone + 2 * j + 1]) for j in range(paired)]
                totals = [neuron(p, k).total(float(importance[own].mean()), penalty) for k, own in served]
                left = missing * float(importance[alone + 2 * paired :].sum())
                tried.append((sum(float(total.min()) for total in totals) + left, served, totals))
    _, served, totals = min(tried, key=lambda one: one[0])
    W, b = np.zeros((hidden, n)), np.full(n, p / 2)
    for row, ((k, own), total) in enumerate(zip(served, totals, strict=True)):
        best = int(total.argmin())
        W[row, own] = WEIGHTS[best] * np.array([1.0, -1.0])[:k]
        b[own] = neuron(p, k).bias[best]
    return ByHand(W, b)


def reaching(W: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """What of weights onto hidden ReLUs lets anything through: their positive part."""
    return np.maximum(W, 0)


def kept(data: xr.Dataset, model: str, norm: float = 0.5) -> Bool[np.ndarray, "density penalty feature"]:
    """Which features the best models of one kind represent."""
    W = data.W.sel(model=model).values.astype(float)
    return represented(reaching(W) if model == RELU else W, norm)


def between(
    data: xr.Dataset, model: str, norm: float = 0.5
) -> Float[np.ndarray, "density penalty feature feature"]:
    """Cosines between different features that the best models of one kind represent; 0 elsewhere."""
    own = kept(data, model, norm)
    both = own[..., :, None] & own[..., None, :] & ~np.eye(own.shape[-1], dtype=bool)
    return np.where(both, cosines(data.W.sel(model=model).values.astype(float)), 0)


def cosine(data: xr.Dataset, model: str, norm: float = 0.5) -> Float[np.ndarray, "density penalty"]:
    """The largest |cosine| between two features that the best model represents; 0 where it has fewer than two."""
    return np.abs(between(data, model, norm)).max((-2, -1))


class Arrangement(NamedTuple):
    """k equal features in d dimensions: directions (hidden, feature) of length 1."""

    name: str
    directions: Float[np.ndarray, "hidden feature"]


def _around(k: int) -> Float[np.ndarray, "2 feature"]:
    """Corners of a regular polygon, the first on an axis."""
    angles = 2 * np.pi * np.arange(k) / k
    return np.stack([np.cos(angles), np.sin(angles)]).round(12)


ARRANGEMENTS = (
    Arrangement("a neuron each", np.ones((1, 1))),
    Arrangement("antipodal pair", np.array([[1.0, -1.0]])),
    Arrangement("triangle", _around(3)),
    Arrangement("pentagon", _around(5)),
)


class Worth(NamedTuple):
    """What an arrangement of features of importance 1 takes off the loss, and how many neurons are on in the mean."""

    reduction: float
    active: float


@cache
def worth(place: int, p: float) -> Worth:
    """Of one of `ARRANGEMENTS` at its best norm and bias, against features that are answered with their mean."""
    W = ARRANGEMENTS[place].directions
    k = W.shape[1]

    def scaled(values: np.ndarray) -> tuple[float, np.ndarray]:
        found = exact.gradient(values[0] * W, np.full(k, values[1]), p)
        return float(found.loss) / p, np.array([(found.W * W).sum(), found.b.sum()]) / p

    least = p * minimize(scaled, (1.0, 0.0), jac=True, method="L-BFGS-B").fun
    on = 1 - (1 - p) ** (np.abs(W) > 0).sum(1)
    return Worth(k * float(theory.left_out(p)) - least, float(on.sum()))


def mixture(sets: xr.Dataset) -> dict[str, Float[np.ndarray, " density"]]:
    """What two models of F20's two sets take off the loss, as a share of it, and how many of their neurons are on.

    "shared": the trained model, whose neurons serve both sets and are on with either. "experts": a block of neurons
    for every set, by hand, with a neuron for each feature, on with its set; they lose nothing. Returns for each of the
    two the share, in [0, 1], and its neurons on in a row as "… on".
    """
    p, hidden, features = sets.density.values, sets.sizes["hidden"], sets.sizes["feature"]
    return {
        "shared": 1 - sets.loss.values / (features * theory.left_out(p)),
        "shared on": hidden * (1 - (1 - p) ** 2),
        "experts": np.ones(len(p)),
        "experts on": features * p,
    }


def routed_mixture(data: xr.Dataset) -> dict[str, Float[np.ndarray, "density price"]]:
    """What the best starts of F36 take off the loss, as a share of it, and how many of their neurons are on.

    The best start is the one with the least loss and price.
    """
    best = (data.loss + data.price * data.on).argmin("replica")
    loss, on = (data[name].isel(replica=best).values for name in ("loss", "on"))
    without = data.sizes["feature"] * theory.left_out(data.density.values)
    return {"taken": 1 - loss / without[:, None], "on": on}
