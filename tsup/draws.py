"""What the trainers draw: sparse batches (F05, F19) and the starts of models, in PyTorch.

A generator per model, so that adding a model to a stack changes no other.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from tsup.config import Features, Setup, seed_of
from tsup.config.magnitude import Uniform
from tsup.data import FINE
from tsup.models import shapes


def generator(seed: int, *key: int, device: str = "cpu") -> Generator:
    """A random generator of its own for every (seed, key)."""
    return Generator(device).manual_seed(seed_of(seed, *key))


def generators(setup: Setup, device: str = "cpu") -> list[Generator]:
    """The generator of every model of a stack: of its start and, in the reference, of its batches."""
    return [generator(seed, 0, r, device=device) for seed, r in setup.streams]


class Sampler:
    """Draws batches for a stack of models, by the rules of `tsup.data`; model k's noise is from `generators[k]`.

    features: the world; its settings are repeated so that replicas, `len(generators) / settings` each, run fastest.
    rows: rows of a batch.
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

    def _fine_uniform(self, k: int) -> Float[Tensor, "row feature"]:
        steps = torch.empty(self.rows, self.features.n, dtype=torch.float64, device=self.device)
        return steps.uniform_(generator=self.generators[k])

    def draw(self) -> Float[Tensor, "model row feature"]:
        """A fresh batch for every model."""
        size = self._uniform(self.features.n).div_(self.density)
        for k, density in self.fine.items():
            size[k] = self._fine_uniform(k) / density
        on = size < 1
        if self.members:
            self._tie(on, size)
        magnitude = self.features.distribution
        if isinstance(magnitude, Uniform):
            if self.members:
                size[..., self.members] = self._uniform(len(self.members))
            low, span = magnitude.line
            return torch.where(on, size.mul_(span).add_(low), 0.0)
        for k, own in enumerate(size):
            own.copy_(torch.from_numpy(magnitude.sample(self._fine_uniform(k).cpu().numpy())))
        return torch.where(on, size, 0.0)

    def _tie(self, on: Tensor, size: Tensor) -> None:
        for members in self.features.correlated:
            on[..., members] = on[..., members[:1]]
        for members in self.features.anticorrelated:
            first = members[0]
            chosen = (size[..., first, None] * len(members)).long().clamp_(max=len(members) - 1)
            here = chosen == torch.arange(len(members), device=self.device)
            on[..., members] = on[..., members[:1]] & here


def initial(setup: Setup, generators: Sequence[Generator]) -> dict[str, Float[Tensor, "model ..."]]:
    """The start of every model, each drawn alone from its own generator: Glorot-normal matrices, zero biases.

    Scaled, with a read-out made positive and biases at the mean target, as the training says. `generators` are in the
    order of the stack, and may be fewer or more than its models only where biases start at zero.
    """
    n, m = setup.features.n, setup.model.hidden
    device, std = generators[0].device, setup.training.scale * (2 / (n + m)) ** 0.5
    made = {}
    for name, shape in shapes(setup.model, n).items():
        made[name] = torch.zeros(len(generators), *shape, device=device)
        if len(shape) == 2:
            for weights, own in zip(made[name], generators, strict=True):
                weights.normal_(0.0, std, generator=own)
    if setup.training.readout == "positive":
        made["W2"].abs_()
    if setup.training.bias == "mean":
        means = setup.features.means(absolute=setup.model.target == "absolute")
        made["b"].copy_(torch.from_numpy(means.repeat(setup.training.replicas, axis=0)))
    return made
