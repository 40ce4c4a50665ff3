"""A reader's replication: its models and opening figure (R1), and its definition of a feature (R2)."""

import xarray as xr

from tsup import results
from tsup.config import Features, ReluOutput, Setup, Training
from tsup.errors import InputError
from tsup.paper.assemble import LABELLED, all_trained, column, labelled, models, powers, stacked
from tsup.paper.demonstrating.rows import BOTH, both
from tsup.paper.demonstrating.rows import EXPERIMENTS as ROWS
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.replication.accuracy import SCHEMA, compare
from tsup.paper.schema import prefixed

SECTION = "A replication"
BASIC = next(row for row in ROWS if row.id == "F08")


def _plan(densities: tuple[float, ...], training: Training, opening: Training) -> Plan:
    """Linear and ReLU on dense features; the opening figure trained in the same way, from many starts."""
    shown = both(Features(20, 1.0, importance=powers(0.7, 20)), 5, training)
    five = Features(5, column(densities), importance=powers(0.9, 5))
    setups = {**shown.setups, "opening": Setup(features=five, model=ReluOutput(2), training=opening)}
    return Plan(setups, main="relu")


def compute(job: Job) -> xr.Dataset:
    """The two models as in F08, and the opening figure with "opening_" before its names."""
    runs = all_trained(job)
    opening = labelled(runs.pop("opening"), "opening")
    return stacked(runs).merge(opening, combine_attrs="override")


def _basic(job: Job) -> xr.Dataset:
    """The models of F08: from its file if that holds this very plan, else trained."""
    asked = Plan(job.plan.setups, main="relu").digest(BASIC.id)
    for place in filter(None, (job.place, results.folder())):
        try:
            found = results.read(place / f"{BASIC.id}.nc")
        except InputError:
            continue
        if found.attrs["hash"] == asked:
            return found
    return models(job)


def compute_accuracy(job: Job) -> xr.Dataset:
    """How accurately F08's models represent each feature, against randomly initialised ones (see `accuracy`)."""
    return compare(_basic(job), job.plan)


def _adam(steps: int, replicas: int = 1) -> Training:
    return Training(steps=steps, batch=256, lr=0.001, schedule="constant", replicas=replicas)


EXPERIMENTS = (
    Experiment(
        id="R1",
        title="A replication: linear and ReLU models, and the opening figure",
        section=SECTION,
        plans={
            "quick": _plan((1.0, 0.3, 0.02), _adam(3000), _adam(3000, 8)),
            "paper": _plan((1.0, 0.5, 0.3, 0.1, 0.05, 0.02), _adam(20_000), _adam(20_000, 64)),
        },
        compute=compute,
        schema=(*BOTH, *prefixed("opening", LABELLED)),
    ),
    Experiment(
        id="R2",
        title="Features as what a model represents better than a random one",
        section=SECTION,
        plans={
            "quick": Plan(BASIC.plans["quick"].setups, "relu", {"rows": 2**13, "random_starts": 8}),
            "paper": Plan(BASIC.plans["paper"].setups, "relu", {"rows": 2**17, "random_starts": 25}),
        },
        compute=compute_accuracy,
        schema=SCHEMA,
    ),
)
