"""The arrays of a training as the kernels take them, and back to weights by name."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsup.backends.inputs import (
    Objective,
    adam_steps,
    each_model,
    error_weights,
    low_span,
    noise_keys,
    objective,
)
from tsup.backends.layout import Layout, padded
from tsup.backends.stage import Start
from tsup.config import Setup

SMALL = 32  # features and hidden dimensions up to which a model lives in one program
ROWS = {True: 64, False: 32}  # rows of a tile of small models and of larger ones: what registers hold
BLOCK = 64  # features of a block of larger models
_BRANCH = 3  # of the seeds, where the noise of this backend comes from


def power(size: int) -> int:
    """The next power of two, at least 16, below which Triton multiplies no matrices."""
    return max(16, 1 << (size - 1).bit_length())


@dataclass(frozen=True)
class Shape(Layout):
    """Padded sizes, and how the rows of a batch are dealt out to tiles."""

    small: bool = True

    @property
    def rows(self) -> int:
        """Rows of a tile."""
        return ROWS[self.small]

    @property
    def tiles(self) -> int:
        """Tiles of a batch."""
        return -(-self.setup.training.batch // self.rows)

    @property
    def part(self) -> int:
        """Numbers in the gradient of one tile of rows, which always keeps dV and dW apart."""
        return 2 * self.hidden * self.features + self.features + self.hidden


def shape_of(setup: Setup) -> Shape:
    """The padded sizes of a setup."""
    n, m = setup.features.n, setup.model.hidden
    small = max(n, m) <= SMALL
    features = power(n) if small else padded(n, BLOCK)
    return Shape(setup, features, power(m), bias=features, small=small)


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


@dataclass(frozen=True)
class Stack:
    """The arrays of a training on its device: P, M, V and losses change; `noise` and `kind` are what kernels share."""

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
    objective: Objective
    kind: dict[str, Any]


def stack(setup: Setup, device: str, start: Start | None = None) -> Stack:
    """The stack at its start, with the initial weights of the reference, or at another."""
    shape, own = shape_of(setup), objective(setup)
    world, tied = _world(setup)

    def there(values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(device)

    keys = noise_keys(setup, _BRANCH)[:, None].view(np.int32)  # their two halves
    kind = {
        "TIED": tied,
        "FORM": own.form,
        "ABSOLUTE": own.sign < 0,
        "RECTIFIED": own.rectified,
        "BIASED": own.biased,
        "UNTIED": shape.untied,
        "PENALISED": own.penalty > 0,
        "ROWS": shape.rows,
        "FEATURES": shape.features,
        "HIDDEN": shape.hidden,
    }
    P, M, V = map(there, shape.begin(start or Start()))
    return Stack(
        setup=setup,
        shape=shape,
        P=P,
        M=M,
        V=V,
        losses=torch.full((setup.models,), torch.nan, device=device),
        moves=there(adam_steps(setup, 0, setup.training.steps)),
        rates=there(setup.rates.astype(np.float32)),
        weights=there(error_weights(setup)),
        noise=(there(world), there(each_model(setup, setup.features.densities())), there(keys)),
        low_span=low_span(setup),
        objective=own,
        kind=kind,
    )
