"""What neurons hold, and which sets of features they hold together (F26–F29)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.config import Features, Model, ReluHidden, ReluOutput, equation
from tsup.data import sample
from tsup.geometry.pose import rotation
from tsup.measure import neuron_order, neurons, represented
from tsup.models import loss
from tsup.paper.experiment import trainings

KINDS: dict[str, Model] = {"linear hidden": ReluOutput(5), "relu hidden": ReluHidden(5)}
TURNS, ROWS = 200, 2048


def losses(
    data: xr.Dataset, kind: str, W: Float[np.ndarray, "turn hidden feature"]
) -> Float[np.ndarray, " turn"]:
    """The loss of a kind's best model of F26 at one density on common rows, with each W in place of its weights."""
    one, importance = data.sel(model=kind), data.importance.values
    x = sample(Features(W.shape[-1], float(one.density), importance), ROWS, seed=26)[0].astype(float)
    biases = np.broadcast_to(one.b.values.astype(float), (len(W), W.shape[-1]))
    return loss(KINDS[kind], {"W": W.astype(float), "b": biases}, x, importance)


def sets(
    W: Float[np.ndarray, "hidden feature"], threshold: float = 0.25, norm: float = 0.5
) -> list[tuple[int, ...]]:
    """The neurons on which each represented feature of W is positive, in the order of the features."""
    return [tuple(np.flatnonzero(column).tolist()) for column in (W > threshold).T[represented(W, norm)]]


def named_sets(W: Float[np.ndarray, "hidden feature"]) -> list[str]:
    """`sets` with letters for neurons, which follow the features that have the largest weights on them."""
    place = np.argsort(np.argsort(np.abs(W).argmax(1), kind="stable"))
    return ["".join(sorted(chr(ord("A") + place[k]) for k in one)) for one in sets(W)]


def rotate_first_two(
    W: Float[np.ndarray, "hidden feature"], degrees: float | int
) -> Float[np.ndarray, "hidden feature"]:
    """W with the first two of its neurons, in the order of `neuron_order`, turned against each other."""
    made = np.array(W, dtype=float)
    two = neuron_order(made)[:2]
    made[two] = rotation(degrees) @ made[two]
    return made


Signature = tuple[tuple[int, ...], ...]


def rotations(hidden: int, count: int, seed: int) -> np.ndarray:
    """Random orthogonal matrices (count, hidden, hidden), uniform over all of them."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(count, hidden, hidden)))
    return q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]


def signatures(W: np.ndarray, threshold: float = 0.25) -> list[Signature]:
    """Which features the neurons of W (model, hidden, feature) hold, in an order of their own."""
    held = neurons(W, threshold)
    return [tuple(sorted(tuple(np.flatnonzero(row).tolist()) for row in one)) for one in held]


def by_hidden_bias(data: xr.Dataset, biased: bool) -> xr.Dataset:
    """The setups of F29 whose model has a hidden bias, or those whose model has none."""
    has = {name: equation(setup.model).hidden_bias for name, setup in trainings(data).items()}
    return data.sel(setup=[name for name in data.setup.values if has[name] == biased])
