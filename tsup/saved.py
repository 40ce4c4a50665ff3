"""Runs from the files that `Run.save` wrote."""

import json
from pathlib import Path

import numpy as np
import xarray as xr

from tsup import files, gate
from tsup.backends import State
from tsup.config import Setup
from tsup.errors import InputError
from tsup.labelled import FORMAT, axes
from tsup.models import shapes
from tsup.results import opened
from tsup.run import History, Run, Snapshots


def read(path: Path) -> Run:
    """The run in a file that `Run.save` wrote. Raises InputError for a file that is absent, truncated or another."""
    if not files.is_file(path):
        raise InputError(f"path must be a file that Run.save wrote, got {str(path)!r}, where there is none")
    dataset = opened(path)
    if dataset.attrs.get("format") != FORMAT:
        row = dataset.attrs.get("row")
        kind = f"the result of a row: tsup.load({row!r})" if row else "something else"
        raise InputError(f"path must be a file that Run.save wrote, got {path}, which is {kind}")
    try:
        return _run(dataset)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not a whole run: {' '.join(str(error).split())}") from None


def _run(dataset: xr.Dataset) -> Run:
    """The inverse of `to_xarray`."""
    header = dataset.attrs
    setup = Setup.from_json(header["config"])
    names, models = list(axes(setup.model)), setup.models

    def weights(prefix: str = "") -> dict[str, np.ndarray]:
        return {name: dataset[prefix + name].values for name in names if prefix + name in dataset}

    known, found = shapes(setup.model, setup.features.n), weights()
    if {name: w.shape for name, w in found.items()} != {name: (models, *s) for name, s in known.items()}:
        raise InputError("its weights are not those of its configuration")
    none = {name: np.empty((0, models, *shape), np.float32) for name, shape in known.items()}
    shots = Snapshots(np.empty(0, int), none, np.empty((0, models), np.float32))
    if "snapshot" in dataset:
        shots = Snapshots(dataset["snapshot"].values, weights("snapshot_"), dataset["snapshot_loss"].values)
    draws = dataset["draws"].values if "draws" in dataset else None
    state = State(weights("first_"), weights("second_"), draws)
    return Run(
        setup=setup,
        weights=found,
        loss=dataset["loss"].values,
        history=History(dataset["step"].values, dataset["history_loss"].values),
        snapshots=shots,
        steps_done=int(header["steps_done"]),
        backend=header["backend"],
        device=header["device"],
        seconds=float(header["seconds"]),
        state=state if header["state"] else None,
        given=json.loads(header["given"]),
        versions=json.loads(header["versions"]),
    )


gate.close(globals())
