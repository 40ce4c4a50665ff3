"""Computation in superposition: absolute values by fewer neurons than they need (F30 – F34)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from tsup.circuits import by_hand
from tsup.config import AbsValue, Features, Setup, Training
from tsup.data import sample
from tsup.models import forward, loss, target
from tsup.paper import schema
from tsup.paper.assemble import axes_of, column, powers, trained, trained_alone, trained_by
from tsup.paper.computation import schema as files
from tsup.paper.computation.schema import AXES
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.training import Run, evaluate

SECTION = "Computation in superposition"
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
BLOCK = 2**13
Weights = Mapping[str, np.ndarray]


def _best(run: Run) -> xr.Dataset:
    """The best start at every density, and the loss of all starts."""
    values = {**run.best().weights, "loss": run.replica_losses, **axes_of(run.features)}
    return schema.dataset(files.BEST, values, trained_by(run))


def single(job: Job) -> xr.Dataset:
    """The best of many starts, with every start's loss."""
    return _best(trained_alone(job))


def without_superposition(setup: Setup) -> np.ndarray:
    """The loss (density,) of the model by hand, on the rows on which a training's starts are compared."""
    features, training = setup.features, setup.training.to_dict()
    alone = Setup(features, setup.model, Training(**{**training, "replicas": 1}))
    hands = [by_hand(features.n, setup.model.hidden, p) for p in features.densities()[:, 0]]
    return evaluate(
        alone, {name: np.stack([hand[name] for hand in hands], dtype=np.float32) for name in AXES}
    )


