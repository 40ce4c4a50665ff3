"""The strategic picture: a penalty on hidden activations (F35), and mixtures of experts (F36)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tsup.config import Features, Model, ReluHidden, ReluOutput, Setup, Training
from tsup.data import sample
from tsup.models import hidden, loss
from tsup.paper import schema
from tsup.paper.assemble import column, powers, trained
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.strategic import routed
from tsup.paper.strategic import schema as files
from tsup.paper.strategic.analysis import LINEAR, RELU, by_hand
from tsup.training import Run

SECTION = "The strategic picture of superposition"
N, HIDDEN, RATIO = 10, 5, 0.75
DENSITIES = (1.0, 0.3, 0.1, 0.03)
PENALTIES = tuple(float(f"{penalty:.3g}") for penalty in np.geomspace(0.02, 1, 13))
SETS = (0.02, 0.05, 0.15)  # densities of F20's sets
PRICES = (
    0.05,
    0.2,
)  # of a neuron that is on; a neuron with a feature of its own takes off hardly more than 0.3
KINDS: dict[str, Model] = {LINEAR: ReluOutput(HIDDEN), RELU: ReluHidden(HIDDEN)}


def measured(run: Run, weights: Mapping[str, np.ndarray], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Loss and mean Σ|h| of models (setting, model, …) on rows that all at one density share."""
    densities, importance = run.features.densities()[:, 0], run.features.importances()[:1]
    found = []
    for k, p in enumerate(densities):
        x = sample(Features(run.features.n, float(p)), rows, seed=35)
        own = {name: weight[k].astype(np.float32) for name, weight in weights.items()}
        h = np.abs(hidden(run.model, own, x)).sum(-1).mean(-1)
        found.append((loss(run.model, own, x, importance), h))
    losses, activity = zip(*found, strict=True)
    return np.array(losses), np.array(activity)


def _best(job: Job, name: str, pairs: bool) -> dict[str, np.ndarray]:
    """Of one training: of every setting the start with the least loss, penalty included, and the model by hand."""
    run, rows = trained(job, name), int(job.plan.options["rows"])
    settings = run.features.settings
    penalties = np.broadcast_to(run.training.l1 or 0.0, settings)
    weights = {key: w.reshape(settings, -1, *w.shape[1:]) for key, w in run.weights.items()}
    losses, activity = measured(run, weights, rows)
    total = losses + penalties[:, None] * activity
    best = total.argmin(1)
    importance = run.features.importances()[0]
    hand = [
        by_hand(float(p), importance, float(penalty), run.model.hidden, pairs)
        for p, penalty in zip(run.features.densities()[:, 0], penalties, strict=True)
    ]
    made = {"W": np.stack([one.W for one in hand])[:, None], "b": np.stack([one.b for one in hand])[:, None]}
    hand_loss, hand_activity = measured(run, made, rows)
    chosen = np.arange(settings), best
    return {
        "W": weights["W"][chosen],
        "b": weights["b"][chosen],
        "loss": losses[chosen],
        "activity": activity[chosen],
        "total": total,
        "hand_total": (hand_loss + penalties[:, None] * hand_activity)[:, 0],
    }


def penalised(job: Job) -> xr.Dataset:
    """The best start of every model, density and penalty, 0 among them, beside the best model made by hand."""
    parts: list[dict[str, np.ndarray]] = []
    densities = job.plan.setups[LINEAR].features.densities()[:, 0]
    for name in KINDS:
        free = _best(job, f"{name}, no penalty", pairs=name == LINEAR)
        swept = _best(job, name, pairs=name == LINEAR)
        count = len(free["loss"])
        parts.append(
            {
                key: np.concatenate([free[key][:, None], value.reshape(count, -1, *value.shape[1:])], axis=1)
                for key, value in swept.items()
            }
        )
    own = job.plan.setups[LINEAR]
    assert isinstance(own.training.l1, tuple)
    axes: dict[str, Any] = {
        "model": list(KINDS),
        "density": list(dict.fromkeys(densities)),
        "penalty": [0.0, *dict.fromkeys(own.training.l1)],
        "feature": np.arange(own.features.n),
        "importance": own.features.importances()[0],
    }
    stacked = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    place = job.places[LINEAR]
    return schema.dataset(files.PENALISED, stacked | axes, {"backend": place.backend, "device": place.device})


