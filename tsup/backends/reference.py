"""The reference backend: PyTorch autograd on batched matrices. Plain, and the oracle of the fast ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from tsup.backends.stage import Stage
from tsup.config import Setup
from tsup.data import Sampler, generator
from tsup.models import initial, loss

_SMALL_BATCH = 2**21  # below so many entries a second thread costs more than it brings


def memory(setup: Setup) -> int:
    """Bytes at the peak of a step: about ten arrays the size of the batch, five the size of the parameters."""
    n, m, rows = setup.features.n, setup.model.hidden, setup.training.batch
    generator_state = 5_056
    return setup.models * (4 * (rows * (10 * n + 2 * m) + 5 * n * (m + 1)) + generator_state)


def seconds(setup: Setup) -> float:
    """About how long a training takes on two cores: so much a step, and so much an entry of the batch."""
    entries = setup.models * setup.training.batch * setup.features.n
    return setup.training.steps * (3e-4 + 1.5e-8 * entries)


@contextmanager
def _threads(setup: Setup) -> Iterator[None]:
    before = torch.get_num_threads()
    if setup.models * setup.training.batch * setup.features.n < _SMALL_BATCH:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _stage(step: int, W: Tensor, b: Tensor, losses: Tensor) -> Stage:
    return Stage(step, *(part.detach().to("cpu", copy=True).numpy() for part in (W, b, losses)))


def stages(setup: Setup, device: str, stops: Sequence[int]) -> Iterator[Stage]:
    """Train the stack and yield it at every step of `stops`."""
    training, replicas = setup.training, range(setup.training.replicas)
    own = [generator(seed, 0, r, device=device) for seed in setup.seeds for r in replicas]
    W, b = (part.requires_grad_() for part in initial(setup, own))
    importance = torch.tensor(setup.features.importances(), dtype=W.dtype, device=device)
    importance = importance.repeat_interleave(training.replicas, dim=0)
    sampler = Sampler(setup.features, training.batch, own)
    optimiser = torch.optim.AdamW([W, b], lr=training.lr, weight_decay=training.weight_decay)
    losses = torch.full((setup.models,), np.nan)
    done = 0
    for stop in stops:
        with _threads(setup):
            for step in range(done, stop):
                optimiser.param_groups[0]["lr"] = training.learning_rate(step)
                losses = loss(setup.model, W, b, sampler.draw(), importance)
                optimiser.zero_grad()
                losses.sum().backward()
                optimiser.step()
        done = stop
        yield _stage(stop, W, b, losses)
