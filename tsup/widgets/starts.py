"""Starts: what a figure that trains in the page shows before anything is pressed, trained once and kept.

A start's file is named by a hash of the setup and of the code that trains it, so that one that no longer is what would
be trained is not found.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from tsup import results
from tsup.config import Setup
from tsup.handmade import costs

PACKAGE = Path(__file__).parents[1]
# All that decides what is trained: the models and data, the reference trainer, and the loss shown.
CODE = (
    *(f"config/{part}.py" for part in ("base", "features", "magnitude", "model", "training")),
    "data.py",
    "draws.py",
    "models.py",
    "training.py",
    "backends/reference.py",
    "widgets/starts.py",
)
DIGITS = 5  # of the numbers that are kept


@dataclass(frozen=True)
class Start:
    """A stack of models after `step` updates, and how the loss of the best of them fell.

    loss: of every model. weights: with a leading model axis. steps, shares: the updates at which the loss was noted,
    and the best model's loss there as a share of what a model without features loses.
    """

    step: int
    loss: Float[np.ndarray, " model"]
    weights: Mapping[str, Float[np.ndarray, "model ..."]]
    steps: Float[np.ndarray, " time"]
    shares: Float[np.ndarray, " time"]


def without_features(setup: Setup) -> Float[np.ndarray, " model"]:
    """What every model of a stack would lose without weights and with the best b (F05, F32)."""
    return costs(setup.features, setup.model).sum(1).repeat(setup.training.replicas)


def digest(setup: Setup) -> str:
    """16 hexadecimal digits of a setup and of the code that trains it."""
    files = sorted(file for pattern in CODE for file in PACKAGE.glob(pattern))
    code = [file.read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join([setup.digest, *code]).encode()).hexdigest()[:16]


def path(setup: Setup) -> Path:
    """Where the start of a setup is kept."""
    return results.folder() / "live" / f"{digest(setup)}.json"


def load(setup: Setup) -> Start | None:
    """The start of a setup, as it was kept; None where it was not."""
    try:
        found = json.loads(path(setup).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    weights = {name: np.array(weight, np.float32) for name, weight in found["weights"].items()}
    numbers = {name: np.array(found[name], float) for name in ("loss", "steps", "shares")}
    return Start(found["step"], weights=weights, **numbers)


def train(setup: Setup) -> Start:
    """A setup trained to its end by the reference. Raises what `tsup.training.stages` raises."""
    from tsup.training import evaluate, stages

    empty = without_features(setup)
    passed = [*stages(setup.features, setup.model, setup.training, backend="reference", device="cpu")]
    weights = {name: weight.astype(np.float32) for name, weight in passed[-1].weights.items()}
    loss = evaluate(setup, weights)
    best = int(np.argmin(loss / empty))
    steps = np.array([stage.step for stage in passed[1:]], float)
    shares = np.array([*[stage.loss[best] for stage in passed[1:-1]], loss[best]], float) / empty[best]
    return Start(passed[-1].step, loss, weights, steps, shares)


def train_and_save(setup: Setup) -> Path:
    """Train a setup to its end, and keep it."""
    start = train(setup)
    values = {
        "step": start.step,
        "loss": _rounded(start.loss),
        "weights": {name: _rounded(weight) for name, weight in start.weights.items()},
        "steps": start.steps.tolist(),
        "shares": _rounded(start.shares),
    }
    file = path(setup)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values, separators=(",", ":")) + "\n", encoding="utf-8")
    return file


def untrained(setup: Setup) -> Start:
    """A setup before its first update."""
    from tsup.training import stages

    short = replace(setup.training, steps=1, snapshots=(), warmup=None)
    first = next(iter(stages(setup.features, setup.model, short, backend="reference", device="cpu")))
    weights = {name: weight.astype(np.float32) for name, weight in first.weights.items()}
    return Start(0, without_features(setup), weights, np.zeros(0), np.zeros(0))


def _rounded(values: np.ndarray) -> list:
    return np.vectorize(lambda value: float(f"{value:.{DIGITS}g}"))(values).tolist()
