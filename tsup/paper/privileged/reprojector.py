"""A layer of neurons between two fixed random projections of sparse features, from different hidden biases (C4).

Features x reach the model as E x and are to leave it as F x; E and F have columns of length 1, drawn for every seed.
The model is y' = W₂ ReLU(W₁ E x + c), trained by Adam on Σ(y − y')².
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from tqdm import tqdm

from tsup.config import Setup
from tsup.config.training import seed_of

THRESHOLDS = (0.0, 0.15, 0.3, 0.45, 0.6)
ROWS, BLOCKS = 2048, 8


class Projected(NamedTuple):
    """What was trained: from every start, for every seed.

    share: of the responses of a neuron to single features at full strength, what the largest is of their sum; 0 for a
        neuron that responds to none.
    loss: on new rows. bias: the mean hidden bias at the end.
    hand_loss: of the best model made by hand for each seed, on as many rows (see `by_hand`).
    """

    share: Float[np.ndarray, "start replica neuron"]
    loss: Float[np.ndarray, "start replica"]
    bias: Float[np.ndarray, "start replica"]
    hand_loss: Float[np.ndarray, " replica"]


class World:
    """Rows of features of one seed, and their two projections."""

    def __init__(self, setup: Setup, inputs: int, stream: tuple[int, int]):
        import torch

        self.n, self.density = setup.features.n, float(setup.features.densities()[0, 0])
        self.random = torch.Generator().manual_seed(seed_of(*stream))
        self.E, self.F = (self._directions(inputs) for _ in range(2))

    def _directions(self, inputs: int) -> Any:
        import torch

        drawn = torch.randn(inputs, self.n, generator=self.random)
        return drawn / drawn.norm(dim=0)

    def rows(self, count: int) -> tuple[Any, Any]:
        """E x and F x, each (count, inputs)."""
        import torch

        on = torch.rand(count, self.n, generator=self.random) < self.density
        x = on * torch.rand(count, self.n, generator=self.random)
        return x @ self.E.T, x @ self.F.T

    def start(self, shape: tuple[int, int]) -> Any:
        """Weights with a standard deviation of one over the root of what they sum over."""
        import torch

        return torch.randn(shape, generator=self.random) / shape[1] ** 0.5


def train(setup: Setup, inputs: int, starts: tuple[float, ...], progress: bool = False) -> Projected:
    """Train a model from every start for every seed, all at once; starts share a seed's world, weights and rows."""
    import torch

    worlds = [World(setup, inputs, stream) for stream in setup.streams]
    hidden, training = setup.model.hidden, setup.training
    shapes = ((hidden, inputs), (inputs, hidden))
    W1, W2 = (
        torch.stack([world.start(shape) for world in worlds]).repeat(len(starts), 1, 1) for shape in shapes
    )
    bias = torch.tensor(starts, dtype=torch.float32).repeat_interleave(len(worlds))
    weights = [W1, bias[:, None, None].repeat(1, 1, hidden), W2]
    for weight in weights:
        weight.requires_grad_()
    adam = torch.optim.Adam(weights, lr=float(setup.rates[0]))
    rates = torch.optim.lr_scheduler.LambdaLR(adam, training.decay)
    for _ in tqdm(range(training.steps), disable=not progress):
        adam.zero_grad()
        _loss(weights, worlds, training.batch).sum().backward()
        adam.step()
        rates.step()
    with torch.no_grad():
        loss = sum(_loss(weights, worlds, ROWS) for _ in range(BLOCKS)) / BLOCKS
        E = torch.stack([world.E for world in worlds]).repeat(len(starts), 1, 1)
        response = torch.relu(weights[0] @ E + weights[1].mT).numpy()
    shape = len(starts), len(worlds)
    return Projected(
        shares(response).reshape(*shape, hidden),
        np.asarray(loss).reshape(shape),
        weights[1].detach().numpy().mean((1, 2)).reshape(shape),
        np.array([by_hand(world, hidden) for world in worlds]),
    )


def _loss(weights: list[Any], worlds: list[World], count: int) -> Any:
    """The loss of every model on fresh rows, the same from every start."""
    import torch

    W1, c, W2 = weights
    x, y = (
        torch.stack(one).repeat(len(W1) // len(worlds), 1, 1)
        for one in zip(*(world.rows(count) for world in worlds), strict=True)
    )
    return ((torch.relu(x @ W1.mT + c) @ W2.mT - y) ** 2).sum(-1).mean(-1)


def shares(response: Float[np.ndarray, "*stack neuron feature"]) -> Float[np.ndarray, "*stack neuron"]:
    """The largest of a neuron's responses ≥ 0 to single features over their sum; 0 where all are 0."""
    total = response.sum(-1)
    return np.divide(response.max(-1), total, out=np.zeros_like(total), where=total > 0)


def by_hand(world: World, hidden: int) -> float:
    """The loss of the best model made by hand: neurons ReLU(E_i·Ex − θ), as many θ a feature as there is room for,
    the same for all and the best of `THRESHOLDS`, read out by least squares on other rows."""
    (x, y), (new_x, new_y) = (_arrays(world) for _ in range(2))
    each = max(1, min(len(THRESHOLDS), hidden // world.n))
    kept = np.asarray(world.E)[:, :hidden]
    losses = []
    for thresholds in combinations(THRESHOLDS, each):
        h, new_h = (np.hstack(list(_thresholded(rows @ kept, thresholds))) for rows in (x, new_x))
        readout = np.linalg.lstsq(h, y, rcond=None)[0]
        losses.append(float(((new_h @ readout - new_y) ** 2).sum(-1).mean()))
    return min(losses)


def _arrays(world: World) -> tuple[np.ndarray, np.ndarray]:
    x, y = world.rows(ROWS * BLOCKS)
    return x.numpy(), y.numpy()


def _thresholded(along: np.ndarray, thresholds: tuple[float, ...]) -> Iterator[np.ndarray]:
    return (np.maximum(along - threshold, 0) for threshold in thresholds)
