"""What a result of networks that compress says of itself (A1)."""

import json

import xarray as xr

from tsup.paper.experiment import trainings


def about(data: xr.Dataset) -> str:
    """A phrase for captions: how the networks of A1 were trained, from its header."""
    (setup,) = trainings(data).values()
    hidden = json.loads(data.attrs["config"])["options"]["hidden"]
    training = setup.training
    return (
        f"networks 2 → {hidden} ReLUs → 1 → {hidden} ReLUs → 2, density 1, {training.steps:,} steps of Adam on "
        f"{training.batch} rows, learning rate {training.lr:g} (cosine), {training.replicas} starts"
    )
