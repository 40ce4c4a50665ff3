"""Networks that put two numbers into one, beside a linear model and a scheme made by hand (A1)."""

import numpy as np
import xarray as xr

from tsup.config import Features, Linear, Setup, Training
from tsup.paper import schema
from tsup.paper.assemble import trained_alone, trained_by
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.nonlinear import network
from tsup.paper.nonlinear import schema as files

FINE, COARSE = 256, 64  # points a side on which errors are taken, and those of the maps


def compressed(job: Job) -> xr.Dataset:
    """All networks' errors, and the code of the best one; the linear model has the same training."""
    (setup,) = job.plan.setups.values()
    linear = trained_alone(job)
    found = network.train(int(job.plan.options["hidden"]), setup.training)
    error = network.errors(found, FINE).mean(-1)
    best = int(error.argmin())
    code, back = (part[best] for part in network.coded(found, COARSE))
    at = (np.arange(COARSE) + 0.5) / COARSE
    values = {
        "error": error,
        "code": ((code - code.min()) / max(np.ptp(code), 1e-12)).reshape(COARSE, COARSE),
        "back": back.T.reshape(2, COARSE, COARSE),
        "linear_error": linear.loss / 2,
        "x": at,
        "y": at,
        "number": ["x", "y"],
    }
    return schema.dataset(files.COMPRESSED, values, trained_by(linear))


def _compressed(hidden: int, training: Training) -> Plan:
    """The linear model, whose training the networks share: its steps, batches, rate and starts."""
    setup = Setup(features=Features(2, 1.0), model=Linear(hidden=1), training=training)
    return Plan({"linear": setup}, main="linear", options={"hidden": hidden})


EXPERIMENTS = (
    Experiment(
        id="A1",
        title="Nonlinear compression of two numbers into one",
        section="Appendix",
        plans={
            "quick": _compressed(8, Training(steps=500, batch=64, lr=0.02, replicas=4)),
            "paper": _compressed(16, Training(steps=16_000, batch=256, lr=0.02, replicas=48)),
        },
        compute=compressed,
        schema=files.COMPRESSED,
    ),
)
