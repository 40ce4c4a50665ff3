"""The models with a leading model axis: how they start, what they output, what they lose (F05)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Generator, Tensor

from tsup.config import Model, ReluOutput, Setup


def initial(
    setup: Setup, generators: Sequence[Generator]
) -> tuple[Float[Tensor, "model hidden feature"], Float[Tensor, "model feature"]]:
    """The start of every model, each drawn alone from its own generator: Glorot-normal W, zero b."""
    n, m = setup.features.n, setup.model.hidden
    W = torch.empty(len(generators), m, n, device=generators[0].device)
    for weights, own in zip(W, generators, strict=True):
        weights.normal_(0.0, (2 / (n + m)) ** 0.5, generator=own)
    return W, torch.zeros(len(generators), n, device=W.device)


def _relu(x: Any) -> Any:
    return np.maximum(x, 0) if isinstance(x, np.ndarray) else torch.relu(x)


def forward(model: Model, W: Any, b: Any, x: Any) -> Any:
    """The reconstruction x' of x, with NumPy arrays or torch tensors alike.

    W (…, hidden, feature), b (…, feature), x (…, row, feature) → x' (…, row, feature). Leading axes broadcast.
    """
    output = (x @ W.swapaxes(-1, -2)) @ W + b[..., None, :]
    return _relu(output) if isinstance(model, ReluOutput) else output


def loss(model: Model, W: Any, b: Any, x: Any, importance: Any) -> Any:
    """Σ_i I_i (x_i − x'_i)², the mean over rows, for every model: (…,). importance is (…, feature)."""
    error = x - forward(model, W, b, x)
    return (importance * (error * error).mean(-2)).sum(-1)
