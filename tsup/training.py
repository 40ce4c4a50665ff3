"""Train a stack of models in one call, choose among replicas, keep snapshots."""

import logging
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import psutil
from jaxtyping import Float, Int

from tsup import gate
from tsup.backends import Place, Stage, Weighted, choose, cost
from tsup.config import Features, Model, Setup, Training
from tsup.errors import InputError, TrainingError
from tsup.models import loss, shapes
from tsup.progress import bar
from tsup.threads import suited

log = logging.getLogger("tsup")

_HISTORY_POINTS = 100
_EVALUATION_ROWS, _EVALUATION_BLOCK, _EVALUATION_ENTRIES = 2**16, 2**10, 2**16


@dataclass(frozen=True)
class History:
    """The loss of every model on its training batch, at about a hundred even steps."""

    steps: Int[np.ndarray, " time"]
    loss: Float[np.ndarray, "time model"]

    def __repr__(self) -> str:
        return f"History({len(self.steps)} steps of {_counted(self.loss.shape[1], 'model')})"


@dataclass(frozen=True)
class Snapshots(Weighted):
    """The weights at the steps that the training asked for; loss is NaN at step 0."""

    steps: Int[np.ndarray, " time"]
    weights: Mapping[str, Float[np.ndarray, "time model ..."]]
    loss: Float[np.ndarray, "time model"]

    def __repr__(self) -> str:
        return f"Snapshots({len(self.steps)} steps of {_counted(self.loss.shape[1], 'model')})"


