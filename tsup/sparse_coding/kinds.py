"""The kinds of sparse autoencoders, and how a stack of them is trained: frozen, validated configurations.

All read activations h by unit-length directions, the rows of a decoder D, from non-negative codes f of which few are
not 0:

    f = kind of ((h − c) E + b),    ĥ = f D + c,

and differ in how f is made sparse. λ below is `penalty`, and every loss is the mean over rows.
"""

import math
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from tsup.config import Config, at_least, configuration
from tsup.config.base import finite

Latents = Annotated[int, at_least("latents", 1)]
Penalty = Annotated[float, finite("penalty", "finite and ≥ 0", lambda penalty: penalty >= 0)]
Positive = finite("bandwidth", "finite and > 0", lambda width: width > 0)


def _mean_k(value: Any) -> Any:
    return finite("k", "finite and > 0", lambda k: k > 0).func(value)  # type: ignore[call-arg]


class Coder:
    """What all kinds share.

    latents: how many directions are looked for, ≥ 1. kind: the name of the kind.
    """

    latents: int
    kind: str

    @property
    def structure(self) -> tuple[Any, ...]:
        """What autoencoders must share to be trained as one array."""
        return self.kind, self.latents

    @property
    def sparsity(self) -> float:
        """The number that makes codes sparse: the penalty λ, or k."""
        return float(getattr(self, "penalty", getattr(self, "k", 0.0)))


@configuration
class L1(Coder, Config):
    """f = ReLU, and λ Σ f in the loss ‖h − ĥ‖² + λ Σ f (Bricken et al. 2023; Cunningham et al. 2023).

    latents: ≥ 1. penalty: λ ≥ 0. Raises InputError for others.
    """

    latents: Latents
    penalty: Penalty
    kind: Literal["L1"] = "L1"


@configuration
class TopK(Coder, Config):
    """Of every row the k largest of ReLU stay, the others are 0; the loss is ‖h − ĥ‖² (Gao et al. 2024).

    latents: ≥ 1. k: latents that may be on in a row, from 1 to `latents`. Raises InputError for others.
    """

    latents: Latents
    k: Annotated[int, at_least("k", 1)]
    kind: Literal["TopK"] = "TopK"

    @model_validator(mode="after")
    def _check(self) -> "TopK":
        return _enough(self)


@configuration
class BatchTopK(Coder, Config):
    """Of a whole batch the rows · k largest of ReLU stay; the loss is ‖h − ĥ‖² (Bussmann et al. 2024).

    When it is used, a code stays that exceeds one threshold, the mean of the least that stayed in batches.

    latents: ≥ 1. k: latents that are on in a row, in the mean, > 0 and at most `latents`. Raises InputError for others.
    """

    latents: Latents
    k: Annotated[float, BeforeValidator(_mean_k)]
    kind: Literal["BatchTopK"] = "BatchTopK"

    @model_validator(mode="after")
    def _check(self) -> "BatchTopK":
        return _enough(self)


@configuration
class Matryoshka(Coder, Config):
    """BatchTopK whose first latents must do alone as well: the loss is the mean of ‖h − ĥ‖² over prefixes of the
    latents, all of them being the last (Bussmann et al. 2025).

    latents: ≥ 1. k: as of BatchTopK. prefixes: rising sizes below `latents`; a quarter and a half of them by default.
    Raises InputError for others.
    """

    latents: Latents
    k: Annotated[float, BeforeValidator(_mean_k)]
    prefixes: tuple[Annotated[int, at_least("prefixes", 1)], ...] | None = None
    kind: Literal["Matryoshka"] = "Matryoshka"

    @model_validator(mode="after")
    def _check(self) -> "Matryoshka":
        sizes = self.nested
        if any(one >= after for one, after in pairwise(sizes)):
            raise ValueError(
                f"prefixes must rise and stay below latents = {self.latents}, got {self.prefixes}"
            )
        return _enough(self)

    @property
    def nested(self) -> tuple[int, ...]:
        """The sizes of all prefixes, `latents` the last."""
        if self.prefixes is not None:
            return (*self.prefixes, self.latents)
        return tuple(sorted({math.ceil(self.latents / 4), math.ceil(self.latents / 2), self.latents}))

    @property
    def structure(self) -> tuple[Any, ...]:
        """Kind, latents and prefixes."""
        return self.kind, self.latents, self.nested


