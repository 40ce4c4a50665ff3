"""Train a stack of models in one call: from a start of one's own, on data of one's own, or where a run ended."""

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import psutil
from jaxtyping import Float

from tsup import gate
from tsup.backends import Place, Stage, Start, choose, cost
from tsup.config import Features, Model, Setup, Training
from tsup.data import Draw
from tsup.errors import InputError, TrainingError
from tsup.models import loss, shapes
from tsup.progress import bar
from tsup.run import History, Run, Snapshots, joined
from tsup.start import begin
from tsup.threads import suited

log = logging.getLogger("tsup")

_HISTORY_POINTS = 100
_EVALUATION_ROWS, _EVALUATION_BLOCK, _EVALUATION_ENTRIES = 2**16, 2**10, 2**16


def check_memory(setup: Setup, place: Place) -> None:
    """Raise InputError where a training at a place needs more memory than is free there."""
    needed, device = place.module.memory(setup), place.device
    parameters = sum(math.prod(shape) for shape in shapes(setup.model, setup.features.n).values())
    kept = 4 * setup.models * (len(setup.training.snapshots) + 2) * parameters  # with the optimiser's state
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


def _check_finite(stage: Stage, setup: Setup, first: int) -> None:
    sound = np.isfinite(stage.loss) | (stage.step == first)
    for weight in stage.weights.values():
        sound &= np.isfinite(weight).reshape(len(weight), -1).all(1)
    if not sound.all():
        bad = int(sound.argmin())
        raise TrainingError(
            f"model {bad} was not finite at step {stage.step:,}; lr = {setup.rates[bad]:g} may be too large"
        )


def stages(
    features: Features,
    model: Model,
    training: Training,
    backend: str = "auto",
    device: str = "auto",
    init: Mapping[str, np.ndarray] | None = None,
    data: Any = None,
    resume: Run | None = None,
) -> Iterator[Stage]:
    """Train, and yield the stack at its start, at about a hundred even steps, at every snapshot and at the end.

    init, data, resume: as `train` takes them. Stop iterating to stop training. What takes a minute or more is told to
    the log beforehand. Raises InputError for a request that cannot be met, before anything is allocated, and
    TrainingError when a loss or weight is no longer finite.
    """
    setup = Setup(features=features, model=model, training=training)
    own = _own_data(data, setup)
    yield from _stages(setup, _placed(backend, device, setup, own), begin(setup, init, resume), own)


def _own_data(data: Any, setup: Setup) -> tuple[Draw, ...] | None:
    """Own data as a source for every setting; None for None."""
    if data is None:
        return None
    from tsup.samplers import given

    return given(data, setup)


def _placed(backend: str, device: str, setup: Setup, data: Sequence[Draw] | None) -> Place:
    """Where a setup is trained: own data by the reference only."""
    place = choose(backend, device, setup)
    if data is None or place.backend == "reference":
        return place
    level = logging.INFO if backend == "auto" else logging.WARNING
    log.log(level, "backend %s does not cover data of one's own: the reference trains instead", place.backend)
    return choose("reference", place.device, setup)


def _stages(setup: Setup, place: Place, start: Start, data: Sequence[Draw] | None = None) -> Iterator[Stage]:
    check_memory(setup, place)
    cost.announce(*place, setup, start.step)
    steps, first, source = setup.training.steps, start.step, {} if data is None else {"data": data}
    even = np.linspace(0, steps, min(steps, _HISTORY_POINTS) + 1).astype(int).tolist()
    stops = [step for step in sorted({*even, *setup.training.snapshots, first}) if step >= first]
    for stage in place.module.stages(setup, place.device, stops, start, **source):
        _check_finite(stage, setup, first)
        yield stage


def _check_weights(setup: Setup, weights: Mapping[str, np.ndarray]) -> None:
    for name, shape in shapes(setup.model, setup.features.n).items():
        found = np.shape(weights[name]) if name in weights else ()
        if found != (setup.models, *shape):
            raise InputError(f"weights must hold {name} of shape {(setup.models, *shape)}, got {found}")


def evaluate(
    setup: Setup, weights: Mapping[str, Float[np.ndarray, "model ..."]], data: Any = None
) -> Float[np.ndarray, " model"]:
    """The loss of every model on 65,536 rows, the same rows for all replicas of a setting.

    weights: of every model of the setup, as `tsup.models.shapes` says. data: own data in place of the setup's features,
    as `train` takes it; a data set is gone through once. Raises InputError for others.
    """
    import torch

    _check_weights(setup, weights)
    shape = settings, replicas = setup.features.settings, setup.training.replicas
    stack = {name: torch.from_numpy(w).float().unflatten(0, shape) for name, w in weights.items()}
    importance = torch.from_numpy(setup.features.importances()[:, None, :]).float()
    parts, kind = list(_parts(setup)), setup.training.loss
    total, rows = torch.zeros(settings, replicas, dtype=torch.float64), 0
    with suited(max(_EVALUATION_ENTRIES, _EVALUATION_BLOCK * max(setup.features.n, setup.model.hidden))):
        for block in _blocks(setup, _own_data(data, setup)):
            x, here = block[:, None], block.shape[1]
            for part in parts:
                some = {name: weight[part] for name, weight in stack.items()}
                total[part] += here * loss(setup.model, some, x[part[0]], importance[part[0]], None, kind)
            rows += here
    return (total / rows).flatten().numpy()


