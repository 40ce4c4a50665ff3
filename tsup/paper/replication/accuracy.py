"""How accurately a model represents each feature, and how accurately a randomly initialised one does (R2).

The replication calls a feature what a network represents accurately with a higher probability than a randomly
initialised network. Read here: feature i is represented when the model's accuracy on i beats that of 95 in 100
random starts, and naively when it beats their mean. Three accuracies are compared:

- explained: the squared correlation of x_i and x'_i over the data, in [0, 1]: the share of the feature's variance
  that the output carries. A constant output scores 0. This is the one the book keeps.
- within: the share of rows with x_i > 0 where |x_i − x'_i| ≤ 0.1. A constant output in mid-range scores too.
- error: the mean of (x_i − x'_i)², which is better when smaller. A bias at the mean already beats random noise.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.config import Features, Setup
from tsup.data import sample
from tsup.models import forward
from tsup.paper import schema
from tsup.paper.demonstrating.rows import BOTH
from tsup.paper.experiment import Plan
from tsup.paper.schema import POSITIVE, SHARE, Schema, Variable, coordinate

CLOSE, QUANTILE = 0.1, 0.95
LEVELS = ("95 in 100", "mean")
Rows = Float[np.ndarray, "row feature"]
PerFeature = Float[np.ndarray, " feature"]


def explained(x: Rows, output: Rows) -> PerFeature:
    """Squared correlation of every feature with its output; 0 where either is constant."""
    dx, dy = x - x.mean(0), output - output.mean(0)
    scale = (dx * dx).sum(0) * (dy * dy).sum(0)
    return np.divide((dx * dy).sum(0) ** 2, scale, out=np.zeros_like(scale), where=scale > 1e-12)


def within(x: Rows, output: Rows) -> PerFeature:
    """Share of the rows in which a feature is active where its output is off by at most 0.1; 0 if it never is."""
    active = x > 0
    close = active & (np.abs(x - output) <= CLOSE)
    return close.sum(0) / np.maximum(active.sum(0), 1)


def error(x: Rows, output: Rows) -> PerFeature:
    """Mean squared error of every feature."""
    return ((x - output) ** 2).mean(0)


AXES = ("model", "density", "feature")
MEANINGS = {
    "explained": ("share of the feature's variance that the output explains", SHARE),
    "within": ("share of rows with the feature active on which the output is off by at most 0.1", SHARE),
    "error": ("mean squared error of the feature", POSITIVE),
}
MEASURES: dict[str, Callable[[Rows, Rows], PerFeature]] = {
    "explained": explained,
    "within": within,
    "error": error,
}


def _schema() -> Schema:
    """What `compare` makes."""
    found = [Variable("norm", AXES, "norm of the feature's weights", POSITIVE, "float32")]
    for name, (meaning, bounds) in MEANINGS.items():
        limit = f"{meaning}, of random starts: what 95 in 100 do not beat, or the mean"
        found.append(Variable(name, AXES, meaning, bounds, "float32"))
        found.append(Variable(f"{name}_random", ("level", *AXES[:2]), limit, bounds))
    level = coordinate("level", "which of the two of the random starts", dtype="str")
    return (*found, *(one for one in BOTH if one.coordinate), level)


SCHEMA = _schema()


def _measured(
    setup: Setup, weights: Mapping[str, np.ndarray], x: Rows
) -> Float[np.ndarray, "measure model feature"]:
    outputs = forward(setup.model, weights, x)
    each = [[measure(x, output) for measure in MEASURES.values()] for output in outputs]
    return np.array(each).swapaxes(0, 1)


def _starts(setup: Setup, count: int) -> dict[str, np.ndarray]:
    from tsup.draws import generator, initial

    own = [generator(setup.seeds[0], 2, k) for k in range(count)]
    return {name: weight.numpy() for name, weight in initial(setup, own).items()}


def _at(features: Features, setting: int) -> Features:
    return replace(
        features, density=features.densities()[setting], importance=features.importances()[setting]
    )


def _random(values: Float[np.ndarray, "measure start feature"]) -> Float[np.ndarray, "level measure"]:
    """What 95 in 100 random starts do not beat, and their mean; pooled over features, which a start treats alike."""
    beaten = [1 - QUANTILE if name == "error" else QUANTILE for name in MEASURES]
    limits = [np.quantile(value, level) for value, level in zip(values, beaten, strict=True)]
    return np.array([limits, values.mean((1, 2))])


def compare(basic: xr.Dataset, plan: Plan) -> xr.Dataset:
    """The three accuracies of F08's models and of random starts.

    basic: W and b (model, density, …) of F08. The plan's options: rows of data at each density, random starts of
    each kind of model. Returns what `SCHEMA` says: the norm and, for every measure, `measure` of the models and
    `measure_random` with the levels "95 in 100" and "mean" of random starts.
    """
    rows, count = (int(plan.options[key]) for key in ("rows", "random_starts"))
    shape = (len(MEASURES), basic.sizes["model"], basic.sizes["density"])
    trained, random = np.empty((*shape, basic.sizes["feature"])), np.empty((len(LEVELS), *shape))
    for kind, name in enumerate(basic.model.values):
        setup = plan.setups[str(name)]
        starts = _starts(setup, count)
        for k, seed in enumerate(setup.seeds):
            x = sample(_at(setup.features, k), rows, seed)[0]
            chosen = basic.isel(model=[kind], density=k)
            trained[:, kind, k] = _measured(setup, {"W": chosen.W.values, "b": chosen.b.values}, x)[:, 0]
            random[:, :, kind, k] = _random(_measured(setup, starts, x))
    values = {name: trained[place] for place, name in enumerate(MEASURES)}
    values |= {f"{name}_random": random[:, place] for place, name in enumerate(MEASURES)}
    values |= {str(name): axis.values for name, axis in basic.coords.items()}
    norms = np.linalg.norm(basic.W.values, axis=2)
    return schema.dataset(SCHEMA, {**values, "norm": norms, "level": LEVELS}, basic.attrs)
