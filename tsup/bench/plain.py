"""The plain loop, in the manner of the paper's public notebook: `by_hand`, of which each step is timed."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from tsup.backends.inputs import low_span
from tsup.bench import by_hand
from tsup.config import AbsValue, ReluOutput, Setup, equation
from tsup.errors import InputError


class Kind(NamedTuple):
    """What the plain loop knows of a kind of model: its weights at the start, and a step."""

    start: Callable[[int, int, int], tuple[Tensor, ...]]  # from models, hidden and features
    step: Callable[[Setup, Sequence[Tensor], torch.optim.Optimizer, Tensor, Tensor], None]


def tied_start(models: int, hidden: int, n: int) -> tuple[Tensor, ...]:
    """Weights W (model, hidden, feature) and b."""
    return by_hand.initialise(models, hidden, n), torch.zeros(models, n)


def tied_step(
    setup: Setup,
    weights: Sequence[Tensor],
    adam: torch.optim.Optimizer,
    density: Tensor,
    importance: Tensor,
) -> None:
    """A step of x' = ReLU(WᵀWx + b)."""
    W, b = weights
    by_hand.take_step(W, b, adam, density, importance, setup.training.batch)


def absolute_start(models: int, hidden: int, n: int) -> tuple[Tensor, ...]:
    """Weights W₁ (model, hidden, feature), W₂ (model, feature, hidden) and b."""
    W1, W2 = by_hand.initialise(models, hidden, n), by_hand.initialise(models, n, hidden)
    return W1, W2, torch.zeros(models, n)


def absolute_step(
    setup: Setup,
    weights: Sequence[Tensor],
    adam: torch.optim.Optimizer,
    density: Tensor,
    importance: Tensor,
) -> None:
    """A step of y' = ReLU(W₂ ReLU(W₁x) + b), which is asked for |x|."""
    (W1, W2, b), (low, span) = weights, low_span(setup)
    x = by_hand.generate_batch(setup.training.batch, density, low, low + span)
    hidden = torch.relu(torch.einsum("mhf,rmf->rmh", W1, x))
    output = torch.relu(torch.einsum("mfh,rmh->rmf", W2, hidden) + b)
    adam.zero_grad()
    by_hand.loss(x.abs(), output, importance).sum().backward()
    adam.step()


PLAIN = {
    equation(ReluOutput(1)): Kind(tied_start, tied_step),
    equation(AbsValue(1)): Kind(absolute_start, absolute_step),
}


def plain_loop(setup: Setup, device: str = "cpu") -> Iterator[None]:
    """One update of the plain loop for every item asked for. Raises InputError for models that it has no code for."""
    own = equation(setup.model)
    if own not in PLAIN:
        raise InputError(f"model must be {' or '.join(known.words for known in PLAIN)}, got {own.words}")
    start = PLAIN[own].start(setup.models, setup.model.hidden, setup.features.n)
    parameters = [weights.to(device).requires_grad_() for weights in start]
    adam = torch.optim.Adam(parameters, lr=setup.training.lr)
    density = torch.tensor(setup.features.densities(), dtype=torch.float32, device=device)
    importance = torch.tensor(setup.features.importances(), dtype=torch.float32, device=device)
    while True:
        PLAIN[own].step(setup, parameters, adam, density, importance)
        yield