@dataclass(frozen=True)
class Run(Weighted):
    """A trained stack of models; the model axis is settings × replicas, replicas fastest.

    weights: every parameter with a leading model axis (see `tsup.models.shapes`), also as attributes: `run.W`
        (model, hidden, feature) and `run.b` (model, feature), or `run.W1`, `run.W2` and `run.b` for absolute value,
        with `run.b_hidden` (model, hidden) where the model has a hidden bias.
    loss: of each model on a large sample that all replicas of a setting share, summed over features (F05).
    steps_done: fewer than the training's steps if it was interrupted.
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

    def best(self) -> "Run":
        """The replica of least loss for every setting: a run with one model a setting."""
        losses = self.replica_losses
        chosen = losses.argmin(1) + np.arange(len(losses)) * losses.shape[1]
        history, shots = self.history, self.snapshots
        return replace(
            self,
            weights={name: weight[chosen] for name, weight in self.weights.items()},
            loss=self.loss[chosen],
            history=replace(history, loss=history.loss[:, chosen]),
            snapshots=replace(
                shots,
                weights={name: weight[:, chosen] for name, weight in shots.weights.items()},
                loss=shots.loss[:, chosen],
            ),
        )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def check_memory(setup: Setup, place: Place) -> None:
    """Raise InputError where a training at a place needs more memory than is free there."""
    needed, device = place.module.memory(setup), place.device
    parameters = sum(math.prod(shape) for shape in shapes(setup.model, setup.features.n).values())
    kept = 4 * setup.models * len(setup.training.snapshots) * parameters
    here = psutil.virtual_memory().available
    budgets = {"cpu": (needed + kept, here)}
    if device != "cpu":
        import torch

        budgets = {"cpu": (kept, here), device: (needed, torch.cuda.mem_get_info(device)[0])}
    for where, (wanted, free) in budgets.items():
        if wanted > free:
            raise InputError(
                f"settings × replicas = {setup.models:,} models of n = {setup.features.n} need about "
                f"{wanted / 2**30:,.1f} GiB on {where}, got {free / 2**30:,.1f} GiB free; "
                "lower settings, replicas, batch or snapshots"
            )


def _check_finite(stage: Stage, setup: Setup) -> None:
    sound = np.isfinite(stage.loss) | (stage.step == 0)
    for weight in stage.weights.values():
        sound &= np.isfinite(weight).reshape(len(weight), -1).all(1)
    if not sound.all():
        bad = int(sound.argmin())
        raise TrainingError(
            f"model {bad} was not finite at step {stage.step:,}; lr = {setup.rates[bad]:g} may be too large"
        )


def stages(
    features: Features, model: Model, training: Training, backend: str = "auto", device: str = "auto"
) -> Iterator[Stage]:
    """Train, and yield the stack at its start, at about a hundred even steps, at every snapshot and at the end.

    Stop iterating to stop training. What takes a minute or more is told to the log beforehand. Raises InputError for a
    request that cannot be met, before anything is allocated, and TrainingError when a loss or weight is no longer
    finite.
    """
    setup = Setup(features=features, model=model, training=training)
    place = choose(backend, device, setup)
    check_memory(setup, place)
    cost.announce(*place, setup)
    steps = training.steps
    even = np.linspace(0, steps, min(steps, _HISTORY_POINTS) + 1).astype(int).tolist()
    for stage in place.module.stages(setup, place.device, sorted({*even, *training.snapshots})):
        _check_finite(stage, setup)
        yield stage


def _check_weights(setup: Setup, weights: Mapping[str, np.ndarray]) -> None:
    for name, shape in shapes(setup.model, setup.features.n).items():
        found = np.shape(weights[name]) if name in weights else ()
        if found != (setup.models, *shape):
            raise InputError(f"weights must hold {name} of shape {(setup.models, *shape)}, got {found}")


def evaluate(
    setup: Setup, weights: Mapping[str, Float[np.ndarray, "model ..."]]
) -> Float[np.ndarray, " model"]:
    """The loss of every model on 65,536 rows, the same rows for all replicas of a setting.

    weights: of every model of the setup, as `tsup.models.shapes` says. Raises InputError for others.
    """
    import torch

    from tsup.draws import Sampler, generator

    _check_weights(setup, weights)
    shape = settings, replicas = setup.features.settings, setup.training.replicas
    sampler = Sampler(setup.features, _EVALUATION_BLOCK, [generator(seed, 1) for seed in setup.seeds])
    stack = {name: torch.from_numpy(w).float().unflatten(0, shape) for name, w in weights.items()}
    importance = torch.from_numpy(setup.features.importances()[:, None, :]).float()
    blocks, parts = _EVALUATION_ROWS // _EVALUATION_BLOCK, list(_parts(setup))
    total = torch.zeros(settings, replicas, dtype=torch.float64)
    with suited(max(_EVALUATION_ENTRIES, _EVALUATION_BLOCK * max(setup.features.n, setup.model.hidden))):
        for _ in range(blocks):
            x = sampler.draw()[:, None]
            for part in parts:
                some = {name: weight[part] for name, weight in stack.items()}
                total[part] += loss(setup.model, some, x[part[0]], importance[part[0]])
    return (total / blocks).flatten().numpy()


def _parts(setup: Setup) -> Iterator[tuple[slice, slice]]:
    """Settings and replicas that are evaluated together, few enough that a block of their outputs stays in cache."""
    settings, replicas = setup.features.settings, setup.training.replicas
    entries = _EVALUATION_BLOCK * max(setup.features.n, setup.model.hidden)
    across = min(replicas, max(1, _EVALUATION_ENTRIES // entries))
    down = max(1, _EVALUATION_ENTRIES // (entries * across))
    for first in range(0, settings, down):
        for start in range(0, replicas, across):
            yield slice(first, first + down), slice(start, start + across)


def train(
    features: Features,
    model: Model,
    training: Training | None = None,
    backend: str = "auto",
    device: str = "auto",
    progress: bool | None = None,
) -> Run:
    """Train settings × replicas models at once, each exactly as it would be trained alone.

    backend: "auto" (the one that should be done first), "reference", "cpu" or "gpu". device: "auto", "cpu" or "cuda".
    progress: show a bar; None: where somebody watches, on a terminal or in a notebook.

    Ctrl-C ends the training and returns what was trained so far (see `Run.interrupted`). Raises InputError for a
    request that cannot be met and TrainingError when a loss is no longer finite.
    """
    training = training or Training()
    setup = Setup(features=features, model=model, training=training)
    name, device = choose(backend, device, setup)
    start, last = time.perf_counter(), None
    losses, shots = [], []
    trained = stages(features, model, training, name, device)
    with bar(training.steps, model.kind, progress) as shown:
        try:
            for stage in trained:
                shown.update(stage.step - shown.n)
                last = stage
                losses.append((stage.step, stage.loss))
                shots += [stage] if stage.step in training.snapshots else []
        except KeyboardInterrupt:
            if last is None:
                raise
            log.warning("interrupted: the models are those of step %d of %d", last.step, training.steps)
    assert last is not None
    return Run(
        setup=setup,
        weights=last.weights,
        loss=evaluate(setup, last.weights),
        history=_history(setup, losses[1:]),
        snapshots=_snapshots(setup, shots),
        steps_done=last.step,
        backend=name,
        device=device,
        seconds=time.perf_counter() - start,
    )


def _history(setup: Setup, losses: list[tuple[int, np.ndarray]]) -> History:
    steps = np.array([step for step, _ in losses], dtype=int)
    return History(steps, np.array([loss for _, loss in losses], np.float32).reshape(-1, setup.models))


def _snapshots(setup: Setup, shots: list[Stage]) -> Snapshots:
    kept = {
        name: np.array([stage.weights[name] for stage in shots], np.float32).reshape(-1, setup.models, *shape)
        for name, shape in shapes(setup.model, setup.features.n).items()
    }
    losses = np.array([stage.loss for stage in shots], np.float32).reshape(-1, setup.models)
    return Snapshots(np.array([stage.step for stage in shots], dtype=int), kept, losses)


gate.close(globals())
