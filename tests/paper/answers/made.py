"""Forms in which answers come, and runs and weights to answer with."""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import torch

import tsup


@dataclass(frozen=True)
class Answers:
    """To one exercise: right ones, and wrong ones each with a part of what is said to it."""

    right: list[Any]
    wrong: list[tuple[Any, str]] = field(default_factory=list)


class OfAnotherFramework:
    """An array that NumPy knows by its protocol only, as those of JAX."""

    def __init__(self, values: Any):
        self.values = np.asarray(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self.values, dtype)


def parameter(values: Any) -> torch.nn.Parameter:
    """A tensor with a gradient."""
    return torch.nn.Parameter(torch.tensor(np.asarray(values, np.float32)))


def forms(value: float) -> list[Any]:
    """A number in every form."""
    return [
        *(value, np.float64(value), np.array([value]), np.full((2, 2), value), [value]),
        *(parameter(value), [parameter(value)], OfAnotherFramework(value)),
    ]


def array_forms(values: Any) -> list[Any]:
    """An array in every form."""
    found = np.asarray(values, float)
    return [found, found.tolist(), parameter(found), OfAnotherFramework(found)]


def pair_forms(*parts: Any) -> list[Any]:
    """Several arrays in a tuple, in every form."""
    found = [np.asarray(part, float) for part in parts]
    return [
        *(tuple(found), [one.tolist() for one in found]),
        *(tuple(map(parameter, found)), tuple(map(OfAnotherFramework, found))),
    ]


@cache
def untrained(density: Any, model: Any, n: int, options: tuple = ()) -> Any:
    """A run of two steps."""
    training = tsup.Training(steps=2, batch=4, replicas=2)
    world = tsup.Features(n, density, **dict(options))
    return tsup.train(world, model, training, backend="reference", progress=False)


def run(W: Any, density: Any = 0.5, b: Any = 0.0, model: Any = None, **options: Any) -> Any:
    """A run that ended with these weights in all its models."""
    W = np.asarray(W, np.float32)
    found = untrained(density, model or tsup.ReluOutput(len(W)), W.shape[1], tuple(options.items()))
    weights = {"W": np.broadcast_to(W, found.W.shape), "b": np.broadcast_to(np.float32(b), found.b.shape)}
    return replace(found, weights={**found.weights, **weights})


def weight_forms(W: Any, b: Any) -> list[Any]:
    """A model's weights as arrays, lists, tensors, by name and as a module."""
    return [*pair_forms(W, b), {"W": W, "b": b}, run(W, b=b).best().to_torch(), lambda: (W, b)]
