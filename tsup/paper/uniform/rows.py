"""The geometry of superposition of equal features: dimensions per feature (F14), polytopes (F15–F17), pressure (C5)."""

from typing import Any

import numpy as np
import xarray as xr

from tsup.config import Features, ReluOutput, Setup, Training
from tsup.measure import dimensionality, dimensions_per_feature, norms
from tsup.paper import schema
from tsup.paper.assemble import axes_of, column, rates, trained, trained_alone, trained_by
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.uniform import schema as files
from tsup.training import Run

SECTION = "The geometry of superposition"
DENSITIES = (
    *(1.0, 0.9, 0.75, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25),
    *(0.2, 0.15, 0.1, 0.05, 0.03, 0.02, 0.01, 0.0056),
)
SIZES = (40, 80, 200, 400)
PRESSED = (0.3, 0.2, 0.1, 0.05)
SHORT = "too short on purpose: what a long training adds is what is asked"
ENTRIES = 51_200
SMALL = 0.2


def _by_setting(run: Run) -> np.ndarray:
    """W (density, replica, hidden, feature)."""
    return run.W.reshape(run.features.settings, run.training.replicas, *run.W.shape[1:])


def every_start(run: Run) -> xr.Dataset:
    """D*, rank and loss of every start of every density."""
    W = _by_setting(run)
    found = {
        "per_feature": dimensions_per_feature(W),
        "rank": np.linalg.matrix_rank(W, tol=0.05),
        "loss": run.replica_losses,
    }
    return schema.dataset(files.EVERY_START, found | axes_of(run.features), trained_by(run))


def uniform(job: Job) -> xr.Dataset:
    """`every_start` of a world of equal features, what each has of a dimension, and the best start of every density."""
    run = trained_alone(job)
    W, best = _by_setting(run), run.best()
    values = {"dimensionality": dimensionality(W), "norm": norms(W), "W": best.W, "b": best.b}
    return every_start(run).merge(schema.dataset(files.FEATURES, values))


def _with_weights(run: Run) -> xr.Dataset:
    """`every_start` with its W, 0 for features whose norm is at most SMALL."""
    W = _by_setting(run)
    kept = np.where((norms(W) > SMALL)[..., None, :], W, 0)
    return every_start(run).merge(schema.dataset((files.EVERY_W,), {"W": kept}))


def pressure(job: Job) -> xr.Dataset:
    """Worlds of different sizes after a short and a long training: `every_start` and W of each.

    Axes (length, n) come first; W is 0 beyond a world's n. Coordinates length, n and steps (length).
    """
    rows: list[Any] = []
    steps = {}
    names, half = list(job.plan.setups), len(job.plan.setups) // 2
    for length, own in {"short": names[:half], "long": names[half:]}.items():
        runs = [trained(job, name) for name in own]
        steps[length] = runs[0].training.steps
        sizes = [run.features.n for run in runs]
        worlds = [_with_weights(run) for run in runs]
        rows.append(xr.concat(worlds, xr.Variable("n", sizes), join="outer", fill_value=0))
    whole = xr.concat(rows, xr.Variable("length", list(steps)), join="exact", combine_attrs="override")
    return whole.assign_coords(steps=("length", list(steps.values())))


def _uniform(n: int, hidden: int, densities: tuple[float, ...], training: Training) -> Plan:
    world = Features(n, column(densities))
    return Plan(
        {"uniform": Setup(features=world, model=ReluOutput(hidden), training=training)}, main="uniform"
    )


def _pressure(
    sizes: tuple[int, ...],
    hidden: int,
    densities: tuple[float, ...],
    lengths: dict[str, int],
    **training: Any,
) -> Plan:
    """Every size after every length; batches of small worlds are larger, since a row of theirs says less."""
    setups = {
        _name(n, length): Setup(
            features=Features(n, column(densities)),
            model=ReluOutput(hidden),
            training=Training(steps=steps, batch=max(256, ENTRIES // n), bias="mean", **training),
        )
        for length, steps in lengths.items()
        for n in sizes
    }
    short = {_name(n, "short"): SHORT for n in sizes}
    return Plan(setups, main=_name(sizes[-1], "long"), exempt=short)


def _name(n: int, length: str) -> str:
    return f"n={n} {length}"


EXPERIMENTS = (
    Experiment(
        id="F14",
        title="Dimensions per feature of equal features",
        section=SECTION,
        plans={
            "quick": _uniform(
                *(60, 10, (1.0, 0.9, 0.6, 0.3, 0.1, 0.03)),
                Training(steps=2000, batch=256, lr=1e-2, replicas=2, bias="mean"),
            ),
            "paper": _uniform(
                *(400, 30, DENSITIES),
                Training(
                    steps=10_000, batch=512, lr=rates(DENSITIES, 0.5, 1.5e-2, 7e-3), replicas=10, bias="mean"
                ),
            ),
        },
        compute=uniform,
        schema=files.UNIFORM,
    ),
    Experiment(id="F15", title="Feature dimensionality and the geometry of features", section=SECTION),
    Experiment(id="F16", title="The Thomson problem, polytopes and tegum products", section=SECTION),
    Experiment(id="F17", title="Polytopes and low-rank matrices", section=SECTION),
    Experiment(
        id="C5",
        title="Pressure: more competing features and longer training",
        section=SECTION,
        plans={
            "quick": _pressure(
                *((20, 40), 10, (0.3, 0.1), {"short": 300, "long": 1200}), lr=1e-2, replicas=2
            ),
            "paper": _pressure(*(SIZES, 20, PRESSED, {"short": 500, "long": 8000}), lr=7e-3, replicas=3),
        },
        compute=pressure,
        schema=files.PRESSURE,
    ),
    Experiment(id="C8", title="Leverage and dimensionality", section=SECTION),
)
