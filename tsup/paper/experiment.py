"""What an experiment is: a row of the paper map, its frozen configs by scale, and how its result is made."""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tsup import results
from tsup.backends import Place, choose
from tsup.config import Setup, describe
from tsup.errors import InputError
from tsup.paper.schema import Schema, check, described
from tsup.sparse_coding import Search

FORMAT = 1  # raise it when the layout of the files changes: every result is then stale
SCALES = ("quick", "paper")
Changes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Plan:
    """One scale of an experiment: the trainings by name, what else decides the result, and the main training's name.

    searches: sparse autoencoders that are trained on what the trainings have learned, by name.
    exempt: trainings, by name or as "NAME at density P", that may lose to a model made by hand, and why; it decides
    nothing.
    """

    setups: Mapping[str, Setup]
    main: str
    options: Mapping[str, int | float] = field(default_factory=dict)
    searches: Mapping[str, Search] = field(default_factory=dict)
    exempt: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The whole plan as plain JSON values."""
        parts: dict[str, Any] = {
            "setups": {name: setup.to_dict() for name, setup in self.setups.items()},
            "options": dict(self.options),
        }
        if self.searches:
            parts["searches"] = {name: search.to_dict() for name, search in self.searches.items()}
        return parts

    def digest(self, row: str) -> str:
        """16 hexadecimal digits of the row, the plan and the version of the format; of nothing else."""
        setups = {name: setup.digest for name, setup in self.setups.items()}
        parts: list[Any] = [FORMAT, row, setups, dict(self.options)]
        if self.searches:
            parts.append({name: search.digest for name, search in self.searches.items()})
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def changed(self, changes: Changes) -> "Plan":
        """This plan with fields of every training replaced, such as {"training": {"steps": 100}}.

        Raises InputError for an unknown key or a bad value, and for another kind of model.
        """
        setups = {n: Setup.from_dict(_merged(s.to_dict(), changes)) for n, s in self.setups.items()}
        for name, setup in setups.items():
            kind = self.setups[name].model.kind
            if setup.model.kind != kind:
                raise InputError(f"kind must stay {kind}, which this row is about, got {setup.model.kind}")
        return replace(self, setups=setups)

    def doubled(self) -> "Plan":
        """This plan with twice the steps in every training and search, and a last snapshot of those that take any."""
        setups = {}
        for name, setup in self.setups.items():
            steps, taken = 2 * setup.training.steps, setup.training.snapshots
            training = {
                **setup.training.to_dict(),
                "steps": steps,
                "snapshots": [*taken, steps] if taken else [],
            }
            setups[name] = Setup.from_dict({**setup.to_dict(), "training": training})
        searches = {name: _doubled(search) for name, search in self.searches.items()}
        return replace(self, setups=setups, searches=searches)

    def at(self, densities: Collection[float]) -> "Plan":
        """This plan at some of its densities: the same models, and no others; trainings without any are left out.

        Raises InputError for a density that no training has, and for one that varies its importance too.
        """
        setups = {name: _at(setup, densities) for name, setup in self.setups.items()}
        left = {name: setup for name, setup in setups.items() if setup is not None}
        known = {float(p) for setup in left.values() for p in setup.features.densities()[:, 0]}
        if not left or set(densities) - known:
            wrong = sorted(set(densities) - known)
            raise InputError(f"densities must be some that the row is trained at, got {wrong or 'none'}")
        return replace(self, setups=left, main=self.main if self.main in left else next(iter(left)))

    def about(self) -> dict[str, str]:
        """A phrase for captions: of the main training, and of every training by its name."""
        phrases = {n: describe(s.features, s.model, s.training) for n, s in self.setups.items()}
        return {"about": phrases[self.main], **{f"about_{n}": text for n, text in phrases.items()}}


def _doubled(search: Search) -> Search:
    """With twice the steps, and snapshots at twice theirs."""
    training = search.training
    later = tuple(2 * step for step in training.snapshots)
    return replace(search, training=replace(training, steps=2 * training.steps, snapshots=later))


def _merged(values: dict[str, Any], changes: Changes) -> dict[str, Any]:
    return {**values, **{key: {**values.get(key, {}), **fields} for key, fields in changes.items()}}


def _at(setup: Setup, densities: Collection[float]) -> Setup | None:
    """The models of a setup that have one of the densities, with their own seeds and rates."""
    features, training = setup.features, setup.training
    density = np.atleast_2d(features.density)
    if np.ndim(features.importance) == 2 or density.shape[1] > 1:
        raise InputError("densities must be the only thing that varies between the models of a row")
    kept = [k for k, p in enumerate(features.densities()[:, 0]) if p in densities]
    if not kept:
        return None
    seeds = [setup.seeds[k] for k in kept]
    alone = replace(training, seed=seeds, **training.own(kept))
    return Setup(replace(features, density=density[kept]), setup.model, alone)


@dataclass(frozen=True)
class Job:
    """What a result is made from: the plan, and where and how to train.

    places: where each training of the plan is done, chosen once.
    audits: of every training that was done, by its name in the plan (see `tsup.audit`).
    """

    plan: Plan
    device: str = "auto"
    progress: bool = False
    place: Path | None = None
    audits: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Backend and device of every training, by its name. Raises InputError for one that no backend can do."""
        return {name: choose("auto", self.device, setup) for name, setup in self.plan.setups.items()}


