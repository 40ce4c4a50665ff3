"""Sparse batches for a stack of models: independent, correlated and anticorrelated features (F05, F19).

A generator per model, so that adding a model to a stack changes no other.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Generator, Tensor

from tsup import gate
from tsup.config import Features, at_least, spawn_seeds
from tsup.errors import InputError

FINE = 1e-4


def generator(seed: int, *key: int, device: str = "cpu") -> Generator:
    """A random generator of its own for every (seed, key)."""
    state = np.random.SeedSequence(seed, spawn_key=key).generate_state(1, np.uint64)[0]
    return Generator(device).manual_seed(int(state >> np.uint64(1)))


class Sampler:
    """Draws batches for a stack of models; model k takes all its noise from `generators[k]`.

    features: the world; its settings are repeated so that replicas, `len(generators) / settings` each, run fastest.
    rows: rows of a batch.

    One uniform draw u decides both whether a feature is on, u < p, and how large it is, u / p, which is again
    uniform on [0, 1]. Members of sets take their magnitudes from a second draw. A correlated set shares the u of its
    first member; in an anticorrelated set that same u / p chooses the one member that is on. The draw has 24 bits, and
    53 for a model with a density below 1e-4, where 24 would be too coarse.
    """

    def __init__(self, features: Features, rows: int, generators: Sequence[Generator]):
        self.features, self.rows, self.generators = features, rows, generators
        self.device = generators[0].device
        replicas = len(generators) // features.settings
        exact = torch.tensor(features.densities(), device=self.device).repeat_interleave(replicas, dim=0)[
            :, None, :
        ]
        self.fine = {k: exact[k] for k in (exact.amin((1, 2)) < FINE).nonzero().flatten().tolist()}
        self.density = exact.float()
        sets = (*features.correlated, *features.anticorrelated)
        self.members = [i for members in sets for i in members]

    def _uniform(self, columns: int) -> Float[Tensor, "model row column"]:
        draws = torch.empty(len(self.generators), self.rows, columns, device=self.device)
        for draw, own in zip(draws, self.generators, strict=True):
            draw.uniform_(generator=own)
        return draws

    def draw(self) -> Float[Tensor, "model row feature"]:
        """A fresh batch for every model."""
        size = self._uniform(self.features.n).div_(self.density)
        for k, density in self.fine.items():
            steps = torch.empty(size.shape[1:], dtype=torch.float64, device=self.device)
            size[k] = steps.uniform_(generator=self.generators[k]) / density
        on = size < 1
        if self.members:
            self._tie(on, size)
        world = self.features
        return torch.where(on, size.mul_(world.high - world.low).add_(world.low), 0.0)

    def _tie(self, on: Tensor, size: Tensor) -> None:
        for members in self.features.correlated:
            on[..., members] = on[..., members[:1]]
        for members in self.features.anticorrelated:
            first = members[0]
            chosen = (size[..., first, None] * len(members)).long().clamp_(max=len(members) - 1)
            here = chosen == torch.arange(len(members), device=self.device)
            on[..., members] = on[..., members[:1]] & here
        size[..., self.members] = self._uniform(len(self.members))


def sample(features: Features, rows: int, seed: int = 0) -> Float[np.ndarray, "setting row feature"]:
    """A batch for looking at: `rows` ≥ 1 rows of every setting of `features` (F05). Raises InputError for rows < 1."""
    try:
        rows = at_least("rows", 1).func(rows)  # type: ignore[call-arg]
    except ValueError as error:
        raise InputError(str(error)) from None
    own = [generator(s) for s in spawn_seeds(seed, features.settings)]
    return Sampler(features, rows, own).draw().numpy()


gate.close(globals())
