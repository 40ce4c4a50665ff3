"""Train many sparse autoencoders in one call, each as it would be trained alone.

Autoencoders of one kind and size are one array with a leading axis; a seed has one stream of batches, which all
configurations see, and every autoencoder has a generator of its own for what is started again.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import psutil
import torch
from jaxtyping import Float
from torch import Generator, Tensor

from tsup import gate
from tsup.config import seed_of
from tsup.data import Draw
from tsup.errors import InputError, TrainingError
from tsup.sparse_coding.kinds import Coder, JumpReLU, Training
from tsup.sparse_coding.sources import batches, source
from tsup.sparse_coding.stack import Knobs, Weights, objective, start
from tsup.sparse_coding.trained import Trained

DECAY, SQUARED = 0.9, 0.999  # Adam's, as torch.optim.Adam has them
SMALL = 0.2  # of the mean length of encoder columns: that of one that starts again (Bricken et al. 2023)
EVALUATION_ROWS, EVALUATION_BLOCK = 2**14, 2**10
BATCHES, STARTS, AGAIN, MEASURED = range(4)  # what a seed's generators are for


def _generator(seed: int, use: int, device: str) -> Generator:
    return Generator(device).manual_seed(seed_of(seed, use))


def _generators(training: Training, use: int, device: str) -> list[Generator]:
    return [_generator(training.seed + k, use, device) for k in range(training.seeds)]


def memory(coders: Sequence[Coder], hidden: int, training: Training) -> int:
    """About how many bytes a training takes at its peak: weights, Adam's moments and a step of one array at a time."""
    parameters = [2 * one.latents * (hidden + 2) + hidden for one in coders]
    latents: dict[tuple, int] = {}
    for one in coders:
        latents[one.structure] = latents.get(one.structure, 0) + one.latents
    rows = max(training.batch, EVALUATION_BLOCK)
    step = rows * (10 * max(latents.values()) + 8 * hidden * len(coders))
    kept = sum((5 + 2 * len(training.snapshots)) * each for each in parameters)
    return 4 * training.seeds * (step + kept) + 4 * EVALUATION_ROWS * hidden


def check_memory(coders: Sequence[Coder], hidden: int, training: Training, device: str) -> None:
    """Raise InputError where a training needs more memory than is free."""
    free = psutil.virtual_memory().available if device == "cpu" else torch.cuda.mem_get_info(device)[0]
    needed = memory(coders, hidden, training)
    if needed > free:
        raise InputError(
            f"coders × seeds = {len(coders) * training.seeds:,} autoencoders of up to "
            f"{max(one.latents for one in coders):,} latents need about {needed / 2**30:,.1f} GiB on {device}, got "
            f"{free / 2**30:,.1f} GiB free; lower latents, seeds, batch or snapshots"
        )


def _device(device: str) -> str:
    if device not in ("auto", "cpu", "cuda"):
        raise InputError(f"device must be 'auto', 'cpu' or 'cuda', got {device!r}")
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("device must be 'cpu' where there is no GPU, got 'cuda'")
    return ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device


class Adam:
    """torch.optim.Adam on arrays by name, of which parts can be started again."""

    def __init__(self, weights: Weights):
        self.weights, self.steps = weights, 0
        self.first = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.second = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    @torch.no_grad()
    def step(self, gradients: Iterable[Tensor], rate: float) -> None:
        """One update of every weight along its gradient."""
        self.steps += 1
        root = math.sqrt(1 - SQUARED**self.steps)
        for (name, weight), gradient in zip(self.weights.items(), gradients, strict=True):
            first, second = self.first[name], self.second[name]
            first.lerp_(gradient, 1 - DECAY)
            second.mul_(SQUARED).addcmul_(gradient, gradient, value=1 - SQUARED)
            weight.addcdiv_(first, (second.sqrt() / root).add_(1e-8), value=-rate / (1 - DECAY**self.steps))