def trainings(dataset: xr.Dataset) -> dict[str, Setup]:
    """The trainings that a result was made from, by name, as its header has them."""
    setups = json.loads(dataset.attrs["config"])["setups"]
    return {name: Setup.from_dict(values) for name, values in setups.items()}


@dataclass(frozen=True)
class Experiment:
    """A row: id, title and section of the paper, its plans by scale, and the function that makes its dataset.

    schema: every variable and coordinate of that dataset, to which it is held when it is made and when it is loaded.
    A row without plans needs no file: its findings are computed on the spot, or from other rows' files.
    """

    id: str
    title: str
    section: str
    plans: Mapping[str, Plan] = field(default_factory=dict)
    compute: Callable[[Job], xr.Dataset] | None = None
    schema: Schema = ()

    def check_trained(self) -> None:
        """Raise InputError for a row that has no result file of its own."""
        if not self.plans:
            raise InputError(
                f"{self.id} has no result file: see its findings with: python -m tsup claims {self.id}"
            )

    def plan(self, scale: str) -> Plan:
        """The plan at a scale. Raises InputError for an unknown scale or a row without a result file."""
        self.check_trained()
        if scale not in self.plans:
            raise InputError(f"scale must be {' or '.join(self.plans)}, got {scale!r}")
        return self.plans[scale]

    def digest(self, scale: str) -> str:
        """The hash that a result file of this scale must carry."""
        return self.plan(scale).digest(self.id)

    def held(self, dataset: xr.Dataset) -> xr.Dataset:
        """A dataset of this row, with what each variable is beside it. Raises InputError for other than is declared."""
        check(self.id, self.schema, dataset)
        return described(self.schema, dataset)

    def run(self, scale: str, changes: Changes | None = None, **how: Any) -> xr.Dataset:
        """Make the result, with its complete header; `changes` make it one that is not the registry's, "custom".

        how: device, progress and place (a folder of other results) of a `Job`. Raises InputError for what cannot
        be trained and for a dataset that is not what the row declares, and KeyboardInterrupt when a training was
        interrupted.
        """
        return self.made(Job(self.plan(scale).changed(changes or {}), **how))

    def made(self, job: Job) -> xr.Dataset:
        """The result of any plan of this row, as `run` makes it: "custom" where it is not the registry's."""
        plan = job.plan
        known = {self.digest(scale): scale for scale in self.plans}
        scale = known.get(plan.digest(self.id), "custom")
        assert self.compute is not None
        start = time.perf_counter()
        dataset = self.held(self.compute(job))
        header = {
            "row": self.id,
            "title": self.title,
            "scale": scale,
            "config": json.dumps(plan.to_dict(), sort_keys=True),
            "hash": plan.digest(self.id),
            "versions": json.dumps(results.versions(), sort_keys=True),
            "seconds": round(time.perf_counter() - start, 2),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "audit": json.dumps(job.audits),
            **plan.about(),
        }
        return dataset.assign_attrs(header)