@configuration
class JumpReLU(Coder, Config):
    """f = z where z > θ, else 0, a learned θ > 0 a latent, and the loss ‖h − ĥ‖² + λ · (number of f > 0), whose jumps
    are given a slope within `bandwidth` of θ (Rajamanoharan et al. 2024, JumpReLU).

    latents: ≥ 1. penalty: λ ≥ 0. bandwidth: > 0, in units of f. threshold: θ at the start, > 0. Raises InputError for
    others.
    """

    latents: Latents
    penalty: Penalty
    bandwidth: Annotated[float, Positive] = 0.1
    threshold: Annotated[float, finite("threshold", "finite and > 0", lambda size: size > 0)] = 0.05
    kind: Literal["JumpReLU"] = "JumpReLU"

    @property
    def structure(self) -> tuple[Any, ...]:
        """Kind, latents, bandwidth and the threshold at the start."""
        return self.kind, self.latents, self.bandwidth, self.threshold


@configuration
class Gated(Coder, Config):
    """f = [(h − c) E + b > 0] · ReLU((h − c) E eʳ + d): one bias says which latents are on, the other how much.

    With g = ReLU((h − c) E + b) the loss is ‖h − ĥ‖² + λ Σ g + ‖h − (g D + c)‖², D and c held fixed in the last
    (Rajamanoharan et al. 2024, Gated).

    latents: ≥ 1. penalty: λ ≥ 0. Raises InputError for others.
    """

    latents: Latents
    penalty: Penalty
    kind: Literal["Gated"] = "Gated"


KINDS: tuple[type[Coder], ...] = (L1, TopK, BatchTopK, JumpReLU, Gated, Matryoshka)


def _enough(coder: Any) -> Any:
    if coder.k > coder.latents:
        raise ValueError(f"k must be at most latents = {coder.latents}, got {coder.k:g}")
    return coder


@configuration
class Training(Config):
    """How a stack of sparse autoencoders is trained: Adam, whose rate falls to 0, on fresh batches.

    steps: updates, ≥ 1, each on `batch` ≥ 1 rows. lr: the rate at first, > 0, falling linearly over the second half.
    seeds: autoencoders of every configuration, ≥ 1, which differ in start and data. seed: of the first of them, ≥ 0;
        the next has the next number.
    resamples: how often, at even steps up to the middle, latents that were never on since the last time are started
        again in the direction of a row that is badly reconstructed (Bricken et al. 2023); 0 for never.
    snapshots: steps, from 0 (the start) to `steps`, at which decoders are kept.

    Raises InputError for others.
    """

    steps: Annotated[int, at_least("steps", 1)] = 2000
    batch: Annotated[int, at_least("batch", 1)] = 256
    lr: Annotated[float, finite("lr", "finite and > 0", lambda lr: lr > 0)] = 3e-3
    seeds: Annotated[int, at_least("seeds", 1)] = 1
    seed: Annotated[int, at_least("seed", 0)] = 0
    resamples: Annotated[int, at_least("resamples", 0)] = 4
    snapshots: tuple[Annotated[int, at_least("snapshots", 0)], ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "Training":
        beyond = [step for step in self.snapshots if step > self.steps]
        if beyond:
            raise ValueError(f"snapshots must be steps from 0 to {self.steps}, got {beyond[0]}")
        return self

    @property
    def resampled(self) -> tuple[int, ...]:
        """The steps before which latents are started again."""
        return tuple(
            sorted({self.steps * k // (2 * self.resamples) for k in range(1, self.resamples + 1)} - {0})
        )

    def rate(self, step: int) -> float:
        """The learning rate at update `step`, counted from 0."""
        return self.lr * min(1.0, 2 * (1 - step / self.steps))


AnyCoder = Annotated[L1 | TopK | BatchTopK | Matryoshka | JumpReLU | Gated, Field(discriminator="kind")]


@configuration
class Search(Config):
    """What is looked for, and how: the configurations of autoencoders that are trained in one call, and their training.

    coders: at least one. Raises InputError for none.
    """

    coders: tuple[AnyCoder, ...]
    training: Training

    @model_validator(mode="after")
    def _check(self) -> "Search":
        if not self.coders:
            raise ValueError("coders must be at least one configuration, got none")
        return self

    @property
    def about(self) -> str:
        """The search in one phrase for a caption."""
        sizes = sorted({coder.latents for coder in self.coders})
        latents = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
        training = self.training
        return (
            f"{len(self.coders) * training.seeds:,} sparse autoencoders of {latents} latents, "
            f"{training.steps:,} steps on {training.batch:,} rows, rate {training.lr:g}"
        )
