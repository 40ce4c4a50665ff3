"""Where activations come from: a model's hidden layer on a world of features, a hierarchy of features, a Gaussian.

A source is a function of a count of rows and a `torch.Generator` that returns a tensor (row, hidden), as samplers are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
from jaxtyping import Float
from pydantic import model_validator
from torch import Generator, Tensor

from tsup import gate
from tsup.config import Config, Features, Model, at_least, configuration
from tsup.config.base import finite
from tsup.data import Draw
from tsup.draws import Sampler
from tsup.errors import InputError
from tsup.models import hidden
from tsup.samplers import Points


class Hidden:
    """The hidden activations of one model on inputs, made on the fly.

    inputs: a world with one setting, or a sampler (see `tsup.samplers`). weights: the model's, such as W (hidden,
        feature).

    Raises InputError for a world of several settings, and for weights that are not one model's.
    """

    @gate.gated
    def __init__(self, inputs: Any, model: Model, weights: Mapping[str, Any]):
        if not isinstance(inputs, Features) and not callable(inputs):
            raise InputError(f"inputs must be Features or a sampler, got {gate.shown(inputs)}")
        if isinstance(inputs, Features) and inputs.settings != 1:
            raise InputError(f"inputs must be a world with one setting, got {inputs.settings}")
        self.inputs, self.model = inputs, model
        self.weights = {
            name: torch.from_numpy(np.array(gate.numbers(name, weight), np.float32))
            for name, weight in weights.items()
        }
        if any(not weight.isfinite().all() for weight in self.weights.values()):
            raise InputError("weights must be finite, got some that are not")
        found = self(1, torch.Generator().manual_seed(0))
        if found.shape != (1, model.hidden):
            raise InputError(f"weights must be those of one model, got {gate.shown(weights)}")

    def __repr__(self) -> str:
        return f"Hidden({self.model.kind}, hidden = {self.model.hidden})"

    def inputs_drawn(self, rows: int, generator: Generator) -> Float[Tensor, "row feature"]:
        """So many rows of what the model is shown."""
        if isinstance(self.inputs, Features):
            return Sampler(self.inputs, rows, [generator]).draw()[0]
        return self.inputs(rows, generator).float()

    def of(self, x: Float[Tensor, "*seed row feature"]) -> Float[Tensor, "*seed row hidden"]:
        """The hidden activations for some rows."""
        return hidden(self.model, {k: w.to(x.device) for k, w in self.weights.items()}, x)

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row hidden"]:
        """So many rows."""
        return self.of(self.inputs_drawn(rows, generator))

    @gate.gated
    def pairs(self, rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Rows to measure on: features x (row, feature) and activations h (row, hidden). rows: ≥ 1. seed: ≥ 0.

        Raises InputError for others.
        """
        if rows < 1 or seed < 0:
            raise InputError(f"rows must be ≥ 1 and seed ≥ 0, got {rows} and {seed}")
        x = self.inputs_drawn(rows, torch.Generator().manual_seed(seed))
        return x.numpy().astype(float), self.of(x).numpy().astype(float)


@configuration
class Hierarchy(Config):
    """Features of which some need others: feature `pairs` + i, a child, is on only when its parent i is.

    pairs: parents, as many as children, ≥ 1. density: P(a parent is on), in (0, 1]. given: P(its child is on too), in
        [0, 1]. nested: whether it is so; else children are as often on, whatever their parents are. low, high: what is
        on is uniform on [low, high].

    Raises InputError for others.
    """

    pairs: Annotated[int, at_least("pairs", 1, most=100_000)]
    density: Annotated[float, finite("density", "in (0, 1]", lambda p: 0 < p <= 1)]
    given: Annotated[float, finite("given", "in [0, 1]", lambda p: 0 <= p <= 1)] = 0.5
    nested: bool = True
    low: Annotated[float, finite("low", "a finite number", lambda _: True)] = 0.5
    high: Annotated[float, finite("high", "a finite number", lambda _: True)] = 1.0

    @model_validator(mode="after")
    def _check(self) -> "Hierarchy":
        if self.low > self.high:
            raise ValueError(f"low must be at most high = {self.high:g}, got {self.low:g}")
        return self

    @property
    def n(self) -> int:
        """Parents and children."""
        return 2 * self.pairs

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row feature"]:
        """So many rows: parents first, then their children."""
        on, child, size = torch.empty(3, rows, 2 * self.pairs, device=generator.device).uniform_(
            generator=generator
        )
        parents = on[:, : self.pairs] < self.density
        children = child[:, : self.pairs] < self.given
        children &= parents if self.nested else on[:, self.pairs :] < self.density
        return torch.cat([parents, children], 1) * (self.low + (self.high - self.low) * size)


