"""Own data in place of `Features`: fixed rows, ready-made samplers, and how the reference draws from either (F05).

A sampler is a function of a count of rows and a `torch.Generator` that returns a tensor (row, feature). It is asked for
one model at a time, with the model's own generator, so that adding a model to a stack changes no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
from jaxtyping import Float
from pydantic import model_validator
from torch import Generator, Tensor

from tsup import gate
from tsup.config import Config, Setup, at_least, configuration
from tsup.config.base import finite
from tsup.data import Draw
from tsup.errors import InputError
from tsup.gate.arrays import numbers

Low = Annotated[float, finite("low", "a finite number", lambda _: True)]
High = Annotated[float, finite("high", "a finite number", lambda _: True)]


@configuration
class KActive(Config):
    """Rows with exactly k of n features on, every choice of k as likely; magnitudes uniform on [low, high].

    n: features, ≥ 1. k: from 1 to n. Raises InputError for others.
    """

    n: Annotated[int, at_least("n", 1, most=1_000_000)]
    k: Annotated[int, at_least("k", 1)]
    low: Low = 0.0
    high: High = 1.0

    @model_validator(mode="after")
    def _check(self) -> "KActive":
        if self.k > self.n:
            raise ValueError(f"k must be in 1 … n = {self.n}, got {self.k}")
        return self

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row feature"]:
        """So many rows."""
        order, size = (torch.rand(rows, self.n, generator=generator, device=generator.device) for _ in "12")
        on = torch.zeros_like(size).scatter_(1, order.topk(self.k).indices, 1)
        return on * (self.low + (self.high - self.low) * size)


@configuration
class PartlyCorrelated(Config):
    """Rows whose features are on together more often than by chance: any two have the correlation ρ of being on.

    Every feature takes, with probability √ρ, a draw that all share, and else one of its own; magnitudes are independent
    and uniform on [low, high].

    n: features, ≥ 1. density: P(x_i ≠ 0), in (0, 1]. correlation: ρ, in [0, 1]. Raises InputError for others.
    """

    n: Annotated[int, at_least("n", 1, most=1_000_000)]
    density: Annotated[float, finite("density", "in (0, 1]", lambda p: 0 < p <= 1)]
    correlation: Annotated[float, finite("correlation", "in [0, 1]", lambda rho: 0 <= rho <= 1)]
    low: Low = 0.0
    high: High = 1.0

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row feature"]:
        """So many rows."""

        def uniform(columns: int) -> Tensor:
            return torch.rand(rows, columns, generator=generator, device=generator.device)

        shares = uniform(self.n) < self.correlation**0.5
        on = torch.where(shares, uniform(1), uniform(self.n)) < self.density
        return on * (self.low + (self.high - self.low) * uniform(self.n))


class Points:
    """A data set (row, feature): rows drawn with replacement, or all of them where as many are asked for.

    Raises InputError for what is not rows of finite numbers.
    """

    @gate.gated
    def __init__(self, rows: Any):
        self.rows = torch.from_numpy(np.array(numbers("rows", rows), np.float32))
        if self.rows.ndim != 2 or not self.rows.numel() or not self.rows.isfinite().all():
            raise InputError(f"rows must be finite numbers (row, feature), got {gate.shown(rows)}")

    def __repr__(self) -> str:
        return f"Points({len(self.rows):,} rows of {self.rows.shape[1]})"

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row feature"]:
        """So many rows."""
        here = self.rows = self.rows.to(generator.device)
        if rows == len(here):
            return here
        return here[torch.randint(len(here), (rows,), generator=generator, device=generator.device)]


@dataclass(frozen=True)
class Checked:
    """A sampler whose rows are checked whenever it draws: a user's own may do anything."""

    sampler: Draw
    n: int

    def __repr__(self) -> str:
        return gate.shown(self.sampler)

    def __call__(self, rows: int, generator: Generator) -> Float[Tensor, "row feature"]:
        """Rows (row, n). Raises InputError for a sampler that fails, or draws others."""
        found = gate.answering("data", self.sampler)(rows, generator)
        if not isinstance(found, Tensor) or found.shape != (rows, self.n) or not found.isfinite().all():
            said = f"shape {tuple(found.shape)}" if isinstance(found, Tensor) else gate.shown(found)
            raise InputError(f"data must draw finite tensors (row, {self.n}), got {said} from {self}")
        return found


class Rows:
    """Batches for a stack from a source for every setting; model k's are drawn by `generators[k]`, replicas fastest."""

    @gate.gated
    def __init__(self, draws: Sequence[Draw], rows: int, generators: Sequence[Generator]):
        self.draws, self.rows, self.generators = draws, rows, generators

    def draw(self) -> Float[Tensor, "model row feature"]:
        """A fresh batch for every model."""
        replicas = len(self.generators) // len(self.draws)
        each = (draw for draw in self.draws for _ in range(replicas))
        pairs = zip(each, self.generators, strict=True)
        return torch.stack([draw(self.rows, own).detach().to(own.device).float() for draw, own in pairs])

    def blocks(self, rows: int) -> Iterator[Float[Tensor, "model row feature"]]:
        """All rows of data sets of one size, or else so many rows as drawn, block by block."""
        points = [draw.rows.cpu() for draw in self.draws if isinstance(draw, Points)]
        if len(points) == len(self.draws) and len({len(rows) for rows in points}) == 1:
            yield from torch.stack(points).split(self.rows, dim=1)
        else:
            yield from (self.draw() for _ in range(rows // self.rows))


def given(data: Any, setup: Setup) -> tuple[Draw, ...]:
    """Own data as a source for every setting.

    data: rows (row, feature), or (setting, row, feature); a sampler; or a sampler for every setting, in a list.
    Raises InputError for others, and for a sampler whose rows are not the setup's.
    """
    settings = setup.features.settings
    if callable(data):
        found: tuple[Draw, ...] = (data,) * settings
    elif isinstance(data, list | tuple) and data and all(map(callable, data)):
        found = tuple(data)
    else:
        found = _points(data, setup)
    if len(found) != settings:
        raise InputError(f"data must have one sampler for each of {settings} settings, got {len(found)}")
    own = {id(draw): draw if isinstance(draw, Points) else Checked(draw, setup.features.n) for draw in found}
    for draw in own.values():
        draw(2, torch.Generator().manual_seed(0))
    return tuple(own[id(draw)] for draw in found)


def _points(data: Any, setup: Setup) -> tuple[Draw, ...]:
    values, settings, n = np.asarray(numbers("data", data)), setup.features.settings, setup.features.n
    fits = values.ndim in (2, 3) and values.shape[-1] == n and values.size
    if not fits or (values.ndim == 3 and len(values) != settings) or not np.isfinite(values).all():
        raise InputError(
            f"data must be finite rows (row, {n}) or ({settings}, row, {n}), a sampler or one for each setting, "
            f"got {gate.shown(data)}"
        )
    return (Points(values),) * settings if values.ndim == 2 else tuple(map(Points, values))


gate.close(globals())
