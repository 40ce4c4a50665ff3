"""The models with a leading model axis: their parameters, what they output, what they lose (F05).

Weights are a mapping from name to array:

    W (hidden, feature), b (feature)                        x' = f(WᵀWx + b): linear, ReLU-output, activated
    W (hidden, feature), b (feature)                        x' = ReLU(Wᵀ ReLU(Wx + c) + b): ReLU-hidden
    W1 (hidden, feature), W2 (feature, hidden), b (feature) y' = ReLU(W₂ ReLU(W₁x + c) + b): absolute value

and b_hidden (hidden), the c, where the model has a hidden bias.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tsup.config import AbsValue, Activated, Linear, Model, ReluHidden


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


def hidden(model: Model, weights: Mapping[str, Any], x: Any) -> Any:
    """The hidden activations h for x (…, row, feature), as `forward` takes it: (…, row, hidden)."""
    W = weights["W1"] if isinstance(model, AbsValue) else weights["W"]
    h = x @ W.swapaxes(-1, -2)
    if has_hidden_bias(model):
        h = h + weights["b_hidden"][..., None, :]
    return _relu(h) if isinstance(model, ReluHidden | AbsValue) else h


def forward(model: Model, weights: Mapping[str, Any], x: Any) -> Any:
    """What the model outputs for x, with NumPy arrays or torch tensors alike.

    weights: as `shapes` says, with leading axes; x (…, row, feature) → (…, row, feature). Leading axes broadcast.
    """
    back = weights["W2"].swapaxes(-1, -2) if isinstance(model, AbsValue) else weights["W"]
    output = hidden(model, weights, x) @ back + weights["b"][..., None, :]
    if isinstance(model, Activated):
        return _activate(model.activation, output)
    return output if isinstance(model, Linear) else _relu(output)


def target(model: Model, x: Any) -> Any:
    """What the model should output for x: |x| for absolute value (F30), else x itself."""
    return abs(x) if isinstance(model, AbsValue) else x


def loss(model: Model, weights: Mapping[str, Any], x: Any, importance: Any, seen: Any = None) -> Any:
    """Σ_i I_i (target_i − output_i)², the mean over rows, for every model: (…,). importance is (…, feature).

    seen: what the model is shown in place of x while it is still asked for x's target, as under attack; x by default.
    """
    error = target(model, x) - forward(model, weights, x if seen is None else seen)
    return (importance * (error * error).mean(-2)).sum(-1)