def _blocks(setup: Setup, data: Sequence[Draw] | None) -> Iterator[Any]:
    """The rows (setting, row, feature) that a loss is measured on, block by block."""
    from tsup.draws import Sampler, generator

    own = [generator(seed, 1) for seed in setup.seeds]
    if data is None:
        sampler = Sampler(setup.features, _EVALUATION_BLOCK, own)
        yield from (sampler.draw() for _ in range(_EVALUATION_ROWS // _EVALUATION_BLOCK))
    else:
        from tsup.samplers import Rows

        yield from Rows(data, _EVALUATION_BLOCK, own).blocks(_EVALUATION_ROWS)


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
    *,
    init: Mapping[str, np.ndarray] | None = None,
    data: Any = None,
    resume: Run | None = None,
    on_stage: Callable[[Stage], object] | None = None,
) -> Run:
    """Train settings × replicas models at once, each exactly as it would be trained alone.

    backend: "auto" (the one that should be done first), "reference", "cpu" or "gpu". device: "auto", "cpu" or "cuda".
    progress: show a bar; None: where somebody watches, on a terminal or in a notebook.
    init: own start weights by name, arrays or tensors that broadcast to (model, hidden, feature) and so on; weights
        that are not named start as usual.
    data: own data in place of what `features` would draw, on the reference backend: rows (row, feature) or (setting,
        row, feature), from which batches are drawn with replacement, or taken whole where a batch has as many rows; or
        a sampler, a function of a count of rows and a `torch.Generator` that returns a tensor (row, feature), or a list
        of one for each setting (see `tsup.samplers`). The losses are measured on this data.
    resume: a run of the same features, model, seed, replicas and optimizer that was interrupted, or that had fewer
        steps: training goes on from there, on the same backend as if it had never stopped, with `training`'s steps and
        schedule.
    on_stage: called with the stack at its start, at about a hundred even steps, at every snapshot and at the end (see
        `tsup.backends.Stage`); if it returns True, training stops there as if interrupted.

    Ctrl-C ends the training and returns what was trained so far (see `Run.interrupted`). Raises InputError for a
    request that cannot be met and TrainingError when a loss is no longer finite.
    """
    training = training or Training()
    setup = Setup(features=features, model=model, training=training)
    own, begun = _own_data(data, setup), begin(setup, init, resume)
    _check_given(resume, own)
    place = _placed(backend, device, setup, own)
    start, last = time.perf_counter(), None
    passed: list[Stage] = []
    with bar(training.steps, model.kind, progress, begun.step) as shown:
        try:
            for stage in _stages(setup, place, begun, own):
                shown.update(stage.step - shown.n)
                last = stage
                kept = stage.weights if stage.step in training.snapshots else {}
                passed.append(Stage(stage.step, kept, stage.loss))
                if on_stage is not None and _is_true(on_stage(stage)):
                    break
        except KeyboardInterrupt:
            if last is None:
                raise
            log.warning("interrupted: the models are those of step %d of %d", last.step, training.steps)
    assert last is not None
    run = Run(
        setup=setup,
        weights=last.weights,
        loss=evaluate(setup, last.weights, own),
        history=_history(setup, passed[1:]),
        snapshots=_snapshots(setup, [stage for stage in passed if stage.weights]),
        steps_done=last.step,
        backend=place.backend,
        device=place.device,
        seconds=time.perf_counter() - start,
        state=last.state,
        given=_given(init, own),
    )
    return run if resume is None else joined(resume, run)


def _is_true(answer: object) -> bool:
    return isinstance(answer, bool | np.bool_) and bool(answer)


def _check_given(resume: Run | None, data: Sequence[Draw] | None) -> None:
    if resume is not None and ("data" in resume.given) != (data is not None):
        raise InputError(
            "data must be given again, and only then, where the run that is resumed was trained on its own"
        )


def _given(init: Mapping[str, np.ndarray] | None, data: Sequence[Draw] | None) -> dict[str, str]:
    """In words, what the setup does not say."""
    words = {} if init is None else {"init": ", ".join(init)}
    return words if data is None else {**words, "data": "; ".join(dict.fromkeys(map(gate.shown, data)))}


def _history(setup: Setup, passed: list[Stage]) -> History:
    steps = np.array([stage.step for stage in passed], dtype=int)
    losses = [stage.loss for stage in passed]
    return History(steps, np.array(losses, np.float32).reshape(-1, setup.models))


def _snapshots(setup: Setup, shots: list[Stage]) -> Snapshots:
    kept = {
        name: np.array([stage.weights[name] for stage in shots], np.float32).reshape(-1, setup.models, *shape)
        for name, shape in shapes(setup.model, setup.features.n).items()
    }
    losses = np.array([stage.loss for stage in shots], np.float32).reshape(-1, setup.models)
    return Snapshots(np.array([stage.step for stage in shots], dtype=int), kept, losses)


gate.close(globals())
