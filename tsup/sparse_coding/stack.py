"""Autoencoders of one kind and size as arrays with a leading axis: how they start, what they code, what they lose.

Weights by name: `encoder` (model, hidden, latent), `bias` (model, latent), `decoder` (model, latent, hidden), `center`
(model, hidden); of JumpReLU `log_threshold`, and of Gated `gain` and `magnitude_bias`, (model, latent) too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from tsup.sparse_coding.kinds import Coder, JumpReLU, Matryoshka

Weights = dict[str, Tensor]


def start(
    coder: Coder, hidden: int, generator: Generator, given: Float[Tensor, "latent hidden"] | None = None
) -> Weights:
    """The weights of one autoencoder: random unit-length directions, which the encoder reads by; all else is 0.

    given: directions for its first latents.
    """
    drawn = torch.empty(coder.latents, hidden, device=generator.device).normal_(generator=generator)
    if given is not None:
        drawn[: len(given)] = given[: coder.latents]
    decoder = drawn / drawn.norm(dim=-1, keepdim=True)
    zeros = torch.zeros(coder.latents, device=generator.device)
    made = {
        "encoder": decoder.T.clone(),
        "bias": zeros,
        "decoder": decoder,
        "center": decoder.new_zeros(hidden),
    }
    if isinstance(coder, JumpReLU):
        made["log_threshold"] = torch.full_like(zeros, coder.threshold).log()
    if coder.kind == "Gated":
        made |= {"gain": zeros, "magnitude_bias": zeros}
    return made


@dataclass(frozen=True)
class Knobs:
    """What differs between the autoencoders of an array: penalty λ and k, (model, 1, 1), 0 where the kind has none."""

    coder: Any
    penalty: Float[Tensor, "model 1 1"]
    k: Float[Tensor, "model 1 1"]

    @classmethod
    def of(cls, coders: Sequence[Coder], device: str) -> "Knobs":
        """For one model of each of these, which share a structure."""
        values = {
            name: torch.tensor([getattr(one, name, 0.0) for one in coders], device=device)[:, None, None]
            for name in ("penalty", "k")
        }
        return cls(coders[0], values["penalty"].float(), values["k"].float())


def _scores(weights: Weights, h: Float[Tensor, "model row hidden"]) -> Float[Tensor, "model row latent"]:
    return torch.baddbmm(weights["bias"][:, None], h - weights["center"][:, None], weights["encoder"])


def decoded(weights: Weights, codes: Float[Tensor, "model row latent"]) -> Float[Tensor, "model row hidden"]:
    """The reconstruction ĥ."""
    return torch.baddbmm(weights["center"][:, None], codes, weights["decoder"])


class _Step(torch.autograd.Function):
    """[z > θ], with a slope in θ of −1/width within half a width of it."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, threshold: Tensor, width: float) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(z, threshold)
        ctx.width = width
        return (z > threshold).float()

    @staticmethod
    def backward(ctx: Any, above: Tensor) -> Any:  # type: ignore[override]
        z, threshold = ctx.saved_tensors
        near = (z - threshold).abs() < ctx.width / 2
        return None, -(near * above).sum(1, keepdim=True) / ctx.width, None


class _Jump(torch.autograd.Function):
    """z where z > θ, else 0, with a slope in θ of −θ/width within half a width of it."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, threshold: Tensor, width: float) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(z, threshold)
        ctx.width = width
        return z * (z > threshold)

    @staticmethod
    def backward(ctx: Any, above: Tensor) -> Any:  # type: ignore[override]
        z, threshold = ctx.saved_tensors
        near = (z - threshold).abs() < ctx.width / 2
        return above * (z > threshold), -(threshold * near * above).sum(1, keepdim=True) / ctx.width, None


def least_kept(codes: Tensor, k: Float[Tensor, "model 1 1"], by_batch: bool) -> Float[Tensor, "model any 1"]:
    """The least of the codes that stay: of every row its k largest, or of a whole batch rows · k."""
    rows, latents = codes.shape[1:]
    count = (k * rows).round().clamp(1, rows * latents) if by_batch else k
    flat = codes.flatten(1)[:, None] if by_batch else codes
    largest = flat.topk(int(count.max()), dim=-1).values
    place = count.long().expand(*flat.shape[:2], 1) - 1
    return largest.gather(-1, place)


def objective(
    knobs: Knobs, weights: Weights, h: Float[Tensor, "model row hidden"]
) -> tuple[Float[Tensor, " model"], Float[Tensor, "model row latent"], Float[Tensor, "model row hidden"]]:
    """What training makes small, the mean over rows; the codes; and the reconstruction."""
    coder, kind = knobs.coder, knobs.coder.kind
    scores = _scores(weights, h)
    positive = scores.relu()
    extra: Any = 0.0
    if kind == "L1":
        codes = positive
        extra = (knobs.penalty * codes).sum(-1)
    elif kind == "JumpReLU":
        threshold = weights["log_threshold"].exp()[:, None]
        codes = _Jump.apply(positive, threshold, coder.bandwidth)
        extra = (knobs.penalty * _Step.apply(positive, threshold, coder.bandwidth)).sum(-1)
    elif kind == "Gated":
        codes = (scores > 0) * _magnitudes(weights, scores)
        frozen = {name: weights[name].detach() for name in ("decoder", "center")}
        extra = (knobs.penalty * positive).sum(-1) + (h - decoded(frozen, positive)).square().sum(-1)
    else:
        least = least_kept(positive.detach(), knobs.k, by_batch=kind != "TopK")
        codes = positive * (positive >= least)
    found = decoded(weights, codes)
    error = (h - found).square().sum(-1)
    if isinstance(coder, Matryoshka):
        error = _nested(coder, weights, codes, h)
    return (error + extra).mean(-1), codes, found


def _magnitudes(weights: Weights, scores: Tensor) -> Tensor:
    gain, bias, own = (weights[name][:, None] for name in ("gain", "bias", "magnitude_bias"))
    return ((scores - bias) * gain.exp() + own).relu()


def _nested(coder: Matryoshka, weights: Weights, codes: Tensor, h: Tensor) -> Float[Tensor, "model row"]:
    """The mean over prefixes of the squared error."""
    found, before, total = weights["center"][:, None], 0, torch.zeros_like(h[..., 0])
    for size in coder.nested:
        part = slice(before, size)
        found = found + codes[..., part] @ weights["decoder"][:, part]
        total, before = total + (h - found).square().sum(-1), size
    return total / len(coder.nested)
