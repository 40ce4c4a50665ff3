"""The reference backend: PyTorch autograd on batched matrices. Plain, and the oracle of the fast ones."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Generator, Tensor

from tsup.backends.stage import Stage, Start, State, stages_at
from tsup.config import Attack, Setup, Training
from tsup.data import Draw
from tsup.draws import Sampler, generators, initial
from tsup.models import hidden, loss, shapes
from tsup.samplers import Rows
from tsup.threads import suited


def covers(setup: Setup) -> None:
    """Every setup is covered."""


def memory(setup: Setup) -> int:
    """Bytes at the peak of a step: about ten arrays the size of the batch, five the size of the parameters."""
    n, m, rows = setup.features.n, setup.model.hidden, setup.training.batch
    parameters = sum(math.prod(shape) for shape in shapes(setup.model, n).values())
    generator_state = 2 * 5_056  # and the copy handed over
    return setup.models * (4 * (rows * (10 * n + 4 * m) + 5 * parameters) + generator_state)


def seconds(setup: Setup) -> float:
    """About how long a training takes on two cores: so much a step, and so much an entry of the batch."""
    entries = setup.models * setup.training.batch * setup.features.n
    return setup.training.steps * (3e-4 + 1.5e-8 * entries)


class AdamW:
    """Adam with decoupled weight decay, as torch.optim.AdamW, but with a learning rate for every model."""

    def __init__(self, weights: Mapping[str, Tensor], weight_decay: float):
        self.weights, self.weight_decay, self.steps = weights, weight_decay, 0
        self.first = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.second = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], rates: Float[Tensor, " model"]) -> None:
        """One update of every weight along its gradient."""
        self.steps += 1
        corrections = 1 - 0.9**self.steps, 1 - 0.999**self.steps
        for (name, weight), gradient in zip(self.weights.items(), gradients, strict=True):
            first, second = self.first[name], self.second[name]
            rate = rates.view(-1, *[1] * (weight.ndim - 1))
            first.lerp_(gradient, 0.1)
            second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            if self.weight_decay:
                weight.mul_(1 - rate * self.weight_decay)
            weight.sub_(rate / corrections[0] * first / (second / corrections[1]).sqrt_().add_(1e-8))


class SGD:
    """Gradient descent with momentum, as torch.optim.SGD, but with a rate for every model and decoupled decay."""

    def __init__(self, weights: Mapping[str, Tensor], weight_decay: float, momentum: float):
        self.weights, self.weight_decay, self.momentum, self.steps = weights, weight_decay, momentum, 0
        self.first = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.second: dict[str, Tensor] = {}

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], rates: Float[Tensor, " model"]) -> None:
        """One update of every weight along its gradient."""
        self.steps += 1
        for (name, weight), gradient in zip(self.weights.items(), gradients, strict=True):
            rate = rates.view(-1, *[1] * (weight.ndim - 1))
            velocity = self.first[name].mul_(self.momentum).add_(gradient)
            if self.weight_decay:
                weight.mul_(1 - rate * self.weight_decay)
            weight.sub_(rate * velocity)


def _optimiser(training: Training, weights: Mapping[str, Tensor], start: Start) -> AdamW | SGD:
    """The optimiser of a training, as it was after `start.step` updates."""
    optimiser: AdamW | SGD = (
        SGD(weights, training.weight_decay, training.momentum or 0.0)
        if training.optimizer == "sgd"
        else AdamW(weights, training.weight_decay)
    )
    optimiser.steps = start.step
    for moments, given in ((optimiser.first, start.state.first), (optimiser.second, start.state.second)):
        for name, moment in given.items():
            moments[name].copy_(torch.from_numpy(moment))
    return optimiser


def _attacked(
    attack: Attack,
    W: Float[Tensor, "model hidden feature"],
    x: Float[Tensor, "model row feature"],
    own: Sequence[Generator],
) -> Float[Tensor, "model row feature"]:
    """Every row moved up along the row of WᵀW of a feature drawn at random (F25)."""
    models, rows, n = x.shape
    with torch.no_grad():
        directions = torch.nn.functional.normalize(W.mT @ W, dim=-1)
        chosen = torch.empty(models, rows, dtype=torch.long, device=x.device)
        for feature, generator_ in zip(chosen, own, strict=True):
            feature.random_(n, generator=generator_)
        length = x.norm(dim=-1, keepdim=True)
        if attack.norm == "mean":
            length = length.mean(1, keepdim=True)
        place = torch.arange(models, device=x.device)[:, None]
        return x + attack.share * length * directions[place, chosen]


def _objective(
    setup: Setup,
    weights: Mapping[str, Tensor],
    x: Float[Tensor, "model row feature"],
    importance: Float[Tensor, "model feature"],
    own: Sequence[Generator],
    penalties: Float[Tensor, " model"],
) -> tuple[Float[Tensor, " model"], Float[Tensor, " model"]]:
    """The loss of every model on a batch, and what is descended: the loss, with what the training adds to it."""
    training, seen = setup.training, None
    if training.attack:
        seen = _attacked(training.attack, weights["W"], x, own)
    losses = loss(setup.model, weights, x, importance, seen, training.loss)
    if training.l1 is None:
        return losses, losses
    shown = x if seen is None else seen
    return losses, losses + penalties * hidden(setup.model, weights, shown).abs().sum(-1).mean(-1)


def _copy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().to("cpu", copy=True).numpy()


def _copies(tensors: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    return {name: _copy(tensor) for name, tensor in tensors.items()}


def _restore(own: Sequence[Generator], draws: UInt8[np.ndarray, "model byte"] | None) -> None:
    """Set the generators to states that were kept; states of another kind of device are of no use here."""
    if draws is not None and draws.shape[1] == len(own[0].get_state()):
        for generator_, state in zip(own, draws, strict=True):
            generator_.set_state(torch.from_numpy(state))


def _begun(setup: Setup, own: Sequence[Generator], start: Start) -> dict[str, Tensor]:
    """The weights at the start, ready for gradients."""
    weights = initial(setup, own)
    for name, weight in start.weights.items():
        weights[name].copy_(torch.from_numpy(weight))
    _restore(own, start.state.draws)
    return {name: weight.requires_grad_() for name, weight in weights.items()}


def stages(
    setup: Setup,
    device: str,
    stops: Sequence[int],
    start: Start | None = None,
    data: Sequence[Draw] | None = None,
) -> Iterator[Stage]:
    """Train the stack and yield it at every step of `stops`.

    start: where to begin. data: a source of rows for every setting, in place of the setup's features.
    """
    training, start = setup.training, start or Start()
    own = generators(setup, device)
    weights = _begun(setup, own, start)
    importance = torch.tensor(setup.features.importances(), dtype=torch.float32, device=device)
    importance = importance.repeat_interleave(training.replicas, dim=0)
    rates, penalties = (
        torch.tensor(each, dtype=torch.float32, device=device) for each in (setup.rates, setup.penalties)
    )
    sampler = Rows(data, training.batch, own) if data else Sampler(setup.features, training.batch, own)
    optimiser = _optimiser(training, weights, start)
    losses = torch.full((setup.models,), np.nan)

    def advance(begin: int, stop: int) -> None:
        nonlocal losses
        with suited(setup.models * training.batch * setup.features.n):
            for step in range(begin, stop):
                losses, objective = _objective(setup, weights, sampler.draw(), importance, own, penalties)
                gradients = torch.autograd.grad(objective.sum(), list(weights.values()))
                optimiser.step(gradients, rates * training.decay(step))

    def stage(step: int) -> Stage:
        draws = np.stack([generator_.get_state().numpy() for generator_ in own])
        state = State(_copies(optimiser.first), _copies(optimiser.second), draws)
        return Stage(step, _copies(weights), _copy(losses), state)

    yield from stages_at(stops, start.step, advance, stage)