def _penalised(
    densities: tuple[float, ...], penalties: tuple[float, ...], training: Training, rows: int
) -> Plan:
    """Both kinds of models, without a penalty and under each of the penalties, at each density."""
    importance = powers(RATIO, N)
    each = np.repeat(densities, len(penalties))[:, None]
    free, swept = (
        Features(N, density, importance=importance) for density in (np.array(densities)[:, None], each)
    )
    under = Training(**{**training.to_dict(), "l1": penalties * len(densities)})
    setups = {}
    for name, model in KINDS.items():
        setups[name] = Setup(features=swept, model=model, training=under)
        setups[f"{name}, no penalty"] = Setup(features=free, model=model, training=training)
    return Plan(setups, main=LINEAR, options={"rows": rows})


def mixtures(job: Job) -> xr.Dataset:
    """Mixtures of experts with a learned router: the best start at every density of a set, under every price."""
    (name,) = job.plan.setups
    setup, options = job.plan.setups[name], dict(job.plan.options)
    experts, prices = int(options.pop("experts")), list(options.values())
    density = setup.features.densities()[:, 0]
    price = np.tile(prices, len(density) // len(prices))
    found = routed.train(setup, experts, price, job.progress)
    hand, total = routed.by_hand(density, price, setup.features.n), found.loss + price[:, None] * found.on
    best = total.argmin(1)
    chosen = np.arange(len(best)), best
    values = found._asdict() | {key: getattr(found, key)[chosen] for key in ("W", "b", "shuffled", "routed")}
    known = list(dict.fromkeys(density))
    made = {
        key: value.reshape(len(known), -1, *value.shape[1:])
        for key, value in (values | {"hand_total": hand}).items()
    }
    axes = {"density": known, "price": prices, "sets": list(routed.SAID)}
    ratio = (total.min(1) / hand).reshape(len(known), -1).max(1)
    job.audits[name] = [
        {"density": [p, p], "ratio": float(f"{worst:.4f}"), "made": "an expert for every set", "dead": 0}
        for p, worst in zip(known, ratio.tolist(), strict=True)
    ]
    return schema.dataset(files.ROUTED, made | axes, {"backend": "reference", "device": "cpu"})


def _mixtures(densities: tuple[float, ...], prices: tuple[float, ...], training: Training) -> Plan:
    """Two experts of ten neurons, for F20's two sets of ten features, at each density under each price."""
    each = np.repeat(densities, len(prices))
    world = Features(2 * N, column(each), correlated=(range(N), range(N, 2 * N)))
    options: dict[str, float | int] = {"experts": 2, **{f"price {k}": one for k, one in enumerate(prices)}}
    setup = Setup(features=world, model=ReluOutput(N), training=training)
    return Plan({"mixtures": setup}, main="mixtures", options=options)


EXPERIMENTS = (
    Experiment(
        id="F35",
        title="A penalty on hidden activations",
        section=SECTION,
        plans={
            "quick": _penalised(
                (1.0, 0.1), (0.05, 0.5), Training(steps=500, batch=128, lr=0.01, replicas=3), 2**10
            ),
            "paper": _penalised(
                DENSITIES, PENALTIES, Training(steps=4000, batch=512, lr=0.01, replicas=64), 2**16
            ),
        },
        compute=penalised,
        schema=files.PENALISED,
    ),
    Experiment(
        id="F36",
        title="What an activation buys, with superposition and without",
        section=SECTION,
        plans={
            "quick": _mixtures((0.15,), PRICES, Training(steps=300, batch=64, lr=0.01, replicas=2)),
            "paper": _mixtures(SETS, PRICES, Training(steps=4000, batch=256, lr=0.01, replicas=4)),
        },
        compute=mixtures,
        schema=files.ROUTED,
    ),
)