class Gaussian:
    """Normal activations with the mean and the covariance of given ones, and so without any features: a null.

    activations: (row, hidden), at least 2 rows. Raises InputError for others.
    """

    @gate.gated
    def __init__(self, activations: Any):
        rows = np.asarray(gate.numbers("activations", activations), float)
        if rows.ndim != 2 or len(rows) < 2 or not rows.shape[1] or not np.isfinite(rows).all():
            raise InputError(
                f"activations must be finite rows (row, hidden), at least 2, got {gate.shown(activations)}"
            )
        values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(rows.T)))
        root = vectors * np.sqrt(np.maximum(values, 0))
        self.mean = torch.from_numpy(rows.mean(0).astype(np.float32))
        self.root = torch.from_numpy(root.astype(np.float32))

    def __repr__(self) -> str:
        return f"Gaussian(hidden = {len(self.mean)})"

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row hidden"]:
        """So many rows."""
        device = generator.device
        drawn = torch.empty(rows, len(self.mean), device=device).normal_(generator=generator)
        return drawn @ self.root.to(device).T + self.mean.to(device)


@dataclass(frozen=True)
class _Checked:
    """A sampler whose rows are checked whenever it draws: a user's own may do anything. hidden: 0 for not known yet."""

    sampler: Draw
    hidden: int = 0

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row hidden"]:
        """So many rows. Raises InputError for a sampler that fails, or draws others."""
        found = gate.answering("activations", self.sampler)(rows, generator)
        if not isinstance(found, Tensor) or found.ndim != 2 or len(found) != rows or not found.shape[1]:
            said = f"shape {tuple(found.shape)}" if isinstance(found, Tensor) else gate.shown(found)
            raise InputError(f"activations must draw tensors ({rows}, hidden), got {said}")
        if self.hidden and found.shape[1] != self.hidden:
            raise InputError(f"activations must draw {self.hidden} columns each time, got {found.shape[1]}")
        if found.is_complex() or not found.isfinite().all():
            raise InputError("activations must be finite real numbers, got some that are not")
        return found.detach().float()


def source(activations: Any) -> tuple[Draw, int]:
    """Activations as a source, and how many hidden dimensions they have.

    activations: rows (row, hidden), drawn from with replacement, or a sampler. Raises InputError for others: for no
    rows and numbers that are not finite, and for a sampler that fails.
    """
    if not callable(activations):
        values = np.asarray(gate.numbers("activations", activations))
        if values.ndim != 2 or not values.size or not np.isfinite(values).all():
            raise InputError(
                f"activations must be finite numbers (row, hidden), at least one row, or a sampler, "
                f"got {_in_words(values)}"
            )
        return Points(values), values.shape[1]
    if isinstance(activations, Hidden):
        return activations, activations.model.hidden
    drawn = _Checked(activations)(2, torch.Generator().manual_seed(0))
    return _Checked(activations, drawn.shape[1]), drawn.shape[1]


def batches(draw: Draw, rows: int, generators: Sequence[Generator]) -> Float[Tensor, "seed row hidden"]:
    """So many rows from every generator, as each alone would give them."""
    if isinstance(draw, Hidden) and isinstance(draw.inputs, Features):
        return draw.of(Sampler(draw.inputs, rows, generators).draw())
    return torch.stack([draw(rows, one).to(one.device) for one in generators])


def _in_words(values: np.ndarray) -> str:
    if values.ndim == 2 and values.size:
        bad = values[~np.isfinite(values)]
        return f"{bad.flat[0]} in shape {values.shape}"
    return f"shape {values.shape}"


gate.close(globals(), ["source"])
