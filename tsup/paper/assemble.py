"""From trained stacks to labelled datasets."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from tsup import audit
from tsup.config import Features, Setup
from tsup.errors import InputError
from tsup.paper.experiment import Job
from tsup.training import Run, train


def powers(ratio: float, n: int) -> tuple[float, ...]:
    """Importance ratio^i of n features."""
    return tuple(ratio**i for i in range(n))


def column(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Densities (model, 1): one a model, the same for its features."""
    return np.asarray(values, dtype=float)[:, None]


def rates(densities: tuple[float, ...], dense: float, larger: float, smaller: float) -> tuple[float, ...]:
    """A learning rate for each density: the larger from `dense` on, where pairs hardly pay, and form slowly."""
    return tuple(larger if p >= dense else smaller for p in densities)


def check_world(found: Features, wanted: Features) -> None:
    """Raise InputError for features other than those whose exact optima a row stands beside."""
    if found != wanted:
        raise InputError(
            "features must stay those of this row, which stands beside their exact optima, got others"
        )


def trained(setup: Setup, job: Job) -> Run:
    """Train a setup of a job, and audit it.

    Raises KeyboardInterrupt when it was interrupted: half a training is no result.
    """
    run = train(setup.features, setup.model, setup.training, device=job.device, progress=job.progress)
    if run.interrupted:
        raise KeyboardInterrupt
    name = next(name for name, planned in job.plan.setups.items() if planned == setup)
    job.audits[name] = audit.training(run)
    return run


def labelled(run: Run, prefix: str = "") -> xr.Dataset:
    """The best replica at every density, with all replicas' losses.

    Variables W (density, hidden, feature), b (density, feature), loss (density), replica_loss (density, replica);
    coordinates density, feature and importance (feature). A prefix goes before every name.
    """
    best, features = run.best(), run.features
    dataset = xr.Dataset(
        {
            "W": (("density", "hidden", "feature"), best.W.astype(np.float32)),
            "b": (("density", "feature"), best.b.astype(np.float32)),
            "loss": ("density", best.loss),
            "replica_loss": (("density", "replica"), run.replica_losses),
        },
        {
            "density": features.densities()[:, 0],
            "feature": np.arange(features.n),
            "importance": ("feature", features.importances()[0]),
        },
        {"backend": run.backend, "device": run.device},
    )
    names = {str(name): f"{prefix}_{name}" for name in (*dataset.dims, *dataset.variables)}
    return dataset.rename(names) if prefix else dataset


def stacked(runs: Mapping[str, Run]) -> xr.Dataset:
    """The same variables with an axis `model` in front, labelled by the keys."""
    parts = [labelled(run) for run in runs.values()]
    axis = xr.Variable("model", list(runs))
    return xr.concat(parts, axis, join="exact", combine_attrs="override")  # type: ignore[call-overload]


def one(job: Job) -> xr.Dataset:
    """Train the only setup of a plan."""
    (setup,) = job.plan.setups.values()
    return labelled(trained(setup, job))


def models(job: Job) -> xr.Dataset:
    """Train the setups of a plan, which differ in their model only, and stack them."""
    return stacked({name: trained(setup, job) for name, setup in job.plan.setups.items()})
