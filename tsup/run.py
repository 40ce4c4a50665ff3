"""A trained stack of models as a value: choose among them, ask what they output, take them elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from tsup import gate
from tsup.backends import State, Weighted
from tsup.config import Features, Model, Setup, Training
from tsup.errors import InputError
from tsup.labelled import Labelled
from tsup.models import forward
from tsup.results import versions


@dataclass(frozen=True, eq=False)
class History:
    """The loss of every model on its training batch, at about a hundred even steps."""

    steps: Int[np.ndarray, " time"]
    loss: Float[np.ndarray, "time model"]

    def __repr__(self) -> str:
        return f"History({len(self.steps)} steps of {_counted(self.loss.shape[1], 'model')})"


@dataclass(frozen=True, eq=False)
class Snapshots(Weighted):
    """The weights at the steps that the training asked for; loss is NaN before the first update."""

    steps: Int[np.ndarray, " time"]
    weights: Mapping[str, Float[np.ndarray, "time model ..."]]
    loss: Float[np.ndarray, "time model"]

    def __repr__(self) -> str:
        return f"Snapshots({len(self.steps)} steps of {_counted(self.loss.shape[1], 'model')})"


@dataclass(frozen=True, eq=False)
class Run(Labelled, Weighted):
    """A trained stack of models; the model axis is settings × replicas, replicas fastest.

    `run[k]`, `run[2:5]` and `run[run.loss < 0.1]` are runs of these models, as are `select` and `best`: each is then a
    setting of its own, with the seed and the replica that it had, so that `setup` always describes the models.

    weights: every parameter with a leading model axis (see `tsup.models.shapes`), also as attributes: `run.W`
        (model, hidden, feature) and `run.b` (model, feature), or `run.W1`, `run.W2` and `run.b` for absolute value,
        with `run.b_hidden` (model, hidden) where the model has a hidden bias.
    loss: of each model on a large sample that all replicas of a setting share, summed over features (F05).
    steps_done: fewer than the training's steps if it was interrupted.
    state: what `tsup.train(..., resume=run)` needs besides; None in a run that was saved without.
    given: what the training was given that the setup does not say: its own start, its own data, in words.
    """

    setup: Setup
    weights: Mapping[str, Float[np.ndarray, "model ..."]]
    loss: Float[np.ndarray, " model"]
    history: History
    snapshots: Snapshots
    steps_done: int
    backend: str
    device: str
    seconds: float
    state: State | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=versions)

    def __repr__(self) -> str:
        steps = f"{self.steps_done:,}{f' of {self.training.steps:,}' if self.interrupted else ''} steps"
        return (
            f"Run({_counted(len(self.loss), f'{self.model.kind} model')}: n = {self.features.n}, "
            f"hidden = {self.model.hidden}, {_counted(self.features.settings, 'setting')}, {steps})"
        )

    @property
    def features(self) -> Features:
        """The world that the models were trained on."""
        return self.setup.features

    @property
    def model(self) -> Model:
        """The kind of model."""
        return self.setup.model

    @property
    def training(self) -> Training:
        """How the models were trained."""
        return self.setup.training

    @property
    def interrupted(self) -> bool:
        """Whether training ended before its last step."""
        return self.steps_done < self.training.steps

    @property
    def replica_losses(self) -> Float[np.ndarray, "setting replica"]:
        """The loss by setting and replica."""
        return self.loss.reshape(self.features.settings, -1)

    def __len__(self) -> int:
        return len(self.loss)

    def __iter__(self) -> Iterator["Run"]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> "Run":
        """The run of one model by its place, or of several by a slice, places or a mask; the model axis stays.

        Raises InputError for places that are not there, and for none.
        """
        chosen = _places(key, len(self))
        if chosen.tolist() == list(range(len(self))):
            return self
        history, shots, state = self.history, self.snapshots, self.state
        return replace(
            self,
            setup=self.setup.chosen(chosen.tolist()),
            weights=_take(self.weights, chosen),
            loss=self.loss[chosen],
            history=replace(history, loss=history.loss[:, chosen]),
            snapshots=replace(
                shots,
                weights={name: weight[:, chosen] for name, weight in shots.weights.items()},
                loss=shots.loss[:, chosen],
            ),
            state=state
            and State(
                _take(state.first, chosen),
                _take(state.second, chosen),
                None if state.draws is None else state.draws[chosen],
            ),
        )

    def select(self, **wanted: Any) -> "Run":
        """The run of the models that have these values, each a number or several.

        setting, replica: numbers as in the setup. density: of all of a model's features. lr: its learning rate.

        Raises InputError for another key, and where no model has the values.
        """
        known = self._selectable()
        fits = np.ones(len(self), bool)
        for key, values in wanted.items():
            if key not in known:
                raise InputError(f"select must be by {', '.join(known)}, got {key!r}")
            asked = gate.arrays.numbers(key, values)
            here = np.isclose(known[key], np.reshape(asked, (-1, 1, 1)), rtol=1e-9, atol=0).all(-1).any(0)
            if not here.any():
                there = ", ".join(f"{value:g}" for value in np.unique(known[key])[:20])
                raise InputError(f"{key} must be among {there}, got {gate.shown(values)}")
            fits &= here
        if not fits.any():
            raise InputError(f"select must leave a model, got none with all of {gate.shown(wanted)}")
        return self[fits]

    def _selectable(self) -> dict[str, Float[np.ndarray, "model value"]]:
        """What models can be selected by: one value, or one for each feature."""
        replicas = self.training.replicas
        return {
            "setting": np.arange(self.features.settings, dtype=float).repeat(replicas)[:, None],
            "replica": np.array([[replica] for _, replica in self.setup.streams], float),
            "density": self.features.densities().repeat(replicas, axis=0),
            "lr": self.setup.rates[:, None],
        }

    def best(self) -> "Run":
        """The replica of least loss for every setting: a run with one model a setting."""
        losses = self.replica_losses
        return self[losses.argmin(1) + np.arange(len(losses)) * losses.shape[1]]

    def forward(self, x: Any) -> Float[np.ndarray, "model row feature"]:
        """What every model outputs for x, (row, feature), (model, row, feature) or (setting, row, feature).

        Raises InputError for other shapes.
        """
        rows = np.asarray(gate.arrays.numbers("x", x))
        if rows.ndim == 3 and len(rows) == self.features.settings < len(self):
            rows = rows.repeat(self.training.replicas, axis=0)
        return forward(self.model, self.weights, rows)

    def to_torch(self) -> Any:
        """A PyTorch module of the stack: x (row, feature) or (model, row, feature) → (model, row, feature).

        Its output equals `tsup.models.forward`; its parameters are copies (see `tsup.module.Stack`).
        """
        from tsup.module import Stack

        return Stack(self.model, self.weights)


def joined(before: Run, after: Run) -> Run:
    """A run that went on from another, with the history and the snapshots of both."""
    shots = [one.snapshots for one in (before, after)]
    new = ~np.isin(shots[1].steps, shots[0].steps)
    return replace(
        after,
        history=History(
            np.concatenate([before.history.steps, after.history.steps]),
            np.concatenate([before.history.loss, after.history.loss]),
        ),
        snapshots=Snapshots(
            np.concatenate([shots[0].steps, shots[1].steps[new]]),
            {
                name: np.concatenate([weight, shots[1].weights[name][new]])
                for name, weight in shots[0].weights.items()
            },
            np.concatenate([shots[0].loss, shots[1].loss[new]]),
        ),
        seconds=before.seconds + after.seconds,
        given={**before.given, **after.given},
    )


def _take(weights: Mapping[str, np.ndarray], chosen: np.ndarray) -> dict[str, np.ndarray]:
    return {name: weight[chosen] for name, weight in weights.items()}


def _places(key: Any, models: int) -> Int[np.ndarray, " chosen"]:
    """The places in a stack that an index means, as NumPy would."""
    try:
        found = np.atleast_1d(np.arange(models)[key])
    except (IndexError, TypeError, ValueError):
        found = np.empty(0, int)
    if not found.size or found.ndim > 1:
        raise InputError(
            f"a run of {_counted(models, 'model')} must be indexed by a place in it, a slice, a list of places or a "
            f"mask, and not be left empty, got {gate.shown(key)}"
        )
    return found


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


gate.close(globals())