def explained(setup: Setup, density: float, models: Sequence[Weights], rows: int, seed: int) -> dict:
    """The loss (model,) of several models on the same new rows, and the share of the variance of every |x_i| that the
    outputs of each explain (model, feature)."""
    features = setup.features
    world = replace(features, density=density, importance=features.importances()[0])
    total, squares, means = np.zeros(len(models)), np.zeros((2, features.n)), np.zeros(features.n)
    errors, blocks = np.zeros((len(models), features.n)), max(rows // BLOCK, 1)
    for block in range(blocks):
        x = sample(world, min(rows, BLOCK), seed + block)[0]
        y = target(setup.model, x)
        means, squares = means + y.mean(0) / blocks, squares + (y**2).mean(0) / blocks
        for k, weights in enumerate(models):
            total[k] += loss(setup.model, weights, x, world.importances()[0]) / blocks
            errors[k] += ((y - forward(setup.model, weights, x)) ** 2).mean(0) / blocks
    return {"loss": total, "explained": 1 - errors / (squares[0] - means**2)}


def sparsities(job: Job) -> xr.Dataset:
    """Absolute value at every density, from a small start with a positive read-out, and from an ordinary start.

    On new rows, the loss and what is explained (see `explained`) of the best start, the best ordinary start and the
    model by hand.
    """
    *small, last = job.plan.setups
    ordinary, rows = trained(job, last), int(job.plan.options["rows"])
    parts, hands = [], []
    for name in small:
        parts.append(_best(trained(job, name)))
        hands.append(without_superposition(job.plan.setups[name]))
    dataset = xr.concat(parts, "density", data_vars="all", coords="minimal", combine_attrs="override")
    best, found = _best(ordinary), []
    for k, density in enumerate(dataset.density.values):
        kinds = [dataset.isel(density=k), best.isel(density=k)]
        models: list[Weights] = [{name: one[name].values for name in AXES} for one in kinds]
        models.append(by_hand(ordinary.features.n, ordinary.model.hidden, density))
        found.append(explained(ordinary.setup, density, models, rows, seed=1000 * (k + 1)))
    values = {
        "hand_loss": np.concatenate(hands),
        "ordinary_loss": ordinary.replica_losses,
        "test_loss": np.stack([one["loss"] for one in found], 1),
        "explained": np.stack([one["explained"] for one in found], 1),
        "model": ["trained", "ordinary start", "by hand"],
    }
    return dataset.merge(schema.dataset(files.TESTED, values))


def search(job: Job) -> xr.Dataset:
    """Every start at every density, for the search for asymmetric superposition with inhibition (F34)."""
    run = trained_alone(job)
    shape = run.replica_losses.shape
    starts = {f"starts_{name}": W.reshape(*shape, *W.shape[1:]) for name, W in run.weights.items()}
    found = schema.dataset(files.SEARCHED, {"hand_loss": without_superposition(run.setup), **starts})
    return _best(run).merge(found)


def _absolute(
    n: int, hidden: int, ratio: float, densities: tuple[float, ...], training: Training, name: str
) -> dict[str, Setup]:
    features = Features(n, column(densities), importance=powers(ratio, n), low=-1)
    return {name: Setup(features=features, model=AbsValue(hidden), training=training)}


def _small(**training: object) -> Training:
    return Training(scale=0.1, readout="positive", **training)  # type: ignore[arg-type]


EXPERIMENTS = (
    Experiment("F30", "Absolute value by two neurons a feature: matrix, stack plot and graph", SECTION),
    Experiment(
        id="F31",
        title="Absolute value without superposition",
        section=SECTION,
        plans={
            "quick": Plan(
                _absolute(3, 6, 1.0, (1.0,), Training(steps=1500, batch=256, lr=0.02, replicas=8), "dense"),
                main="dense",
            ),
            "paper": Plan(
                _absolute(
                    3, 6, 1.0, (1.0,), Training(steps=6000, batch=1024, lr=0.01, replicas=256), "dense"
                ),
                main="dense",
            ),
        },
        compute=single,
        schema=files.BEST,
    ),
    Experiment(
        id="F32",
        title="Absolute value: superposition against sparsity",
        section=SECTION,
        plans={
            "quick": Plan(
                _absolute(20, 8, 0.8, (1.0,), _small(steps=500, batch=128, lr=0.02, replicas=2), "dense")
                | _absolute(20, 8, 0.8, (0.03,), _small(steps=500, batch=256, lr=0.01, replicas=2), "sparse")
                | _absolute(
                    *(20, 8, 0.8, (1.0, 0.03)),
                    Training(steps=500, batch=128, lr=0.01, replicas=2),
                    "ordinary",
                ),
                main="dense",
                options={"rows": 2**13},
                exempt={"ordinary": "an ordinary start on purpose, which the page sets beside the small one"},
            ),
            "paper": Plan(
                _absolute(
                    *(100, 40, 0.8, DENSITIES[:3]),
                    _small(steps=40_000, batch=512, lr=(0.03, 0.03, 0.005), replicas=8),
                    "dense",
                )
                | _absolute(
                    *(100, 40, 0.8, DENSITIES[3:]),
                    _small(steps=20_000, batch=8192, lr=(0.01, 0.01, 0.01, 0.002), warmup=4_000, replicas=8),
                    "sparse",
                )
                | _absolute(
                    *(100, 40, 0.8, DENSITIES),
                    Training(steps=20_000, batch=1024, lr=0.003, replicas=3),
                    "ordinary",
                ),
                main="dense",
                options={"rows": 2**18},
                exempt={"ordinary": "an ordinary start on purpose, which the page sets beside the small one"},
            ),
        },
        compute=sparsities,
        schema=files.SPARSITIES,
    ),
    Experiment("F33", "Pure and polysemantic neurons, primary and secondary features", SECTION),
    Experiment(
        id="F34",
        title="Asymmetric superposition and inhibition",
        section=SECTION,
        plans={
            "quick": Plan(
                _absolute(6, 10, 0.8, (0.2,), _small(steps=1500, batch=256, lr=0.02, replicas=4), "search"),
                main="search",
            ),
            "paper": Plan(
                _absolute(
                    *(6, 10, 0.8, (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02)),
                    _small(steps=40_000, batch=1024, lr=0.01, replicas=64),
                    "search",
                ),
                main="search",
            ),
        },
        compute=search,
        schema=files.SEARCH,
    ),
)
