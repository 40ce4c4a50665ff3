"""Training as one writes it by hand, in plain PyTorch: the yardstick of the benchmarks.

Many models train at once along an axis of their own, as in the paper's public notebook: autograd, einsums, Adam, and a
fresh dense batch for every step. The book builds this code up, function by function.
"""

import torch
from torch import Tensor


def generate_batch(rows: int, density: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    """x (row, model, feature): each entry uniform on [low, high] with probability density (model, feature), else 0."""
    shape = (rows, *density.shape)
    values = low + (high - low) * torch.rand(shape, device=density.device)
    active = torch.rand(shape, device=density.device) < density
    return torch.where(active, values, 0.0)


def initialise(models: int, hidden: int, features: int) -> Tensor:
    """W (model, hidden, feature), small and random: normal, of mean square 2 / (hidden + features)."""
    scale = (2 / (hidden + features)) ** 0.5
    return scale * torch.randn(models, hidden, features)


def forward(W: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """x' = ReLU(WᵀWx + b), of every model's own rows."""
    hidden = torch.einsum("mhf,rmf->rmh", W, x)
    return torch.relu(torch.einsum("mhf,rmh->rmf", W, hidden) + b)


def loss(x: Tensor, output: Tensor, importance: Tensor) -> Tensor:
    """The loss of every model: squared errors by importance, summed over features, their mean over rows."""
    return (importance * (x - output) ** 2).sum(-1).mean(0)


def take_step(
    W: Tensor, b: Tensor, adam: torch.optim.Optimizer, density: Tensor, importance: Tensor, rows: int
) -> None:
    """One step of training: a batch, forward, the loss, and a move down its slope."""
    x = generate_batch(rows, density)
    losses = loss(x, forward(W, b, x), importance)
    adam.zero_grad()
    losses.sum().backward()
    adam.step()


def train(
    density: Tensor, importance: Tensor, hidden: int, steps: int, rows: int, rate: float
) -> tuple[Tensor, Tensor]:
    """The weights of as many models as density (model, feature) has rows, after so many steps of their own."""
    W = initialise(len(density), hidden, density.shape[1]).requires_grad_()
    b = torch.zeros(density.shape, requires_grad=True)
    adam = torch.optim.Adam([W, b], lr=rate)
    for _ in range(steps):
        take_step(W, b, adam, density, importance, rows)
    return W.detach(), b.detach()
