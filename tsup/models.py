"""The models with a leading model axis: their parameters, what they output, what they lose (F05).

All are y' = f(Wᵤ g(V x + c) + b), by what their configuration declares. Weights are a mapping from name to array:

    W (hidden, feature)                           of tied models, V = W and Wᵤ = Wᵀ
    W1 (hidden, feature), W2 (feature, hidden)    of others, V = W1 and Wᵤ = W2
    b (feature), b_hidden (hidden)                b and c, where the model has them
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from tsup import gate
from tsup.activations import activate
from tsup.config import Model, equation
from tsup.errors import InputError


def shapes(model: Model, n: int) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter of one model of n features."""
    m, own = model.hidden, equation(model)
    found: dict[str, tuple[int, ...]] = {"W": (m, n)} if own.tied else {"W1": (m, n), "W2": (n, m)}
    found |= {"b": (n,)} if own.bias else {}
    return found | ({"b_hidden": (m,)} if own.hidden_bias else {})


def _is_tensor(x: Any) -> bool:
    return hasattr(x, "detach")


def _check(names: tuple[str, ...], model: Model, weights: Mapping[str, Any], x: Any, *others: Any) -> None:
    """Raise InputError unless x is rows of features, these weights are the model's and x's kind, and axes broadcast.

    others: further shapes that the axes before row and feature must go with.
    """
    gate.check_floats("x", x, 2)
    known, leads = shapes(model, x.shape[-1]), [tuple(x.shape[:-2]), *map(tuple, others)]
    for name in names:
        found: Any = weights.get(name)
        shape = known[name]
        gate.check_floats(name, found, len(shape))
        if _is_tensor(found) != _is_tensor(x) or tuple(found.shape[-len(shape) :]) != shape:
            allowed = ", ".join(map(str, ("…", *shape)))
            raise InputError(
                f"{name} must have shape ({allowed}) and be of x's kind, got {gate.shown(found)}"
            )
        leads.append(tuple(found.shape[: -len(shape)]))
    try:
        np.broadcast_shapes(*leads)
    except ValueError:
        raise InputError(f"weights and x must share their leading axes, got {leads}") from None


def _for_replicas(weights: Mapping[str, Any], name: str, values: Any, axes: int) -> Any:
    """Values (setting, …) repeated for the models (setting × replica, …) of a run, replicas fastest; others as given.

    axes: how many the values have for one model.
    """
    gate.check_floats(name, values, axes)
    W = weights.get("W", weights.get("W1"))
    if values.ndim != axes + 1 or len(getattr(W, "shape", ())) != 3:
        return values
    replicas, left = divmod(len(W), max(len(values), 1))
    if left or len(values) < 2 or replicas < 2:
        return values
    return values.repeat_interleave(replicas, 0) if _is_tensor(values) else values.repeat(replicas, axis=0)


def hidden(model: Model, weights: Mapping[str, Any], x: Any) -> Any:
    """The hidden activations h for x (…, row, feature), as `forward` takes it: (…, row, hidden)."""
    x = _for_replicas(weights, "x", x, 2)
    own = equation(model)
    inward = "W" if own.tied else "W1"
    _check((inward, "b_hidden") if own.hidden_bias else (inward,), model, weights, x)
    h = x @ weights[inward].swapaxes(-1, -2)
    if own.hidden_bias:
        h = h + weights["b_hidden"][..., None, :]
    return activate(own.hidden_activation, h)


def forward(model: Model, weights: Mapping[str, Any], x: Any) -> Any:
    """What the model outputs for x, with NumPy arrays or torch tensors alike.

    weights: as `shapes` says, with leading axes; x (…, row, feature) → (…, row, feature). Leading axes broadcast; x may
    also be a batch a setting, such as `data.sample(run.features, rows)`, for the settings × replicas of a run. Raises
    InputError for other shapes, and for arrays and tensors mixed.
    """
    x = _for_replicas(weights, "x", x, 2)
    _check(tuple(shapes(model, x.shape[-1])), model, weights, x)
    own = equation(model)
    outward = weights["W"] if own.tied else weights["W2"].swapaxes(-1, -2)
    output = hidden(model, weights, x) @ outward
    if own.bias:
        output = output + weights["b"][..., None, :]
    return activate(own.output_activation, output)


def target(model: Model, x: Any) -> Any:
    """What the model should output for x, an array or a tensor: |x| for an absolute target (F30), else x itself."""
    gate.check_floats("x", x, 0)
    return abs(x) if equation(model).target == "absolute" else x


def loss(
    model: Model,
    weights: Mapping[str, Any],
    x: Any,
    importance: Any,
    seen: Any = None,
    kind: Literal["mae", "l4"] | None = None,
) -> Any:
    """Σ_i I_i e_i², e = target − output, the mean over rows, for every model: (…,). importance is (…, feature).

    x and importance may be those of every setting of a run, as in `forward`.
    kind: "mae", |e_i| in place of e_i²; "l4", e_i⁴.
    seen: what the model is shown in place of x while it is still asked for x's target, as under attack; x by default.
    Raises InputError as `forward` does.
    """
    x, importance = _for_replicas(weights, "x", x, 2), _for_replicas(weights, "importance", importance, 1)
    shown = x if seen is None else _for_replicas(weights, "seen", seen, 2)
    for name, given, like, axes in (("seen", shown, x, 2), ("importance", importance, shown, 1)):
        gate.check_floats("x", x, 2)
        gate.check_floats(name, given, axes)
        if _is_tensor(given) != _is_tensor(like) or given.shape[-axes:] != like.shape[-axes:]:
            raise InputError(f"{name} must go with x of shape {tuple(x.shape)}, got {gate.shown(given)}")
    _check(tuple(shapes(model, x.shape[-1])), model, weights, shown, x.shape[:-2], importance.shape[:-1])
    error = target(model, x) - forward(model, weights, shown)
    cost = abs(error) if kind == "mae" else error * error
    return (importance * (cost * cost if kind == "l4" else cost).mean(-2)).sum(-1)


gate.close(globals())
