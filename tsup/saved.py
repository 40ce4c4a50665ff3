"""Runs from the files that `Run.save` wrote."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tsup import files, gate
from tsup.backends import State
from tsup.config import Setup
from tsup.errors import InputError
from tsup.labelled import FORMAT, axes
from tsup.models import shapes
from tsup.results import opened
from tsup.run import History, Run, Snapshots

Header = Mapping[str, Any]
Arrays = Mapping[str, np.ndarray]


def read(path: Path) -> Run:
    """The run in a file that `Run.save` wrote. Raises InputError for a file that is absent, truncated or another."""
    if not files.is_file(path):
        raise InputError(f"path must be a file that Run.save wrote, got {str(path)!r}, where there is none")
    header, arrays = _safetensors(path) if path.suffix == ".safetensors" else _netcdf(path)
    if header.get("format") != FORMAT:
        row = header.get("row")
        kind = f"the result of a row: tsup.load({row!r})" if row else "something else"
        raise InputError(f"path must be a file that Run.save wrote, got {path}, which is {kind}")
    try:
        return _run(header, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not a whole run: {' '.join(str(error).split())}") from None


def _netcdf(path: Path) -> tuple[Header, Arrays]:
    dataset = opened(path)
    return dataset.attrs, {str(name): values.values for name, values in dataset.variables.items()}


def _safetensors(path: Path) -> tuple[Header, Arrays]:
    """The metadata and the weights."""
    try:
        from safetensors import SafetensorError, safe_open
    except ModuleNotFoundError:
        raise InputError(
            f"{path} can be read where the package safetensors is installed: pip install tsup[safetensors]"
        ) from None
    try:
        with safe_open(path, "np") as found:
            header = {**(found.metadata() or {}), "state": 0}
            arrays = {name: found.get_tensor(name) for name in found.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError):
        raise InputError(f"{path} is truncated or not a file of safetensors") from None
    return header, arrays


def _run(header: Header, arrays: Arrays) -> Run:
    """The inverse of `Run.save`."""
    setup = Setup.from_json(header["config"])
    names, models = list(axes(setup.model)), setup.models
    if "loss" in header:
        arrays = {**arrays, **_without_history(np.array(json.loads(header["loss"]), float), models)}

    def weights(prefix: str = "") -> dict[str, np.ndarray]:
        return {name: arrays[prefix + name] for name in names if prefix + name in arrays}

    known, found = shapes(setup.model, setup.features.n), weights()
    if {name: w.shape for name, w in found.items()} != {name: (models, *s) for name, s in known.items()}:
        raise InputError("its weights are not those of its configuration")
    none = {name: np.empty((0, models, *shape), np.float32) for name, shape in known.items()}
    shots = Snapshots(np.empty(0, int), none, np.empty((0, models), np.float32))
    if "snapshot" in arrays:
        shots = Snapshots(arrays["snapshot"], weights("snapshot_"), arrays["snapshot_loss"])
    state = State(weights("first_"), weights("second_"), arrays.get("draws"))
    return Run(
        setup=setup,
        weights=found,
        loss=arrays["loss"],
        history=History(arrays["step"], arrays["history_loss"]),
        snapshots=shots,
        steps_done=int(header["steps_done"]),
        backend=header["backend"],
        device=header["device"],
        seconds=float(header["seconds"]),
        state=state if header["state"] else None,
        given=json.loads(header["given"]),
        versions=json.loads(header["versions"]),
    )


def _without_history(loss: np.ndarray, models: int) -> Arrays:
    """What a file of safetensors has besides its weights: losses, and a history of no steps."""
    if loss.shape != (models,):
        raise InputError("its losses are not those of its configuration")
    return {"loss": loss, "step": np.empty(0, int), "history_loss": np.empty((0, models), np.float32)}


gate.close(globals())
