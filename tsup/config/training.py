"""How a stack of models is trained, and the whole experiment: world, model and training."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from jaxtyping import Float
from pydantic import BeforeValidator, Field, model_validator

from tsup import gate
from tsup.config.base import Config, array, at_least, configuration, finite, tuples
from tsup.config.features import MOST_SETTINGS, Features
from tsup.config.model import Model
from tsup.errors import InputError

MOST_SNAPSHOTS = 10_000


def _positive(name: str, value: Any, allowed: str) -> Any:
    """A finite number > 0, or one per setting."""
    values = array(name, value)
    if values.ndim > 1:
        raise ValueError(f"{name} must be a number or one per setting, got shape {values.shape}")
    bad = values[~((values > 0) & np.isfinite(values))]
    if bad.size:
        raise ValueError(f"{name} must be {allowed}, got {bad.flat[0]:g}")
    return tuples(values.tolist())


def _rate(value: Any) -> Any:
    return _positive("lr", value, "finite and > 0")


def _penalty(value: Any) -> Any:
    return None if value is None else _positive("l1", value, "finite and > 0, or None")


def _whole(name: str) -> BeforeValidator:
    """A whole number ≥ 0, or one per setting."""

    def check(value: Any) -> Any:
        try:
            found = np.asarray(value)
        except Exception:
            found = np.empty(0)
        if found.ndim > 1 or found.dtype.kind not in "iu" or found.size == 0 or (found < 0).any():
            raise ValueError(
                f"{name} must be a whole number ≥ 0, or one per setting, got {gate.shown(value)}"
            )
        return tuple(int(one) for one in found) if found.ndim else int(found)

    return BeforeValidator(check)


def _one_of(name: str, usual: str, *others: str) -> BeforeValidator:
    """One of some names; the usual one is None, so that a training that names it is the same training."""

    def check(value: Any) -> Any:
        if value is not None and value not in (usual, *others):
            raise ValueError(f"{name} must be {' or '.join((usual, *others))}, got {gate.shown(value)}")
        return None if value == usual else value

    return BeforeValidator(check)


@configuration
class Attack(Config):
    """Adversarial training (F25): every row is moved up along the row of WᵀW of one feature chosen at random.

    That is the best attack on the output of a feature that is off, which all but a share p of them are; of one that is
    on, either way may be (see `tsup.attack.both_ways`).

    share: length of the move > 0, as a share of the input norm.
    norm: whose norm: "mean", the batch's mean norm; or "own", the row's own, so that empty rows stay as they are.
    """

    share: Annotated[float, finite("share", "finite and > 0", lambda share: share > 0)]
    norm: Literal["mean", "own"] = "mean"


@configuration
class Training(Config):
    """How a stack of models is trained.

    steps: updates, ≥ 1, each on a fresh batch of `batch` rows.
    lr: learning rate > 0, or one per setting, falling to 0 over the run by `schedule`: "constant" (it stays),
        "linear" or "cosine".
    weight_decay: decoupled, as AdamW's: every update first multiplies a weight by 1 − rate · weight_decay, so that one
        below 0 makes weights grow.
    replicas: models trained for each setting, ≥ 1, differing in start and data.
    seed: one whole number, spawned into a seed a setting; or a seed for each setting.
    snapshots: steps, from 0 (the start) to `steps`, at which the weights are kept.
    scale: factor > 0 on the initial weights.
    bias: "mean" starts b at the mean of what the model is to output, so that no output of dense features starts out
        off on every row and stays so (F14); or None, and b starts at 0.
    readout: "positive" starts a model of two matrices with |W₂|, so that no output starts out dead (F32); or None.
    attack: adversarial training of models x' = f(WᵀWx + b), or None.
    l1: weight > 0 of the mean of Σ|hᵢ|, or one per setting, added to the loss that is descended but not to the one
        that is reported (F35); or None.
    optimizer: "sgd", stochastic gradient descent with `momentum`; or None or "adam", Adam.
    momentum: of SGD, in [0, 1): velocity = momentum · velocity + gradient; or None, 0.
    warmup: steps ≥ 1 over which the rate rises linearly to the schedule's, (step + 1) / warmup; or None.
    loss: of an output's error e, weighted by importance: "mae", |e|; "l4", e⁴; or None or "mse", e².
    replica: number ≥ 0 of the first replica, or one per setting; or None, 0. A chosen model of a run has its own here,
        so that its configuration trains that very model again (see `Setup.chosen`).
    """

    steps: Annotated[int, at_least("steps", 1)] = 10_000
    batch: Annotated[int, at_least("batch", 1)] = 1024
    lr: Annotated[Any, BeforeValidator(_rate)] = 1e-3
    schedule: Literal["constant", "linear", "cosine"] = "cosine"
    weight_decay: Annotated[float, finite("weight_decay", "a finite number", lambda _: True)] = 0.0
    replicas: Annotated[int, at_least("replicas", 1)] = 1
    seed: Annotated[Any, _whole("seed")] = 0
    snapshots: tuple[Annotated[int, at_least("snapshots", 0)], ...] = ()
    scale: Annotated[float, finite("scale", "finite and > 0", lambda scale: scale > 0)] = 1.0
    readout: Literal["positive"] | None = None
    bias: Literal["mean"] | None = None
    attack: Attack | None = None
    l1: Annotated[Any, BeforeValidator(_penalty)] = None
    optimizer: Annotated[Literal["sgd"] | None, _one_of("optimizer", "adam", "sgd")] = None
    momentum: Annotated[float, finite("momentum", "in [0, 1), or None", lambda m: 0 <= m < 1)] | None = None
    warmup: Annotated[int, at_least("warmup", 1)] | None = None
    loss: Annotated[Literal["mae", "l4"] | None, _one_of("loss", "mse", "mae", "l4")] = None
    replica: Annotated[Any, _whole("replica")] | None = None

    @model_validator(mode="after")
    def _check(self) -> "Training":
        if len(self.snapshots) > MOST_SNAPSHOTS:
            raise ValueError(
                f"snapshots must be at most {MOST_SNAPSHOTS:,} steps, got {len(self.snapshots):,}"
            )
        beyond = [step for step in self.snapshots if step > self.steps]
        if beyond:
            raise ValueError(f"snapshots must be steps from 0 to {self.steps}, got {beyond[0]}")
        if self.momentum is not None and self.optimizer != "sgd":
            raise ValueError(f"momentum must be None but for the optimizer sgd, got {self.momentum:g}")
        if self.warmup is not None and self.warmup > self.steps:
            raise ValueError(f"warmup must be at most steps = {self.steps:,}, got {self.warmup:,}")
        return self

    def own(self, settings: Sequence[int]) -> dict[str, Any]:
        """Rates and penalties of some settings, by their places, where every setting has its own."""
        values = {name: getattr(self, name) for name in ("lr", "l1")}
        return {
            name: [value[k] for k in settings] for name, value in values.items() if isinstance(value, tuple)
        }

    def decay(self, step: int) -> float:
        """What warm-up and schedule leave of the learning rate at update `step`, counted from 0."""
        done = step / self.steps
        factor = {"constant": 1.0, "linear": 1 - done, "cosine": (1 + math.cos(math.pi * done)) / 2}
        risen = 1.0 if self.warmup is None else min(1.0, (step + 1) / self.warmup)
        return factor[self.schedule] * risen


@configuration
class Setup(Config):
    """A whole experiment: the world, what learns it, and how. Checks what the three must agree on."""

    features: Features
    model: Annotated[Model, Field(discriminator="kind")]
    training: Training

    @model_validator(mode="after")
    def _check(self) -> "Setup":
        training, model = self.training, self.model
        if training.attack and not (model.tied and model.hidden_activation == "linear"):
            raise ValueError(f"attack must be None but for models f(WᵀWx + b), got {training.attack}")
        if training.readout and model.tied:
            raise ValueError(
                f"readout must be None but for models with two matrices, got {training.readout!r}"
            )
        if training.bias and not model.bias:
            raise ValueError(f"bias must be None for a model without a bias, got {training.bias!r}")
        settings = self.features.settings
        for name in ("seed", "lr", "l1", "replica"):
            value = getattr(self.training, name)
            if isinstance(value, tuple) and len(value) != settings:
                raise ValueError(
                    f"{name} must be one number or one per setting, {settings}, got {len(value)}"
                )
        return self

    @property
    def models(self) -> int:
        """Size of the stack: settings × replicas, replicas fastest."""
        return self.features.settings * self.training.replicas

    @property
    def seeds(self) -> tuple[int, ...]:
        """One seed a setting; a single seed is spawned so that settings are independent."""
        return spawn_seeds(self.training.seed, self.features.settings)

    @property
    def streams(self) -> tuple[tuple[int, int], ...]:
        """Seed and replica of every model: where its start and its data are drawn from."""
        firsts = np.broadcast_to(self.training.replica or 0, self.features.settings).tolist()
        each = range(self.training.replicas)
        return tuple((seed, first + r) for seed, first in zip(self.seeds, firsts, strict=True) for r in each)

    def chosen(self, models: Sequence[int]) -> "Setup":
        """The setup of some models of the stack, each a setting of its own with the seed and replica that it had.

        models: their places in the stack, at least one. All of them in order are this setup.
        """
        if list(models) == list(range(self.models)):
            return self
        settings = [k // self.training.replicas for k in models]
        own: dict[str, Any] = {"replicas": 1, "seed": [self.seeds[k] for k in settings]}
        own["replica"] = [self.streams[k][1] for k in models]
        own |= self.training.own(settings)
        return Setup(_chosen(self.features, settings), self.model, replace(self.training, **own))

    @property
    def rates(self) -> Float[np.ndarray, " model"]:
        """The learning rate of every model before its schedule."""
        return self._of_every_model(self.training.lr)

    @property
    def penalties(self) -> Float[np.ndarray, " model"]:
        """The weight of the mean of Σ|hᵢ| of every model, 0 for none."""
        return self._of_every_model(self.training.l1 or 0.0)

    def _of_every_model(self, value: Any) -> Float[np.ndarray, " model"]:
        each = np.broadcast_to(np.asarray(value, dtype=float), self.features.settings)
        return each.repeat(self.training.replicas)


def _chosen(features: Features, settings: Sequence[int]) -> Features:
    """A world whose settings are some of another's."""
    if list(settings) == list(range(features.settings)):
        return features

    def rows(values: Any) -> np.ndarray:
        found = np.atleast_2d(values)
        return np.broadcast_to(found, (features.settings, found.shape[1]))[list(settings)]

    importance = features.importance
    return replace(
        features,
        density=rows(features.density),
        importance=rows(importance) if np.ndim(importance) == 2 else importance,
    )


def spawn_seeds(seed: int | tuple[int, ...], settings: int) -> tuple[int, ...]:
    """One seed a setting. A tuple is passed through; a number is spawned, the same for any count of settings.

    Raises InputError for numbers below 0, and for more settings than `Features` may have.
    """
    if isinstance(seed, tuple):
        return seed
    _check_whole("settings", settings, MOST_SETTINGS)
    _check_whole("seed", seed)
    return tuple(_first(np.random.SeedSequence((seed, k))) for k in range(settings))


def seed_of(seed: int, *key: int) -> int:
    """The seed of the generator that belongs to (seed, key). Raises InputError for numbers below 0."""
    for number in (seed, *key):
        _check_whole("seed", number)
    return _first(np.random.SeedSequence(seed, spawn_key=key))


def _check_whole(name: str, number: int, most: float | int = math.inf) -> None:
    if not 0 <= number <= most:
        raise InputError(
            f"{name} must be a whole number ≥ 0{f' and ≤ {most:,}' * (most < math.inf)}, got {number}"
        )


def _first(seeds: np.random.SeedSequence) -> int:
    """A seed of 63 bits."""
    return int(seeds.generate_state(1, np.uint64)[0] >> np.uint64(1))
