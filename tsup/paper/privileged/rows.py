"""Superposition in a privileged basis: what a hidden ReLU does to neurons (F26 – F29, C4)."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from tsup.config import Features, Model, ReluHidden, ReluOutput, Setup, Training, TwoLayer, equation
from tsup.data import sample
from tsup.measure import features_per_neuron, neurons
from tsup.models import hidden
from tsup.paper import schema
from tsup.paper.assemble import (
    all_trained,
    column,
    labelled,
    powers,
    stacked,
    trained,
    trained_alone,
    trained_by,
)
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.privileged import reprojector
from tsup.paper.privileged import schema as files
from tsup.paper.privileged.analysis import Signature, rotations, signatures

SECTION = "Superposition in a privileged basis"
N, HIDDEN, RATIO = 10, 5, 0.75
DENSITIES = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02)
COMPARED = (1.0, 0.5, 0.2, 0.05)
THRESHOLDS = (0.125, 0.25, 0.5)
STARTS = (0.0, -0.25, -0.5, -1.0)  # hidden biases from which the neurons of C4 start
COMMON = 12  # distinct solutions that are kept at each density


def compared(job: Job) -> xr.Dataset:
    """The models of the plan, stacked, and how every start of theirs spreads a neuron over features.

    The rotation of the hidden space is drawn for every start.
    """
    runs = all_trained(job)
    weights = [run.W.astype(float) for run in runs.values()]
    turns = rotations(weights[0].shape[1], len(weights[0]), seed=26)
    shape = (len(runs), *next(iter(runs.values())).replica_losses.shape)
    spread, turned = (
        np.stack([features_per_neuron(W).mean(-1) for W in stack]).reshape(shape)
        for stack in (weights, [turns @ W for W in weights])
    )
    return stacked(runs).merge(schema.dataset(files.SPREAD, {"spread": spread, "turned": turned}))


def solutions(W: np.ndarray, loss: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """The `count` most frequent arrangements of W (model, hidden, feature): how many models found each, the least loss
    among them, and the weights of that model; fewer than `count` are followed by zeros, NaN and zeros."""
    members: dict[Signature, list[int]] = {}
    for k, signature in enumerate(signatures(W)):
        members.setdefault(signature, []).append(k)
    frequent = sorted(members.values(), key=lambda found: (-len(found), loss[found].min()))[:count]
    best = [found[int(loss[found].argmin())] for found in frequent]
    made = {
        "solution_count": np.zeros(count, int),
        "solution_loss": np.full(count, np.nan),
        "solution_W": np.zeros((count, *W.shape[1:]), np.float32),
    }
    made["solution_count"][: len(best)] = [len(found) for found in frequent]
    made["solution_loss"][: len(best)], made["solution_W"][: len(best)] = loss[best], W[best]
    return made


def many_starts(job: Job) -> xr.Dataset:
    """The best of many starts at every density, all their losses and kinds of neurons, and their frequent solutions.

    For the variables of those see `solutions`.
    """
    run = trained_alone(job)
    stacks = run.W.reshape(run.features.settings, -1, *run.W.shape[1:])
    several = [(neurons(stacks, threshold).sum(-1) > 1).sum(-1) for threshold in THRESHOLDS]
    losses, wanted = run.replica_losses, tuple((k,) for k in range(stacks.shape[2]))
    found = [solutions(W, loss, COMMON) for W, loss in zip(stacks, losses, strict=True)]
    kinds = [signatures(W) for W in stacks]
    best = [one[int(loss.argmin())] for one, loss in zip(kinds, losses, strict=True)]
    values = {
        "polysemantic": several,
        "dedicated": [[kind == wanted for kind in one] for one in kinds],
        "like_best": [[kind == top for kind in one] for one, top in zip(kinds, best, strict=True)],
        "solutions": [len(set(one)) for one in kinds],
        "threshold": THRESHOLDS,
        **{one.name: np.stack([each[one.name] for each in found]) for one in files.SOLUTIONS},
    }
    dataset = labelled(run)
    dataset["replica_loss"] = dataset.replica_loss.astype(np.float32)
    return dataset.merge(schema.dataset(files.NEURONS, values))


def _positive_share(setup: Setup, weights: Mapping[str, np.ndarray], rows: int) -> np.ndarray:
    """The share of rows and neurons, for each model of weights, on which the hidden ReLU lets its input through."""
    x = sample(setup.features, rows, seed=29)
    return (hidden(setup.model, weights, x) > 0).mean((1, 2))


def _without_relu(plan: Plan) -> dict[str, str]:
    """For every training with a hidden ReLU, by name, that of the model without one on the same features."""
    has_relu = {
        name: equation(setup.model).hidden_activation == "relu" for name, setup in plan.setups.items()
    }
    worlds = {name: setup.features for name, setup in plan.setups.items()}
    without = [name for name, has in has_relu.items() if not has]
    return {
        name: next(one for one in without if worlds[one] == worlds[name])
        for name, has in has_relu.items()
        if has
    }


def escape(job: Job) -> xr.Dataset:
    """Loss and share of positive hidden activations of the best start, for every setup of the plan at every density."""
    rows, names = int(job.plan.options["rows"]), _without_relu(job.plan)
    linear = {name: trained(job, name).best().loss for name in dict.fromkeys(names.values())}
    made: dict[str, list[np.ndarray]] = {"loss": [], "positive": [], "linear_loss": [], "least_bias": []}
    for name, beside in names.items():
        run = trained(job, name).best()
        made["loss"].append(run.loss)
        made["positive"].append(_positive_share(run.setup, run.weights, rows))
        made["least_bias"].append(run.weights.get("b_hidden", np.zeros((len(run.loss), 1))).min(-1))
        made["linear_loss"].append(linear[beside])
    axes = {"setup": list(names), "density": run.features.densities()[:, 0]}
    return schema.dataset(files.ESCAPE, {**made, **axes}, trained_by(run))


def engineered(job: Job) -> xr.Dataset:
    """Models between two random projections, from every hidden bias in the plan's options, beside one made by hand."""
    (name,) = job.plan.setups
    setup, options = job.plan.setups[name], dict(job.plan.options)
    inputs = int(options.pop("inputs"))
    found = reprojector.train(setup, inputs, tuple(options.values()), job.progress)
    density = [
        float(f"{p:.4g}") for p in (setup.features.densities().min(), setup.features.densities().max())
    ]
    ratio = float((found.loss / found.hand_loss).mean(1).max())
    made = "neurons above thresholds of one feature each"
    job.audits[name] = [{"density": density, "ratio": float(f"{ratio:.4f}"), "made": made, "dead": 0}]
    attributes = {"backend": "reference", "device": "cpu"}
    return schema.dataset(files.PROJECTED, {**found._asdict(), "start": list(options.values())}, attributes)


