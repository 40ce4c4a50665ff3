"""Small networks that learn to put two numbers into one, all starts at once (A1).

2 → hidden ReLUs → t → hidden ReLUs → 2, trained on rows of x and y uniform on [0, 1). Every start has its own seed and
draws its own rows, so that none depends on how many there are.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tsup.config import Training
from tsup.paper.nonlinear.scheme import grid

SIZES = ("in", "code", "open", "out")


class Networks(NamedTuple):
    """Weights and biases by layer, with a leading axis of starts: (start, from, to) and (start, 1, to)."""

    weights: Mapping[str, np.ndarray]
    biases: Mapping[str, np.ndarray]


def _shapes(hidden: int) -> dict[str, tuple[int, int]]:
    return dict(zip(SIZES, ((2, hidden), (hidden, 1), (1, hidden), (hidden, 2)), strict=True))


def started(hidden: int, seeds: list[int]) -> Networks:
    """Fresh networks, weights uniform within ±√(6 / fan-in) and biases within ±1, one from each seed."""
    made: list[dict[str, Any]] = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 0])
        made.append(
            {
                name: (rng.uniform(-1, 1, shape) * np.sqrt(6 / shape[0]), rng.uniform(-1, 1, (1, shape[1])))
                for name, shape in _shapes(hidden).items()
            }
        )
    weights, biases = ({name: np.stack([one[name][k] for one in made]) for name in SIZES} for k in (0, 1))
    return Networks(weights, biases)


def train(hidden: int, training: Training) -> Networks:
    """Train `training.replicas` networks: its steps of Adam on its batches, at its rate, which falls as a cosine.

    hidden: ReLUs before t, and after it.
    """
    import torch

    steps, batch, rate = training.steps, training.batch, float(np.max(training.lr))
    seeds = [1000 * int(np.max(training.seed)) + k for k in range(training.replicas)]
    start = started(hidden, seeds)
    W, b = (
        {name: torch.tensor(value, dtype=torch.float32, requires_grad=True) for name, value in part.items()}
        for part in start
    )
    optimizer = torch.optim.Adam([*W.values(), *b.values()], lr=rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    draws = [torch.Generator().manual_seed(seed) for seed in seeds]
    rows = torch.empty(len(seeds), batch, 2)
    for _ in range(steps):
        for k, draw in enumerate(draws):
            rows[k].uniform_(generator=draw)
        y = rows
        for name in SIZES:
            y = torch.baddbmm(b[name], y, W[name])
            if name in ("in", "open"):
                y = torch.relu(y)
        loss = ((y - rows) ** 2).mean((1, 2)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()
    return Networks(*({name: one.detach().numpy() for name, one in part.items()} for part in (W, b)))


def coded(
    one: Networks, points: int
) -> tuple[Float[np.ndarray, "start row"], Float[np.ndarray, "start row 2"]]:
    """t and what comes back, on the grid of so many points a side, y outermost."""
    x, y = grid(points)
    rows = np.stack([x.ravel(), y.ravel()], -1)
    h = np.maximum(rows @ one.weights["in"] + one.biases["in"], 0)
    t = h @ one.weights["code"] + one.biases["code"]
    h = np.maximum(t @ one.weights["open"] + one.biases["open"], 0)
    return t[..., 0], h @ one.weights["out"] + one.biases["out"]


def errors(one: Networks, points: int) -> Float[np.ndarray, "start row"]:
    """The squared error on the same grid, the mean of that of x and that of y."""
    x, y = grid(points)
    found = coded(one, points)[1]
    return ((found - np.stack([x.ravel(), y.ravel()], -1)) ** 2).mean(-1)
