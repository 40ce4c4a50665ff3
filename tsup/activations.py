"""The activation functions of models by name: what each is of an array, of a tensor, and its slope (C1)."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import expit, ndtr

Name = Literal["linear", "relu", "gelu", "silu", "square", "tanh", "sigmoid", "softplus", "abs"]


class Activation(NamedTuple):
    """A function of every entry. formula: in the letters of a caption. array, slope: of arrays. tensor: of tensors."""

    formula: str
    array: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    tensor: Callable[[Any], Any]


def _of_torch(name: str) -> Callable[[Any], Any]:
    """A function of `torch.nn.functional`, which is imported when it is first called."""

    def call(x: Any) -> Any:
        import torch

        return getattr(torch.nn.functional, name)(x)

    return call


def _bell(z: np.ndarray) -> np.ndarray:
    """The density of the normal distribution."""
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


ACTIVATIONS: Mapping[str, Activation] = {
    "linear": Activation("{}", lambda z: z, np.ones_like, lambda z: z),
    "relu": Activation("ReLU({})", lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0), lambda z: z.relu()),
    "gelu": Activation(
        "GELU({})", lambda z: z * ndtr(z), lambda z: ndtr(z) + z * _bell(z), _of_torch("gelu")
    ),
    "silu": Activation(
        "SiLU({})", lambda z: z * expit(z), lambda z: expit(z) * (1 + z * expit(-z)), _of_torch("silu")
    ),
    "square": Activation("({})²", lambda z: z * z, lambda z: 2 * z, lambda z: z * z),
    "tanh": Activation("tanh({})", np.tanh, lambda z: 1 - np.tanh(z) ** 2, lambda z: z.tanh()),
    "sigmoid": Activation("sigmoid({})", expit, lambda z: expit(z) * expit(-z), lambda z: z.sigmoid()),
    "softplus": Activation("softplus({})", lambda z: np.logaddexp(z, 0), expit, _of_torch("softplus")),
    "abs": Activation("|{}|", np.abs, np.sign, lambda z: z.abs()),
}


def activate(name: str, x: Any) -> Any:
    """An activation of every entry of an array or a tensor."""
    function = ACTIVATIONS[name]
    return function.array(x) if isinstance(x, np.ndarray) else function.tensor(x)