class Array:
    """The autoencoders of one structure, seeds fastest, while they are trained."""

    def __init__(
        self,
        coders: Sequence[Coder],
        hidden: int,
        training: Training,
        device: str,
        given: Tensor | None = None,
    ):
        each = [(one, training.seed + k) for one in coders for k in range(training.seeds)]
        starts = [start(one, hidden, _generator(seed, STARTS, device), given) for one, seed in each]
        self.weights = {name: torch.stack([one[name] for one in starts]) for name in starts[0]}
        self.coders, self.training = coders, training
        self.knobs, self.adam = Knobs.of([one for one, _ in each], device), Adam(self.weights)
        self.own = [_generator(seed, AGAIN, device) for _, seed in each]
        self.fired = torch.zeros(self.weights["bias"].shape, dtype=torch.bool, device=device)
        self.snapshots: list[np.ndarray] = []

    def rows(self, h: Float[Tensor, "seed row hidden"]) -> Float[Tensor, "model row hidden"]:
        """The batch of its seed for every autoencoder."""
        return h.repeat(len(self.coders), 1, 1)

    def step(self, h: Float[Tensor, "seed row hidden"], step: int) -> None:
        """One update; directions stay of unit length."""
        for weight in self.weights.values():
            weight.requires_grad_(True)
        loss, codes, found = objective(self.knobs, self.weights, self.rows(h))
        gradients = dict(
            zip(self.weights, torch.autograd.grad(loss.sum(), [*self.weights.values()]), strict=True)
        )
        for weight in self.weights.values():
            weight.requires_grad_(False)
        decoder = self.weights["decoder"]
        along = (gradients["decoder"] * decoder).sum(-1, keepdim=True)
        gradients["decoder"] -= along * decoder
        self.adam.step(gradients.values(), self.training.rate(step))
        decoder /= decoder.norm(dim=-1, keepdim=True)
        self.fired |= (codes.detach() > 0).any(1)
        if step + 1 in self.training.resampled:
            self._again(self.rows(h), (self.rows(h) - found.detach()).square().sum(-1))

    def _again(self, h: Float[Tensor, "model row hidden"], error: Float[Tensor, "model row"]) -> None:
        """Start latents that were never on in the direction of rows that are badly reconstructed."""
        for k in (~self.fired).any(1).nonzero().flatten().tolist():
            dead = (~self.fired[k]).nonzero().flatten()
            chance, centred = error[k].square(), h[k] - self.weights["center"][k]
            if not chance.sum() > 0:
                continue
            rows = torch.multinomial(chance, len(dead), replacement=True, generator=self.own[k])
            directions = torch.nn.functional.normalize(centred[rows], dim=-1)
            alive = self.weights["encoder"][k][:, self.fired[k]]
            size = SMALL * (alive.norm(dim=0).mean() if alive.shape[1] else 1.0)
            new = {"decoder": directions, "encoder": size * directions.T}
            for name in self.weights:
                if name != "center":
                    self._put(name, k, dead, new.get(name))
        self.fired.zero_()

    def _put(self, name: str, k: int, dead: Tensor, values: Tensor | None) -> None:
        """New values for latents of one autoencoder, those of a start by default; moments begin anew."""
        place = (k, slice(None), dead) if name == "encoder" else (k, dead)
        coder = self.coders[0]
        fresh = math.log(coder.threshold) if name == "log_threshold" and isinstance(coder, JumpReLU) else 0.0
        self.weights[name][place] = fresh if values is None else values
        self.adam.first[name][place] = 0
        self.adam.second[name][place] = 0

    def keep(self) -> None:
        """Take a snapshot of the decoders."""
        self.snapshots.append(self.weights["decoder"].cpu().numpy().copy())

    @torch.no_grad()
    def done(self, h: Float[Tensor, "1 row hidden"]) -> list[Trained]:
        """Every configuration with its seeds, all measured on the same rows."""
        losses, threshold = [], None
        for part in h.split(EVALUATION_BLOCK, dim=1):
            rows = part.expand(len(self.own), -1, -1)
            loss, codes, _ = objective(self.knobs, self.weights, rows)
            losses.append(loss)
            if self.knobs.coder.kind in ("BatchTopK", "Matryoshka"):
                least = torch.where(codes > 0, codes, torch.inf).amin((1, 2))[:, None]
                threshold = least if threshold is None else torch.cat([threshold, least], 1)
        loss = torch.stack(losses).mean(0)
        if "log_threshold" in self.weights:
            self.weights["threshold"] = self.weights.pop("log_threshold").exp()
        elif threshold is not None:
            mean = torch.where(threshold.isfinite(), threshold, 0).mean(1, keepdim=True)
            self.weights["threshold"] = mean.expand_as(self.weights["bias"])
        return [self._one(k, loss) for k in range(len(self.coders))]

    def _one(self, k: int, loss: Float[Tensor, " model"]) -> Trained:
        seeds = self.training.seeds
        part = slice(k * seeds, (k + 1) * seeds)
        weights = {name: weight[part].cpu().numpy().copy() for name, weight in self.weights.items()}
        shots = np.array([shot[part] for shot in self.snapshots], np.float32)
        return Trained(
            coder=self.coders[k],
            training=self.training,
            weights=weights,
            loss=loss[part].cpu().numpy().astype(float),
            seeds=tuple(range(self.training.seed, self.training.seed + seeds)),
            snapshots=shots.reshape(-1, *weights["decoder"].shape),
        )


