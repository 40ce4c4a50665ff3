"""The arrays of a training as the kernels take them, and back to weights by name."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsup.backends.equations import FORMS
from tsup.backends.magnitudes import low_span
from tsup.backends.stage import Start
from tsup.config import Setup
from tsup.draws import generator, initial

SMALL = 32  # features and hidden dimensions up to which a model lives in one program
ROWS = {True: 64, False: 32}  # rows of a tile of small models and of larger ones: what registers hold
BLOCK = 64  # features of a block of larger models


def power(size: int) -> int:
    """The next power of two, at least 16, below which Triton multiplies no matrices."""
    return max(16, 1 << (size - 1).bit_length())


@dataclass(frozen=True)
class Shape:
    """Padded sizes, and how one model's parameters lie one after the other: V, W if untied, b, c."""

    features: int
    hidden: int
    untied: bool
    small: bool
    tiles: int

    @property
    def rows(self) -> int:
        """Rows of a tile."""
        return ROWS[self.small]

    @property
    def size(self) -> int:
        """Parameters of one model, padding included."""
        return (1 + self.untied) * self.hidden * self.features + self.features + self.hidden

    @property
    def part(self) -> int:
        """Numbers in the gradient of one tile of rows, which always keeps dV and dW apart."""
        return 2 * self.hidden * self.features + self.features + self.hidden


def shape_of(setup: Setup) -> Shape:
    """The padded sizes of a setup."""
    n, m = setup.features.n, setup.model.hidden
    small = max(n, m) <= SMALL
    features = power(n) if small else -(-n // BLOCK) * BLOCK
    tiles = -(-setup.training.batch // ROWS[small])
    return Shape(features, power(m), not setup.model.tied, small, tiles)


def _world(setup: Setup) -> tuple[np.ndarray, bool]:
    """For every feature its gate, from and to where in the gate's turn it is on, and whether it shares the gate."""
    features = setup.features
    world = np.zeros((4, features.n), np.float32)
    world[0], world[2] = np.arange(features.n), 1
    for members in (*features.correlated, *features.anticorrelated):
        world[0, list(members)], world[3, list(members)] = members[0], 1
    for members in features.anticorrelated:
        edges = np.arange(len(members) + 1) / len(members)
        world[1, list(members)], world[2, list(members)] = edges[:-1], edges[1:]
    return world, bool(world[3].any())


def _moves(setup: Setup) -> np.ndarray:
    """For every update: schedule over the first moment's correction, the second's correction, schedule times decay."""
    steps = setup.training.steps
    decay = np.array([setup.training.decay(step) for step in range(steps)])
    updates = np.arange(1.0, steps + 1)
    columns = decay / (1 - 0.9**updates), 1 / (1 - 0.999**updates), decay * setup.training.weight_decay
    return np.stack(columns, 1).astype(np.float32)


def _keys(setup: Setup) -> np.ndarray:
    """Two 32-bit halves a model, from which all its noise comes."""
    states = [
        np.random.SeedSequence(seed, spawn_key=(3, r)).generate_state(2, np.uint32)
        for seed, r in setup.streams
    ]
    return np.array(states).view(np.int32)


def views(setup: Setup, P: Tensor) -> dict[str, Tensor]:
    """The parameters (model, …) by name, without padding, as views of (model, parameter)."""
    shape, n, m = shape_of(setup), setup.features.n, setup.model.hidden
    matrix = shape.hidden * shape.features
    first = P[:, :matrix].unflatten(1, (shape.hidden, shape.features))[:, :m, :n]
    found = {"W": first}
    if shape.untied:
        second = P[:, matrix : 2 * matrix].unflatten(1, (shape.hidden, shape.features))[:, :m, :n]
        found = {"W1": first, "W2": second.mT}
    biases = P[:, (1 + shape.untied) * matrix :]
    found["b"] = biases[:, :n]
    return {**found, "b_hidden": biases[:, shape.features :][:, :m]} if setup.model.hidden_bias else found


@dataclass(frozen=True)
class Stack:
    """The arrays of a training on its device. kept: P, M, V and losses; `noise` and `kind` are what kernels share.

    penalty: the weight of Σ|h| in one row; reach: the share of the norm that attacks move by; 0 where there are none.
    """

    setup: Setup
    shape: Shape
    P: Tensor
    M: Tensor
    V: Tensor
    losses: Tensor
    moves: Tensor
    rates: Tensor
    weights: Tensor
    noise: tuple[Any, ...]
    low_span: tuple[float, float]
    penalty: float
    reach: float
    kind: dict[str, Any]


def _begun(setup: Setup, start: Start) -> tuple[Tensor, Tensor, Tensor]:
    """Parameters and Adam's moments (model, parameter) at a start."""
    drawn = initial(setup, [generator(seed, 0, r) for seed, r in setup.streams])
    given = {name: torch.from_numpy(weight) for name, weight in start.weights.items()}
    found = []
    for values in ({**drawn, **given}, start.state.first, start.state.second):
        array = torch.zeros(setup.models, shape_of(setup).size)
        known = views(setup, array)
        for name, value in values.items():
            known[name].copy_(torch.as_tensor(value))
        found.append(array)
    return found[0], found[1], found[2]


def stack(setup: Setup, device: str, start: Start | None = None) -> Stack:
    """The stack at its start, with the initial weights of the reference, or at another."""
    shape, model, training = shape_of(setup), setup.model, setup.training
    replicas, attack, l1 = training.replicas, training.attack, training.l1 or 0.0
    P, M, V = _begun(setup, start or Start())
    world, tied = _world(setup)
    importance = 2 / training.batch * setup.features.importances()

    def there(values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(device)

    per_model = [
        v.repeat(replicas, axis=0).astype(np.float32) for v in (importance, setup.features.densities())
    ]
    kind = {
        "TIED": tied,
        "FORM": FORMS[model.output_activation],
        "ABSOLUTE": model.target == "absolute",
        "RECTIFIED": model.hidden_activation == "relu",
        "BIASED": model.hidden_bias,
        "UNTIED": shape.untied,
        "PENALISED": l1 > 0,
        "ROWS": shape.rows,
        "FEATURES": shape.features,
        "HIDDEN": shape.hidden,
    }
    return Stack(
        setup=setup,
        shape=shape,
        P=P.to(device),
        M=M.to(device),
        V=V.to(device),
        losses=torch.full((setup.models,), torch.nan, device=device),
        moves=there(_moves(setup)),
        rates=there(setup.rates.astype(np.float32)),
        weights=there(per_model[0]),
        noise=(there(world), there(per_model[1]), there(_keys(setup))),
        low_span=low_span(setup),
        penalty=l1 / training.batch,
        reach=attack.share if attack else 0.0,
        kind=kind,
    )
