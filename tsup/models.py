"""The models with a leading model axis: their parameters, what they output, what they lose (F05).

Weights are a mapping from name to array:

    W (hidden, feature), b (feature)                        x' = f(WᵀWx + b): linear, ReLU-output, activated
    W (hidden, feature), b (feature)                        x' = ReLU(Wᵀ ReLU(Wx + c) + b): ReLU-hidden
    W1 (hidden, feature), W2 (feature, hidden), b (feature) y' = ReLU(W₂ ReLU(W₁x + c) + b): absolute value

and b_hidden (hidden), the c, where the model has a hidden bias.
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from tsup import gate
from tsup.config import AbsValue, Activated, Linear, Model, ReluHidden
from tsup.errors import InputError


def has_hidden_bias(model: Model) -> bool:
    """Whether there is a bias on the hidden neurons."""
    return isinstance(model, ReluHidden | AbsValue) and model.hidden_bias


def shapes(model: Model, n: int) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter of one model of n features."""
    m = model.hidden
    weights = {"W1": (m, n), "W2": (n, m)} if isinstance(model, AbsValue) else {"W": (m, n)}
    return {**weights, "b": (n,), **({"b_hidden": (m,)} if has_hidden_bias(model) else {})}


def _relu(x: Any) -> Any:
    return np.maximum(x, 0) if isinstance(x, np.ndarray) else x.relu()


def _activate(name: str, x: Any) -> Any:
    if name == "square":
        return x * x
    import torch

    smooth = getattr(torch.nn.functional, name)
    return smooth(torch.from_numpy(x)).numpy() if isinstance(x, np.ndarray) else smooth(x)


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
    inward = "W1" if isinstance(model, AbsValue) else "W"
    _check((inward, "b_hidden") if has_hidden_bias(model) else (inward,), model, weights, x)
    W = weights[inward]
    h = x @ W.swapaxes(-1, -2)
    if has_hidden_bias(model):
        h = h + weights["b_hidden"][..., None, :]
    return _relu(h) if isinstance(model, ReluHidden | AbsValue) else h


def forward(model: Model, weights: Mapping[str, Any], x: Any) -> Any:
    """What the model outputs for x, with NumPy arrays or torch tensors alike.

    weights: as `shapes` says, with leading axes; x (…, row, feature) → (…, row, feature). Leading axes broadcast; x may
    also be a batch a setting, such as `data.sample(run.features, rows)`, for the settings × replicas of a run. Raises
    InputError for other shapes, and for arrays and tensors mixed.
    """
    x = _for_replicas(weights, "x", x, 2)
    _check(tuple(shapes(model, x.shape[-1])), model, weights, x)
    h = hidden(model, weights, x)
    back = weights["W2"].swapaxes(-1, -2) if isinstance(model, AbsValue) else weights["W"]
    output = h @ back + weights["b"][..., None, :]
    if isinstance(model, Activated):
        return _activate(model.activation, output)
    return output if isinstance(model, Linear) else _relu(output)


def target(model: Model, x: Any) -> Any:
    """What the model should output for x, an array or a tensor: |x| for absolute value (F30), else x itself."""
    gate.check_floats("x", x, 0)
    return abs(x) if isinstance(model, AbsValue) else x


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