def _compared(densities: tuple[float, ...], training: Training) -> Plan:
    features = Features(N, column(densities), importance=powers(RATIO, N))
    kinds: dict[str, Model] = {"linear hidden": ReluOutput(HIDDEN), "relu hidden": ReluHidden(HIDDEN)}
    setups = {n: Setup(features=features, model=model, training=training) for n, model in kinds.items()}
    return Plan(setups, main="relu hidden")


def _many(densities: tuple[float, ...], training: Training) -> Plan:
    features = Features(N, column(densities), importance=powers(RATIO, N))
    setup = Setup(features=features, model=ReluHidden(HIDDEN), training=training)
    return Plan({"relu hidden": setup}, main="relu hidden")


def _escapes(
    densities: tuple[float, ...], training: Training, large: Training, sizes: tuple[int, int], rows: int
) -> Plan:
    """Few and many features, with and without a hidden bias, and without the hidden ReLU."""
    n, m = sizes
    worlds = {
        f"n = {N}": (Features(N, column(densities), importance=powers(RATIO, N)), HIDDEN, training),
        f"n = {n}": (Features(n, column(densities), importance=powers(RATIO ** (N / n), n)), m, large),
    }
    setups = {}
    for size, (features, wide, how) in worlds.items():
        kinds: dict[str, Model] = {
            "no hidden bias": ReluHidden(wide),
            "hidden bias": ReluHidden(wide, hidden_bias=True),
            "linear": ReluOutput(wide),
        }
        for name, model in kinds.items():
            setups[f"{name}, {size}"] = Setup(features=features, model=model, training=how)
    return Plan(setups, main=f"hidden bias, n = {N}", options={"rows": rows})


def _projected(n: int, inputs: int, hidden: int, density: float, training: Training) -> Plan:
    """A layer between two projections; "start 0" is an ordinary start, and the other options are biases below 0."""
    model = TwoLayer(
        hidden, tied=False, hidden_activation="relu", output_activation="linear", bias=False, hidden_bias=True
    )
    setup = Setup(features=Features(n, density), model=model, training=training)
    starts = {f"start {k}": bias for k, bias in enumerate(STARTS)}
    return Plan({"projected": setup}, main="projected", options={"inputs": inputs, **starts})


EXPERIMENTS = (
    Experiment(
        id="F26",
        title="Weights of a linear and of a ReLU hidden layer",
        section=SECTION,
        plans={
            "quick": _compared((1.0, 0.2), Training(steps=500, batch=128, lr=0.01, replicas=4)),
            "paper": _compared(COMPARED, Training(steps=10_000, batch=512, lr=0.01, replicas=256)),
        },
        compute=compared,
        schema=files.COMPARED,
    ),
    Experiment("F27", "Neurons as stacks of weights", SECTION),
    Experiment(
        id="F28",
        title="From monosemantic to polysemantic neurons, the best of a thousand starts",
        section=SECTION,
        plans={
            "quick": _many((1.0, 0.1), Training(steps=500, batch=128, lr=0.01, replicas=8)),
            "paper": _many(DENSITIES, Training(steps=20_000, batch=512, lr=0.01, replicas=1000)),
        },
        compute=many_starts,
        schema=files.MANY_STARTS,
    ),
    Experiment(
        id="F29",
        title="How the model escapes its hidden ReLU",
        section=SECTION,
        plans={
            "quick": _escapes(
                (0.5,),
                Training(steps=500, batch=128, lr=0.01, replicas=4),
                Training(steps=500, batch=128, lr=0.01, replicas=2),
                (30, 8),
                1000,
            ),
            "paper": _escapes(
                (1.0, 0.5, 0.25, 0.1),
                Training(steps=6000, batch=1024, lr=0.003, replicas=64),
                Training(steps=6000, batch=1024, lr=0.003, replicas=8),
                (100, 20),
                20_000,
            ),
        },
        compute=escape,
        schema=files.ESCAPE,
    ),
    Experiment(
        id="C4",
        title="Monosemantic neurons by a start with negative biases",
        section=SECTION,
        plans={
            "quick": _projected(32, 8, 64, 0.05, Training(steps=200, batch=64, lr=0.005, replicas=2)),
            "paper": _projected(128, 16, 256, 0.03, Training(steps=5000, batch=256, lr=0.005, replicas=4)),
        },
        compute=engineered,
        schema=files.PROJECTED,
    ),
)
