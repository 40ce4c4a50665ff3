"""An experiment in one phrase, every number taken from its configuration."""

import numpy as np

from tsup.config.features import Features
from tsup.config.magnitude import Uniform
from tsup.config.model import Model
from tsup.config.training import Training
from tsup.words import count, plain, sets

NORMS = {"mean": "the mean input norm", "own": "each input's own norm"}
LOSSES = {"mae": "absolute error", "l4": "fourth power of the error"}


def _describe_importance(features: Features) -> str:
    importance = features.importances()
    if np.ptp(importance) == 0:
        return f"importance {plain(importance[0, 0])}"
    rows = importance[0] if (importance == importance[0]).all() and importance[0].all() else None
    if rows is not None and np.allclose(rows[1:] / rows[:-1], rows[1] / rows[0], atol=0):
        scale = "" if rows[0] == 1 else f"{rows[0]:.4g} · "
        return f"importance {scale}{rows[1] / rows[0]:.4g}ⁱ"
    return f"importance from {plain(importance.min())} to {plain(importance.max())}"


def _describe_density(features: Features) -> str:
    density = features.densities()
    members = sum(map(len, (*features.correlated, *features.anticorrelated)))
    whose = "" if not members else " (of a set)" if members == features.n else " (in a set, the set's)"
    if np.ptp(density) == 0:
        return f"density {plain(density[0, 0])}{whose}"
    count = f"{len(np.unique(density))} " if (density == density[:, :1]).all() else ""
    return f"{count}densities from {plain(density.max())} to {plain(density.min())}{whose}"


def _describe_rate(training: Training) -> str:
    if isinstance(training.lr, tuple):
        return f"learning rates from {plain(min(training.lr))} to {plain(max(training.lr))}"
    return f"learning rate {plain(training.lr)}"


def _describe_penalty(training: Training) -> str:
    if isinstance(training.l1, tuple):
        return f"L₁ penalties from {plain(min(training.l1))} to {plain(max(training.l1))}"
    return f"L₁ penalty {plain(training.l1)}"


def _describe_optimizer(training: Training) -> str:
    decay = f" with weight decay {plain(training.weight_decay)}" if training.weight_decay else ""
    if training.optimizer == "sgd":
        return f"SGD{f' with momentum {plain(training.momentum)}' if training.momentum else ''}{decay}"
    return f"AdamW{decay}" if decay else "Adam"


def describe(features: Features, model: Model, training: Training) -> str:
    """The experiment in one phrase for a caption, every number taken from the configuration."""
    parts = [f"{model.about}, n = {features.n}, m = {model.hidden}"]
    parts += [_describe_importance(features), _describe_density(features)]
    size = features.distribution
    parts += [] if size == Uniform() else [size.words]
    parts += [f"correlated sets {sets(features.correlated)}"] if features.correlated else []
    parts += [f"anticorrelated sets {sets(features.anticorrelated)}"] if features.anticorrelated else []
    parts += [f"{training.steps:,} steps of {_describe_optimizer(training)} on {training.batch:,} rows"]
    parts += [f"{_describe_rate(training)} ({training.schedule})"]
    parts += [f"warm-up over {training.warmup:,} steps"] if training.warmup else []
    parts += [LOSSES[training.loss]] if training.loss else []
    parts += [f"start × {plain(training.scale)}"] if training.scale != 1 else []
    parts += [f"{training.readout} read-out at the start"] if training.readout else []
    parts += ["biases at the mean target at the start"] if training.bias else []
    attack = training.attack
    parts += [f"attacked by {plain(attack.share)} of {NORMS[attack.norm]}"] if attack else []
    parts += [_describe_penalty(training)] if training.l1 else []
    parts += [f"{count(training.replicas, 'start')} each"] if training.replicas > 1 else []
    parts += ["chosen among starts"] if training.replica is not None else []
    return ", ".join(parts)