def train(
    activations: object,
    coders: Sequence[Coder],
    training: Training | None = None,
    device: str = "cpu",
    init: Float[np.ndarray, "latent hidden"] | None = None,
) -> tuple[Trained, ...]:
    """Train sparse autoencoders of every configuration and seed at once; one value for every configuration.

    activations: rows (row, hidden), drawn from with replacement; a sampler, a function of a count of rows and a
        `torch.Generator` that returns a tensor (row, hidden); or a `Hidden`, whose activations are made on the fly.
    coders: configurations of any kinds, sizes and penalties, at least one. device: "cpu", "cuda" or "auto".
    init: directions for the first latents to start from, such as features that are known; the others are random.

    Autoencoders of one seed see the same batches, each is started and trained as it would be alone, and the losses of
    all are measured on the same rows. Raises
    InputError for a request that cannot be met, and TrainingError where an autoencoder is no longer finite.
    """
    training, place = training or Training(), _device(device)
    if not coders:
        raise InputError("coders must be at least one configuration, got none")
    draw, hidden = source(activations)
    check_memory(coders, hidden, training, place)
    given = _given(init, hidden, place)
    by_structure: dict[tuple, list[int]] = {}
    for k, coder in enumerate(coders):
        by_structure.setdefault(coder.structure, []).append(k)
    arrays = [
        Array([coders[k] for k in own], hidden, training, place, given) for own in by_structure.values()
    ]
    _descend(draw, arrays, training, place)
    h = batches(draw, EVALUATION_ROWS, [_generator(0, MEASURED, place)])
    found = dict(
        pair
        for own, array in zip(by_structure.values(), arrays, strict=True)
        for pair in zip(own, array.done(h), strict=True)
    )
    return tuple(found[k] for k in range(len(coders)))


def _given(init: np.ndarray | None, hidden: int, device: str) -> Tensor | None:
    if init is None:
        return None
    if init.shape[1] != hidden or not init.any(1).all():
        raise InputError(
            f"init must be directions (latent, {hidden}), none of length 0, got {gate.shown(init)}"
        )
    return torch.from_numpy(init.astype(np.float32)).to(device)


def _descend(draw: Draw, arrays: Sequence[Array], training: Training, device: str) -> None:
    own = _generators(training, BATCHES, device)
    for step in range(training.steps + 1):
        if step in training.snapshots:
            for array in arrays:
                array.keep()
        if step < training.steps:
            h = batches(draw, training.batch, own)
            for array in arrays:
                array.step(h, step)
    for array in arrays:
        for coder, sound in zip(array.coders, _sound(array), strict=True):
            if not sound:
                raise TrainingError(
                    f"{coder} was not finite at its end; lr = {training.lr:g} may be too large"
                )


def _sound(array: Array) -> list[bool]:
    sound = torch.stack([weight.flatten(1).isfinite().all(1) for weight in array.weights.values()]).all(0)
    return sound.view(len(array.coders), -1).all(1).tolist()


gate.close(globals(), ["train"])
