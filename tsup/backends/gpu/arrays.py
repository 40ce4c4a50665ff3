"""The arrays of a training as the kernels take them, and back to weights by name."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from tsup.backends.inputs import (
    Adam,
    Objective,
    adam_steps,
    each_model,
    error_weights,
    low_span,
    noise_keys,
    objective,
    penalties,
)
from tsup.backends.layout import Layout, padded
from tsup.backends.stage import Start
from tsup.config import Setup

SMALL = 32  # features and hidden dimensions up to which a model lives in one program
ROWS = {True: 64, False: 32}  # rows of a tile of small models and of larger ones: what registers hold
BLOCK = 64  # features of a block of larger models
_BRANCH = 3  # of the seeds, where the noise of this backend comes from


def power_of_two(size: int) -> int:
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
    features = power_of_two(n) if small else padded(n, BLOCK)
    return Shape(setup, features, power_of_two(m), bias=features, small=small)


def _gates(setup: Setup) -> tuple[np.ndarray, bool]:
    """For every feature its gate, from and to which quantile of the gate's draw it is on, and whether it is in a set.

    Also returns whether there are sets.
    """
    features = setup.features
    gates = np.zeros((4, features.n), np.float32)
    gates[0], gates[2] = np.arange(features.n), 1
    for members in (*features.correlated, *features.anticorrelated):
        gates[0, list(members)], gates[3, list(members)] = members[0], 1
    for members in features.anticorrelated:
        edges = np.arange(len(members) + 1) / len(members)
        gates[1, list(members)], gates[2, list(members)] = edges[:-1], edges[1:]
    return gates, bool(gates[3].any())


class Noise(NamedTuple):
    """What batches are drawn from: the gates (see `_gates`), densities (model, feature), keys (model, 2)."""

    world: Tensor
    density: Tensor
    keys: Tensor


@dataclass(frozen=True)
class Stack:
    """The arrays of a training on its device: `adam` and `losses` change with every step.

    weights: of the errors, (model, feature). constants: what the kernels are compiled for.
    """

    setup: Setup
    shape: Shape
    adam: Adam
    losses: Tensor
    adam_steps: Tensor
    rates: Tensor
    penalties: Tensor
    weights: Tensor
    noise: Noise
    low_span: tuple[float, float]
    objective: Objective
    constants: dict[str, Any]


def _constants(setup: Setup, shape: Shape, own: Objective, sets: bool) -> dict[str, Any]:
    return {
        "SETS": sets,
        "FORM": own.form,
        "ABSOLUTE": own.sign < 0,
        "RECTIFIED": own.rectified,
        "BIASED": own.biased,
        "UNTIED": shape.untied,
        "PENALISED": setup.training.l1 is not None,
        "ROWS": shape.rows,
        "FEATURES": shape.features,
        "HIDDEN": shape.hidden,
    }


def stack(setup: Setup, device: str, start: Start | None = None) -> Stack:
    """The stack at its start, with the initial weights of the reference, or at another."""
    shape, own = shape_of(setup), objective(setup)
    gates, sets = _gates(setup)
    keys = noise_keys(setup, _BRANCH)[:, None].view(np.int32)  # their two halves

    def on_device(values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(device)

    density = each_model(setup, setup.features.densities())
    return Stack(
        setup=setup,
        shape=shape,
        adam=Adam(*map(on_device, shape.initial(start or Start()))),
        losses=torch.full((setup.models,), torch.nan, device=device),
        adam_steps=on_device(adam_steps(setup, 0, setup.training.steps)),
        rates=on_device(setup.rates.astype(np.float32)),
        penalties=on_device(penalties(setup)),
        weights=on_device(error_weights(setup)),
        noise=Noise(on_device(gates), on_device(density), on_device(keys)),
        low_span=low_span(setup),
        objective=own,
        constants=_constants(setup, shape, own, sets),
    )
