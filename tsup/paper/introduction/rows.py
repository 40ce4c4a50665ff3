"""Introduction of the paper: the opening figure (F01)."""

import xarray as xr

from tsup.config import Features, ReluOutput, Setup, Training
from tsup.paper.assemble import LABELLED, all_trained, column, labelled, powers, start_weights
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.schema import prefixed

N, HIDDEN = 5, 2
DENSITIES = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.25, 0.2, 0.16, 0.12, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02)
SCHEMA = (*LABELLED, start_weights(("replica", "hidden", "feature")), *prefixed("equal", LABELLED))


def _plan(densities: tuple[float, ...], training: Training) -> Plan:
    model = ReluOutput(HIDDEN)
    unequal = Features(N, column(densities), importance=powers(0.9, N))
    equal = Features(N, densities[-1])
    return Plan(
        {
            "unequal": Setup(features=unequal, model=model, training=training),
            "equal": Setup(features=equal, model=model, training=training),
        },
        main="unequal",
    )


def compute(job: Job) -> xr.Dataset:
    """The best of many starts at every density; every start at the sparsest; the same with equal importance there."""
    unequal, equal = all_trained(job).values()
    starts = unequal.W[-unequal.training.replicas :].astype("float32")
    dataset = labelled(unequal).assign(start_W=(("replica", "hidden", "feature"), starts))
    return dataset.merge(labelled(equal, "equal"), combine_attrs="override")


EXPERIMENTS = (
    Experiment(
        id="F01",
        title="Five features in two dimensions, from dense to sparse",
        section="Introduction",
        plans={
            "quick": _plan((1.0, 0.3, 0.02), Training(steps=2000, batch=512, lr=0.005, replicas=8)),
            "paper": _plan(DENSITIES, Training(steps=10_000, batch=2048, lr=0.003, replicas=64)),
        },
        compute=compute,
        schema=SCHEMA,
    ),
)
