"""Trained models beside what compressed sensing can recover (F38), and the toy model as a decoder (A2)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tsup.config import Features, ReluOutput, Setup, Training
from tsup.measure import norms, represented
from tsup.paper import schema
from tsup.paper.assemble import column, rates, trained, trained_by
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.sensing import recovery
from tsup.paper.sensing import schema as files
from tsup.training import Run

SECTION = "Related work"
DENSITIES = (1.0, 0.7, 0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)
MEASURED = (3, 4, 6, 8, 11, 16, 22, 32, 45, 64, 90, 128, 181)
COLUMNS = ("trained", "random")


def count(density: float, n: int) -> int:
    """How many of n features are active in a vector of this density: at least one."""
    return max(1, round(density * n))


class Tests(NamedTuple):
    """How many vectors are tried at each place, and how near to one counts as found."""

    trials: int
    within: float

    def random(self, hidden: int, n: int, k: int, seed: int) -> NDArray[np.float64]:
        """Shares (decoder) of vectors found from random columns, drawn anew for each."""
        columns = partial(recovery.gaussian, hidden=hidden, n=n)
        return recovery.tried(columns, k, *self, seed).mean(-1)

    def own(self, W: NDArray[np.float64], b: NDArray[np.float64], k: int, seed: int) -> NDArray[np.float64]:
        """Shares (decoder) of vectors found from a model's own columns, its bias used by the toy model."""
        decoders: dict[str, recovery.Decoder] = {
            **recovery.DECODERS,
            recovery.TOY: partial(recovery.toy, b=b),
        }
        return recovery.tried(lambda rng: W, k, *self, seed, decoders).mean(-1)


def recovered(
    n: int, densities: Sequence[float], measured: Sequence[int], tests: Tests
) -> NDArray[np.float64]:
    """Shares (decoder, measured, density) of vectors found from random columns."""
    found = [
        [tests.random(m, n, count(p, n), seed=1000 * k + m) for k, p in enumerate(densities)]
        for m in measured
    ]
    return np.moveaxis(np.array(found), -1, 0)


def from_own(run: Run, tests: Tests) -> NDArray[np.float64]:
    """Shares (columns, decoder, density) found from the columns that the best starts represent, and random ones."""
    best, found = run.best(), []
    for k, p in enumerate(run.features.densities()[:, 0]):
        kept = represented(best.W[k])
        W, b, n = best.W[k][:, kept].astype(float), best.b[k][kept].astype(float), int(kept.sum())
        active = count(float(p), n)
        found.append(
            [tests.own(W, b, active, seed=2000 + k), tests.random(len(W), n, active, seed=3000 + k)]
            if n
            else np.full((len(COLUMNS), len(recovery.DECODERS)), np.nan)
        )
    return np.moveaxis(np.array(found), 0, -1)


def sensing(job: Job) -> xr.Dataset:
    """The best start for every m and density beside the recovery of vectors with as many active entries."""
    runs = {name: trained(job, name) for name in job.plan.setups}
    first = next(iter(runs.values()))
    n, densities = first.features.n, first.features.densities()[:, 0]
    tests = Tests(int(job.plan.options["trials"]), float(job.plan.options["within"]))
    measured = [m for m in MEASURED if m < n][:: int(job.plan.options["every"])]
    best = [run.best() for run in runs.values()]
    values: Mapping[str, Any] = {
        "norm": np.stack([norms(one.W) for one in best]),
        "loss": np.stack([one.loss for one in best]),
        "replica_loss": np.stack([run.replica_losses for run in runs.values()]),
        "rate": recovered(n, densities.tolist(), measured, tests),
        "own_rate": np.stack([from_own(run, tests) for run in runs.values()], axis=2),
        "dimensions": [run.model.hidden for run in runs.values()],
        "measured": measured,
        "decoder": list(recovery.DECODERS),
        "columns": list(COLUMNS),
        "density": densities,
        "feature": np.arange(n),
    }
    return schema.dataset(files.SENSING, values, trained_by(first))


def _sensing(
    n: int,
    dimensions: Sequence[int],
    densities: tuple[float, ...],
    training: Training,
    **options: float | int,
) -> Plan:
    """All densities of each m in one training, and what decides the recovery beside them."""
    setups = {
        f"m={m}": Setup(
            features=Features(n, column(densities)), model=ReluOutput(hidden=m), training=training
        )
        for m in dimensions
    }
    return Plan(setups, main=f"m={dimensions[-1]}", options=options)


EXPERIMENTS = (
    Experiment(
        id="F38",
        title="Trained models under the bound of compressed sensing",
        section=SECTION,
        plans={
            "quick": _sensing(
                40,
                (4, 8),
                (1.0, 0.3, 0.1, 0.05),
                Training(steps=500, batch=128, lr=0.01, replicas=2, bias="mean"),
                trials=5,
                within=0.01,
                every=2,
            ),
            "paper": _sensing(
                200,
                (4, 8, 16, 32),
                DENSITIES,
                Training(
                    steps=8000, batch=512, lr=rates(DENSITIES, 0.5, 1.5e-2, 7e-3), replicas=2, bias="mean"
                ),
                trials=20,
                within=0.01,
                every=1,
            ),
        },
        compute=sensing,
        schema=files.SENSING,
    ),
    Experiment("A2", "The toy model as an algorithm of compressed sensing", "Appendix"),
)
