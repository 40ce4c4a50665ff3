"""A run as a labelled dataset, and as a file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tsup import files, gate
from tsup.backends import State, Weighted
from tsup.config import Model, Setup, describe
from tsup.errors import InputError
from tsup.models import shapes
from tsup.results import packed

FORMAT = "tsup run 1"
ENDINGS = (".nc", ".safetensors")


def axes(model: Model) -> dict[str, tuple[str, ...]]:
    """The axes of every weight of one model: hidden and feature."""
    n = model.hidden + 1  # any other size than that of hidden
    names = {model.hidden: "hidden", n: "feature"}
    return {name: tuple(names[size] for size in shape) for name, shape in shapes(model, n).items()}


class Labelled:
    """The ways of a run into datasets and files."""

    setup: Setup
    weights: Mapping[str, np.ndarray]
    loss: np.ndarray
    history: Any
    snapshots: Weighted
    steps_done: int
    backend: str
    device: str
    seconds: float
    state: State | None
    given: Mapping[str, str]
    versions: Mapping[str, str]

    def to_xarray(self, state: bool = False) -> xr.Dataset:
        """The run with named axes: model, hidden, feature, step and snapshot.

        Variables: the weights, `loss`, `history_loss` and, of snapshots, `snapshot_…`; coordinates setting, replica,
        density and importance; the configuration, the versions and a phrase for captions in the header. state: also
        what a resumed training needs.
        """
        return xr.Dataset(self._variables(state), self._coordinates(), self._header(state))

    def save(self, path: str | Path, state: bool = False) -> Path:
        """Write the run to a file, whole or not at all; returns its path.

        path: ending in `.nc`, with everything that `to_xarray` gives; or in `.safetensors`, for other programs, with
        the weights by name, and the losses and the header in its metadata, but neither history nor snapshots.
        `tsup.load` reads both. state: also what a resumed training needs, in a `.nc`.

        Raises InputError for another ending, and for a place that cannot be written.
        """
        place = Path(path)
        if place.suffix not in ENDINGS:
            raise InputError(f"path must end in {' or '.join(ENDINGS)}, got {gate.shown(str(path))}")
        netcdf = place.suffix == ".nc"
        files.write(place, packed(self.to_xarray(state), level=1) if netcdf else self._safetensors(), "path")
        return place

    def _safetensors(self) -> bytes:
        try:
            from safetensors.numpy import save
        except ModuleNotFoundError:
            raise InputError(
                "path must end in .nc where the package safetensors is not installed: pip install tsup[safetensors]"
            ) from None
        header = {name: str(value) for name, value in self._header(state=False).items()}
        header["loss"] = json.dumps(self.loss.tolist())
        return save({name: np.ascontiguousarray(weight) for name, weight in self.weights.items()}, header)

    def _variables(self, state: bool) -> dict[str, Any]:
        own, kept = axes(self.setup.model), self.state if state else None
        found: dict[str, Any] = {name: (("model", *own[name]), w) for name, w in self.weights.items()}
        found["loss"] = "model", self.loss
        found["history_loss"] = ("step", "model"), self.history.loss
        if len(self.snapshots.steps):
            for name, weight in self.snapshots.weights.items():
                found[f"snapshot_{name}"] = ("snapshot", "model", *own[name]), weight
            found["snapshot_loss"] = ("snapshot", "model"), self.snapshots.loss
        for moment in ("first", "second") if kept else ():
            for name, values in getattr(kept, moment).items():
                found[f"{moment}_{name}"] = ("model", *own[name]), values
        if kept and kept.draws is not None:
            found["draws"] = ("model", "byte"), kept.draws
        return found

    def _coordinates(self) -> dict[str, Any]:
        features, replicas = self.setup.features, self.setup.training.replicas
        found = {
            "model": np.arange(self.setup.models),
            "setting": ("model", np.arange(features.settings).repeat(replicas)),
            "replica": ("model", np.array([replica for _, replica in self.setup.streams])),
            "feature": np.arange(features.n),
            "density": (("model", "feature"), features.densities().repeat(replicas, axis=0)),
            "importance": (("model", "feature"), features.importances().repeat(replicas, axis=0)),
            "step": self.history.steps,
        }
        shots = self.snapshots.steps
        return {**found, "snapshot": shots} if len(shots) else found

    def _header(self, state: bool) -> dict[str, Any]:
        setup = self.setup
        return {
            "format": FORMAT,
            "about": describe(setup.features, setup.model, setup.training),
            "config": setup.to_json(),
            "versions": json.dumps(dict(self.versions), sort_keys=True),
            "given": json.dumps(dict(self.given), sort_keys=True),
            "steps_done": self.steps_done,
            "backend": self.backend,
            "device": self.device,
            "seconds": self.seconds,
            "state": int(state and self.state is not None),
        }


gate.close(globals())
