"""The expected loss of models in a world as configurations describe it: known, or refused in one line."""

from collections.abc import Mapping
from itertools import combinations
from math import comb
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from tsup import gate
from tsup.activations import ACTIVATIONS
from tsup.errors import InputError
from tsup.exact import effort, smooth
from tsup.exact.losses import chances, checked, from_moments, loss, most_active
from tsup.exact.moments import patterns

KNOWN = ("linear", "relu", *smooth.SMOOTH)  # the f of x' = f(WᵀWx + b)
MOST_PATTERNS, BLOCK = 2**16, 2**22


@runtime_checkable
class Features(Protocol):
    """A world, as `tsup.Features` describes it."""

    @property
    def settings(self) -> int:
        """How many models it is for."""

    @property
    def distribution(self) -> Any:
        """What active features are drawn from."""

    def densities(self) -> np.ndarray:
        """(setting, feature)."""

    def importances(self) -> np.ndarray:
        """(setting, feature)."""


@runtime_checkable
class Model(Protocol):
    """A model, as `tsup.ReluOutput` and the like describe it."""

    @property
    def tied(self) -> bool:
        """Whether it has one matrix W."""

    @property
    def hidden_activation(self) -> str:
        """The g of y' = f(Wᵤ g(V x + c) + b)."""

    @property
    def output_activation(self) -> str:
        """The f."""

    @property
    def bias(self) -> bool:
        """Whether it has a b."""

    @property
    def hidden_bias(self) -> bool:
        """Whether it has a c."""

    @property
    def target(self) -> str:
        """What y is."""

    @property
    def hidden(self) -> int:
        """Its hidden dimensions."""


def _activation(model: Model) -> str | None:
    """The f of x' = f(WᵀWx + b); None for any other model."""
    declared = (model.tied, model.hidden_activation, model.hidden_bias, model.target)
    return model.output_activation if declared == (True, "linear", False, "identity") else None


def unknown(features: Features, model: Model) -> str | None:
    """Why the expected loss of this model in this world is not known, in one line; None where `expected` knows it."""
    activation = _activation(model)
    if activation not in KNOWN:
        return f"model must be x' = f(WᵀWx + b) with f relu, linear, gelu, silu or square, got {model}"
    for name in ("correlated", "anticorrelated"):
        if sets := getattr(features, name):
            return f"features must be independent, got {name} sets {sets}"
    size, line = features.distribution, features.distribution.line
    if activation == "relu" and not (line and 0 in line):
        return f"features must be uniform on [0, high], or constant, under relu, got {size.words}"
    if activation != "linear" and not line:
        return f"features must be uniform, or constant, under {activation}, got {size.words}"
    return None


def expected(
    features: Features, model: Model, weights: Mapping[str, Any], max_active: int | None = None
) -> Float[np.ndarray, "..."]:
    """E Σ_i I_i (x_i − x'_i)² of every model in its world (…, model), without a sample.

    Of models x' = f(WᵀWx + b) on independent features: f linear with any magnitude; relu with one uniform on
    [0, high]; gelu, silu and square with one uniform; any of them with a constant.

    weights: W (…, model, hidden, feature) and, where the model has it, b (…, model, feature), such as `run.weights`;
    the model axis is settings × replicas, replicas fastest. max_active: leave out patterns with more active features,
    as in `loss`. Raises InputError for a world or model that is not known, for weights of another shape, and as `loss`
    does.
    """
    if why := unknown(features, model):
        raise InputError(why)
    W, b = _weights(features, model, weights)
    models = W.shape[-3] if W.ndim > 2 else 1
    replicas, left = divmod(models, features.settings)
    if left or not replicas:
        raise InputError(f"weights must hold {features.settings} models, or as many times some, got {models}")
    p, importance = (v.repeat(replicas, axis=0) for v in (features.densities(), features.importances()))
    if W.ndim == 2:
        p, importance = p[0], importance[0]
    return _loss(features.distribution, str(_activation(model)), (W, b, p, importance), max_active)


def _weights(features: Features, model: Model, weights: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """W and b as floats, b being 0 for a model without. Raises InputError for other names and shapes."""
    names = ("W", "b") if model.bias else ("W",)
    if set(weights) != set(names):
        raise InputError(
            f"weights must hold {' and '.join(names)}, got {', '.join(map(str, weights)) or 'none'}"
        )
    W, *given = (np.asarray(gate.numbers(name, weights[name]), dtype=float) for name in names)
    n = features.densities().shape[-1]
    b = given[0] if given else np.zeros((*W.shape[:-2], n))
    shape = (model.hidden, n)
    if W.shape[-2:] != shape or b.shape != (*W.shape[:-2], n):
        raise InputError(
            f"W must have shape (…, {model.hidden}, {n}) and b (…, {n}), got {W.shape} and {b.shape}"
        )
    return W, b


def _loss(size: Any, activation: str, arrays: tuple, max_active: int | None) -> np.ndarray:
    if activation == "linear":
        lead, W, b, p, importance = checked(*arrays)
        mean, second = p * size.mean, p * size.second
        return from_moments(W, b, mean, second - mean**2, importance).reshape(tuple(lead))
    low, span = size.line
    if span == 0:
        return _constant(low, activation, arrays, max_active)
    if activation == "relu":
        W, b, p, importance = arrays
        return np.asarray(span * span * loss(W, b / span, p, importance, max_active=max_active))
    return _smooth(low, span, activation, arrays, max_active)


def _smooth(low: float, span: float, activation: str, arrays: tuple, max_active: int | None) -> np.ndarray:
    lead, W, b, p, importance = checked(*arrays)
    n = W.shape[-1]
    most = most_active(n, max_active)
    active = patterns(n, most)
    effort.announce(effort.seconds(len(W), n, most, activation, derivatives=False), len(W), n)
    a = W.swapaxes(-1, -2) @ W
    found = smooth.losses(a, b, chances(active, p), importance, active, activation, (low, span))
    return found.reshape(tuple(lead))


def _patterns(n: int, max_active: int | None) -> Bool[np.ndarray, "pattern feature"]:
    most = most_active(n, max_active)
    count = sum(comb(n, k) for k in range(most + 1))
    if count > MOST_PATTERNS:
        raise InputError(
            f"n must be small enough for {MOST_PATTERNS:,} patterns of constant features, got n = {n} with {count:,}; "
            "give max_active, the most features that are active together"
        )
    chosen = [set(which) for k in range(most + 1) for which in combinations(range(n), k)]
    return np.array([[i in which for i in range(n)] for which in chosen])


def _constant(value: float, activation: str, arrays: tuple, max_active: int | None) -> np.ndarray:
    """Every pattern of active features is one input."""
    lead, W, b, p, importance = checked(*arrays)
    active = _patterns(W.shape[-1], max_active)
    x, chance = value * active, chances(active, p)
    total, size = np.zeros(len(W)), max(1, BLOCK // x.size)
    for part in (slice(k, k + size) for k in range(0, len(W), size)):
        output = ACTIVATIONS[activation].array(x @ W[part].swapaxes(-1, -2) @ W[part] + b[part, None])
        total[part] = (chance[part] * (importance[part, None] * (x - output) ** 2).sum(-1)).sum(-1)
    return total.reshape(tuple(lead))
