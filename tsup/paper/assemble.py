"""From trained stacks to labelled datasets."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from tsup import audit
from tsup.config import Features
from tsup.errors import InputError
from tsup.paper import schema
from tsup.paper.experiment import Job
from tsup.paper.schema import POSITIVE, SHARE, Schema, Variable, coordinate
from tsup.training import Run, train

DENSITY = coordinate("density", "probability that a feature is active", SHARE)
FEATURE = coordinate("feature", "place of the feature", POSITIVE, dtype="int64")
IMPORTANCE = coordinate(
    "importance", "weight of the feature's squared error in the loss", POSITIVE, ("feature",)
)
LABELLED = (
    Variable("W", ("density", "hidden", "feature"), "weights of the best start", dtype="float32"),
    Variable("b", ("density", "feature"), "output biases of the best start", dtype="float32"),
    Variable("loss", ("density",), "loss of the best start, summed over features", POSITIVE),
    Variable("replica_loss", ("density", "replica"), "loss of every start, summed over features", POSITIVE),
    *(DENSITY, FEATURE, IMPORTANCE),
)


def start_weights(axes: tuple[str, ...] = ("density", "replica", "hidden", "feature")) -> Variable:
    """The declaration of the weights of every start."""
    return Variable("start_W", axes, "weights of every start", dtype="float32")


def stack_of(names: str) -> Schema:
    """What `stacked` makes, of models with these names."""
    return schema.along(coordinate("model", names, dtype="str"), LABELLED)


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


def trained(job: Job, name: str) -> Run:
    """Do the training of this name in a job's plan, where the job places it, and audit it.

    Raises KeyboardInterrupt when it was interrupted: half a training is no result.
    """
    setup, (backend, device) = job.plan.setups[name], job.places[name][:2]
    run = train(setup.features, setup.model, setup.training, backend, device, progress=job.progress)
    if run.interrupted:
        raise KeyboardInterrupt
    job.audits[name] = audit.training(run)
    return run


def trained_alone(job: Job) -> Run:
    """Do the only training of a plan."""
    (name,) = job.plan.setups
    return trained(job, name)


def all_trained(job: Job) -> dict[str, Run]:
    """Do every training of a plan, by its name."""
    return {name: trained(job, name) for name in job.plan.setups}


def trained_by(run: Run) -> dict[str, str]:
    """The part of a result's header that says what trained it."""
    return {"backend": run.backend, "device": run.device}


def axes_of(features: Features) -> dict[str, np.ndarray]:
    """The coordinates density, feature and importance of features that differ in density only."""
    return {
        "density": features.densities()[:, 0],
        "feature": np.arange(features.n),
        "importance": features.importances()[0],
    }


def labelled(run: Run, prefix: str = "") -> xr.Dataset:
    """The best replica at every density, with all replicas' losses, as `LABELLED` says; a prefix before every name."""
    best = run.best()
    values = {"W": best.W, "b": best.b, "loss": best.loss, "replica_loss": run.replica_losses}
    found = schema.dataset(LABELLED, values | axes_of(run.features), trained_by(run))
    names = {str(name): f"{prefix}_{name}" for name in (*found.dims, *found.variables)}
    return found.rename(names) if prefix else found


def stacked(runs: Mapping[str, Run]) -> xr.Dataset:
    """The same variables with an axis `model` in front, labelled by the keys."""
    parts = [labelled(run) for run in runs.values()]
    axis = xr.Variable("model", list(runs))
    return xr.concat(parts, axis, join="exact", combine_attrs="override")  # type: ignore[call-overload]


def one(job: Job) -> xr.Dataset:
    """Train the only setup of a plan."""
    return labelled(trained_alone(job))


def models(job: Job) -> xr.Dataset:
    """Train the setups of a plan, which differ in their model only, and stack them."""
    return stacked(all_trained(job))
