"""The plain loop, in the manner of the paper's public notebook: autograd, einsums, AdamW, a fresh dense batch."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from tsup.backends.inputs import low_span
from tsup.config import AbsValue, ReluOutput, Setup, equation
from tsup.errors import InputError

Forward = Callable[[Tensor], Tensor]


def _weights(models: int, rows: int, columns: int, device: str) -> torch.nn.Parameter:
    scale = (2 / (rows + columns)) ** 0.5
    return torch.nn.Parameter(torch.randn(models, rows, columns, device=device) * scale)


def tied(setup: Setup, device: str) -> tuple[list[torch.nn.Parameter], Forward]:
    """Weights W (model, feature, hidden) and b, and x' = ReLU(W Wᵀ x + b)."""
    W = _weights(setup.models, setup.features.n, setup.model.hidden, device)
    b = torch.nn.Parameter(torch.zeros(setup.models, setup.features.n, device=device))

    def forward(x: Tensor) -> Tensor:
        hidden = torch.einsum("bif,ifh->bih", x, W)
        return torch.relu(torch.einsum("bih,ifh->bif", hidden, W) + b)

    return [W, b], forward


def absolute(setup: Setup, device: str) -> tuple[list[torch.nn.Parameter], Forward]:
    """Weights W₁ (model, feature, hidden), W₂ (model, hidden, feature) and b, and y' = ReLU(W₂ ReLU(W₁ x) + b)."""
    W1 = _weights(setup.models, setup.features.n, setup.model.hidden, device)
    W2 = _weights(setup.models, setup.model.hidden, setup.features.n, device)
    b = torch.nn.Parameter(torch.zeros(setup.models, setup.features.n, device=device))

    def forward(x: Tensor) -> Tensor:
        hidden = torch.relu(torch.einsum("bif,ifh->bih", x, W1))
        return torch.relu(torch.einsum("bih,ihf->bif", hidden, W2) + b)

    return [W1, W2, b], forward


PLAIN = {equation(ReluOutput(1)): tied, equation(AbsValue(1)): absolute}


def plain_loop(setup: Setup, device: str = "cpu") -> Iterator[None]:
    """One update of the plain loop for every item asked for. Raises InputError for models that it has no code for."""
    own = equation(setup.model)
    if own not in PLAIN:
        raise InputError(f"model must be {' or '.join(known.words for known in PLAIN)}, got {own.words}")
    parameters, forward = PLAIN[own](setup, device)
    world, shape = setup.features, (setup.training.batch, setup.models, setup.features.n)
    density = torch.tensor(world.densities(), dtype=torch.float32, device=device)
    importance = torch.tensor(world.importances(), dtype=torch.float32, device=device)
    low, span = low_span(setup)
    optimiser = torch.optim.AdamW(parameters, lr=setup.training.lr)
    while True:
        values = torch.rand(shape, device=device) * span + low
        zero = torch.zeros((), device=device)
        x = torch.where(torch.rand(shape, device=device) <= density, values, zero)
        target = x.abs() if own.target == "absolute" else x
        loss = (importance * (target - forward(x)) ** 2).mean((0, 2)).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        yield
