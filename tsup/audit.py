"""How sound a trained row is: against models made by hand, for dead outputs, and trained twice as long.

Every training of a row is audited when it is done, and what came out lies in the header of the row's file.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from tsup import gate, handmade
from tsup.config import equation
from tsup.errors import InputError
from tsup.models import forward
from tsup.training import Run

Found = Mapping[str, list[dict[str, Any]]]

ALLOWED = 1.01  # of the loss of the best model made by hand
FLOOR = (
    1e-3  # of the loss without features: where a model made by hand has less, what is left of a loss is noise
)
ROWS, BLOCK = 2**14, 2**10


def off(run: Run) -> Bool[np.ndarray, "model feature"]:
    """Whether an output is off on all of 16,384 rows, for one model a setting; False without an output ReLU."""
    features, model = run.features, run.model
    alive = np.zeros((features.settings, features.n), bool)
    if equation(model).output_activation != "relu":
        return alive
    from tsup.draws import Sampler, generator

    sampler = Sampler(features, BLOCK, [generator(seed, 1) for seed in run.setup.seeds])
    for _ in range(ROWS // BLOCK):
        x = sampler.draw().numpy()
        for k, rows in enumerate(x):
            if not alive[k].all():
                weights = {name: weight[k] for name, weight in run.weights.items()}
                alive[k] |= (forward(model, weights, rows) > 0).any(0)
    return ~alive


def dead(run: Run) -> Int[np.ndarray, " model"]:
    """How many outputs are off on every row in a run of one model a setting."""
    return off(run).sum(-1)


def _ratios(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Of every setting, the loss of the best start over that of the best model made by hand, and which one that was."""
    least = handmade.least(run.setup)
    if least is None or run.training.attack or run.training.l1 or run.training.loss:
        return np.full(run.features.settings, np.nan), np.full(run.features.settings, "")
    floor = FLOOR * handmade.costs(run.features, run.model).sum(-1)
    known = handmade.is_exact(run.setup)
    losses = handmade.priced(run.setup, run.weights) if known else run.loss
    best = losses.reshape(run.features.settings, -1).min(1)
    return best / np.maximum(least.loss, floor), np.array(least.name)


def training(run: Run) -> list[dict[str, Any]]:
    """What became of a training, as plain JSON, at every density.

    density: the least and the greatest of the features. ratio: the loss of the best start over that of the best model
    made by hand, which is `made`; the largest where several settings have this density; None where no model can be
    made by hand, or where the training descends more than the loss. dead: the most outputs of a best start that are
    off on every row.
    """
    density = run.features.densities()
    spans = [(float(row.min()), float(row.max())) for row in density]
    (ratio, made), count = _ratios(run), dead(run.best())
    found = []
    for span in dict.fromkeys(spans):
        at = [k for k, other in enumerate(spans) if other == span]
        worst = max(at, key=lambda k: -1 if np.isnan(ratio[k]) else ratio[k])
        known = not np.isnan(ratio[worst])
        found.append(
            {
                "density": [float(f"{p:.4g}") for p in span],
                "ratio": float(f"{ratio[worst]:.4f}") if known else None,
                "made": str(made[worst]),
                "dead": int(count[at].max()),
            }
        )
    return found


def of(dataset: xr.Dataset) -> Found:
    """The audit in a result's header: what `training` says, by the name of the training in its plan.

    Raises InputError for a result from before there were audits, or with one that cannot be read.
    """
    try:
        return json.loads(dataset.attrs["audit"])
    except (KeyError, TypeError, ValueError):
        row = dataset.attrs.get("row", "?")
        raise InputError(
            f"{row} has no audit in its header; make it again with: python -m tsup run {row}"
        ) from None


def losers(dataset: xr.Dataset, exempt: Mapping[str, str]) -> list[str]:
    """The trainings and densities, in words, where a result loses by over a hundredth to a model made by hand.

    exempt: as `may_lose` takes it.
    """
    return [
        f"{_place(name, at['density'])}: {at['ratio']:g} of {at['made']}"
        for name, found in of(dataset).items()
        for at in found
        if (at["ratio"] or 0) > ALLOWED and not may_lose(name, at["density"], exempt)
    ]


def may_lose(name: str, density: list[float], exempt: Mapping[str, str]) -> bool:
    """Whether a training may lose at a density, its least and its greatest: exempt has its name, or both."""
    return name in exempt or _place(name, density) in exempt


def _place(name: str, density: list[float]) -> str:
    return f"{name} at density {words(density)}"


def words(density: list[float]) -> str:
    """A density, or the least and the greatest of several, as text."""
    if len(density) != 2:
        raise InputError(f"density must be the least and the greatest, got {density}")
    low, high = density
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


gate.close(globals())
