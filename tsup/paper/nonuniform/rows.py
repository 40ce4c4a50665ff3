"""Superposition of unequal features: a pentagon that snaps (F18), correlated and anticorrelated sets (F19–F21)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup import exact
from tsup.config import Features, ReluOutput, Setup, Training
from tsup.paper import schema
from tsup.paper.assemble import LABELLED, all_trained, check_world, column, labelled, one, trained_alone
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.nonuniform import schema as files
from tsup.paper.nonuniform.analysis import PAIRS, arrangement
from tsup.training import Run

SECTION = "Non-uniform superposition"
P = 0.05
SPARSE = (0.02, 0.05, 0.15)  # where sets meet seldom, at times, and often
PUSH = 1e-2  # on every weight before each descent, so that a saddle is left
ANGLES = 2 * np.pi * np.arange(5) / 5
BRANCHES = {
    "pentagon": 1.13 * np.array([np.cos(ANGLES), np.sin(ANGLES)]),
    "digons without 0": np.array([[0, 1, -1, 0, 0], [0, 0, 0, 1, -1.0]]),
    "digons with 0": np.array([[1, -1, 0, 0, 0], [0, 0, 1, -1, -0.4]]),
}


def _density(first: np.ndarray, rest: float = P) -> np.ndarray:
    """Densities (model, 5) of which those of feature 0 vary."""
    return np.concatenate([first[:, None], np.full((len(first), 4), rest)], 1)


def branches(first: Float[np.ndarray, " at"], rest: float = P, seed: int = 0) -> xr.Dataset:
    """Every arrangement of `BRANCHES` followed through the densities of feature 0, each optimum found from the last.

    Exact loss; the other features have the density `rest`. Starts at the value nearest to that and goes both ways. The
    variables are NaN as soon as an optimum is no longer of its branch.
    """
    start = int(np.abs(np.log(first / rest)).argmin())
    names = list(BRANCHES)
    W = np.full((len(BRANCHES), len(first), 2, 5), np.nan)
    b, loss = np.full((*W.shape[:2], 5), np.nan), np.full(W.shape[:2], np.nan)
    random = np.random.default_rng(seed)
    for way in (range(start, len(first)), range(start, -1, -1)):
        alive = np.arange(len(BRANCHES))
        at, bias = np.array(list(BRANCHES.values())), np.zeros((len(BRANCHES), 5))
        for k in way:
            pushed = at + PUSH * random.normal(size=at.shape)
            at, bias, found, _ = exact.descend(pushed, bias, _density(first[[k]], rest), steps=300)
            same = np.array([arrangement(one) == names[i] for one, i in zip(at, alive, strict=True)])
            at, bias, alive = at[same], bias[same], alive[same]
            W[alive, k], b[alive, k], loss[alive, k] = at, bias, found[same]
    values = {"branch_W": W, "branch_b": b, "branch_loss": loss, "branch": names, "at": first}
    return schema.dataset(files.BRANCHES, values)


def elsewhere(times: Float[np.ndarray, " times"]) -> xr.Dataset:
    """Exact losses of the branches with the other features at each of `SPARSE`; NaN where feature 0 would pass 1."""
    loss = np.full((len(SPARSE), len(BRANCHES), len(times)), np.nan)
    for found, rest in zip(loss, SPARSE, strict=True):
        first = rest * times
        known = first <= 1
        found[:, known] = branches(first[known], rest).branch_loss
    return schema.dataset(files.ELSEWHERE, {"rest_loss": loss, "rest": SPARSE, "times": times})


def perturbed(job: Job) -> xr.Dataset:
    """`labelled` by the density of feature 0, what every start became, and the branches of the exact loss, also with
    the other features at other densities."""
    (setup,) = job.plan.setups.values()
    check_world(setup.features, Features(5, _density(setup.features.densities()[:, 0])))
    run, option = trained_alone(job), job.plan.options
    names = [*BRANCHES, "other"]
    kinds = np.array([names.index(arrangement(W)) for W in run.W])
    kinds = np.where(kinds == len(BRANCHES), -1, kinds).reshape(run.features.settings, -1)
    times = np.geomspace(option["least"], option["most"], int(option["points"]))
    losses = exact.expected(run.features, run.model, run.weights).reshape(kinds.shape)
    starts = schema.dataset(files.STARTS, {"replica_kind": kinds, "replica_exact": losses})
    followed = branches(P * times), elsewhere(times)
    return xr.merge([labelled(run), starts, *followed], combine_attrs="override")


def with_starts(run: Run, prefix: str = "") -> xr.Dataset:
    """`labelled`, and W of every start: start_W (density, replica, hidden, feature)."""
    W = run.W.reshape(run.features.settings, -1, *run.W.shape[1:]).astype(np.float32)
    axes = [f"{prefix}_{name}" if prefix else name for name in ("density", "replica", "hidden", "feature")]
    name = f"{prefix}_start_W" if prefix else "start_W"
    return labelled(run, prefix).assign({name: (axes, W)})


def sets(job: Job) -> xr.Dataset:
    """`with_starts` of every training, with its name and "_" before the names of variables."""
    parts = [with_starts(run, name) for name, run in all_trained(job).items()]
    return xr.merge(parts, combine_attrs="override")


def collapse(job: Job) -> xr.Dataset:
    """`with_starts` of the only training."""
    return with_starts(trained_alone(job))


def _one(name: str, features: Features, hidden: int, training: Training, **options: float | int) -> Plan:
    setup = Setup(features=features, model=ReluOutput(hidden), training=training)
    return Plan({name: setup}, main=name, options=options)


def _perturbed(values: int, points: int, training: Training) -> Plan:
    world = Features(5, _density(P * np.geomspace(0.1, 10, values)))
    return _one("perturbed", world, 2, training, least=0.1, most=20, points=points)


def _sets(training: Training) -> Plan:
    worlds = {
        "correlated": Features(4, column(SPARSE), correlated=PAIRS[:2]),
        "anticorrelated": Features(4, column(SPARSE), anticorrelated=PAIRS[:2]),
        "three": Features(6, column(SPARSE), correlated=PAIRS),
    }
    setups = {n: Setup(features=w, model=ReluOutput(2), training=training) for n, w in worlds.items()}
    return Plan(setups, main="three")


def _local(training: Training) -> Plan:
    world = Features(20, column(SPARSE), correlated=(range(10), range(10, 20)))
    return _one("local", world, 10, training)


def _collapse(values: int, training: Training) -> Plan:
    return _one(
        "collapse", Features(6, column(np.geomspace(0.02, 0.95, values)), correlated=PAIRS), 2, training
    )


QUICK = Training(steps=1500, batch=256, lr=0.01, replicas=8)

EXPERIMENTS = (
    Experiment(
        id="F18",
        title="A pentagon whose first feature is more or less dense than the others",
        section=SECTION,
        plans={
            "quick": _perturbed(9, 24, QUICK),
            "paper": _perturbed(41, 61, Training(steps=4000, batch=1024, lr=0.005, replicas=40)),
        },
        compute=perturbed,
        schema=files.PERTURBED,
    ),
    Experiment(
        id="F19",
        title="Pairs of correlated and of anticorrelated features in two dimensions",
        section=SECTION,
        plans={
            "quick": _sets(QUICK),
            "paper": _sets(Training(steps=10_000, batch=2048, lr=0.005, replicas=64)),
        },
        compute=sets,
        schema=files.SETS,
    ),
    Experiment(
        id="F20",
        title="Local almost-orthogonal bases: two sets of ten correlated features in ten dimensions",
        section=SECTION,
        plans={
            "quick": _local(Training(steps=1500, batch=512, lr=0.005, replicas=4)),
            "paper": _local(Training(steps=10_000, batch=2048, lr=0.003, replicas=16)),
        },
        compute=one,
        schema=LABELLED,
    ),
    Experiment(
        id="F21",
        title="Three correlated pairs collapse into their principal components",
        section=SECTION,
        plans={
            "quick": _collapse(8, QUICK),
            "paper": _collapse(33, Training(steps=6000, batch=1024, lr=0.005, replicas=48, seed=21)),
        },
        compute=collapse,
        schema=files.WITH_STARTS,
    ),
)
