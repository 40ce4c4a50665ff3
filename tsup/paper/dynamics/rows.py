"""Learning dynamics: energy levels of the dimensionality (F22), and features that move as a body (F23)."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup.config import Features, ReluOutput, Setup, Training
from tsup.data import sample
from tsup.measure import dimensionality, norms
from tsup.models import loss
from tsup.paper import schema
from tsup.paper.assemble import column, rates, trained, trained_alone, trained_by
from tsup.paper.dynamics import schema as files
from tsup.paper.dynamics.analysis import is_octahedron
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.training import Run

SECTION = "Superposition and learning dynamics"
SETS = ((0, 1, 2), (3, 4, 5))
LEVELLED = (0.4, 0.3, 0.1)
SWEPT = (0.02, 0.05, 0.1, 0.15, 0.2, 0.35, 0.5, 0.7)


def log_steps(steps: int, count: int, first: int = 10) -> tuple[int, ...]:
    """0, and about `count` whole steps from `first` to `steps` at equal ratios."""
    return (0, *np.unique(np.geomspace(first, steps, count).astype(int)).tolist())


def snapshots(steps: int, count: int, window: int) -> tuple[int, ...]:
    """Steps at about equal ratios, and every `window` steps, so that none of the windows between is empty."""
    return tuple(sorted({*log_steps(steps, count), *range(0, steps + 1, window)}))


def common_loss(run: Run, rows: int) -> np.ndarray:
    """The loss (time, model) of every snapshot on the same rows, so that they differ by their weights alone."""
    x = sample(run.features, rows, seed=22).repeat(run.training.replicas, axis=0)
    importance = run.features.importances().repeat(run.training.replicas, axis=0)
    times = range(len(run.snapshots.steps))
    found = []
    for time in times:
        weights = {name: w[time] for name, w in run.snapshots.weights.items()}
        found.append(loss(run.model, weights, x, importance))
    return np.array(found)


def energy(job: Job) -> xr.Dataset:
    """At every density the dimensionality and norm at every snapshot of the features that are represented at some, and
    the loss on common rows.

    Of the first starts, with 0 for features that never are; what moved and fell is of all, see `windows`.
    """
    run, option = trained_alone(job), job.plan.options
    W, steps = run.snapshots.W.swapaxes(0, 1), run.snapshots.steps
    D, losses = np.stack([dimensionality(w) for w in W]), common_loss(run, int(option["rows"])).T
    ends = np.arange(*(int(option[k]) for k in ("first", "last", "window")))
    ends = ends[ends <= steps[-1]]
    moved, fallen = windows(D, losses, np.searchsorted(steps, ends))
    lengths = norms(W).astype(np.float16)  # as the file holds them
    kept = (lengths > 0.5).any(1, keepdims=True)
    shown = {"dimensionality": D * kept, "norm": lengths * kept, "loss": losses}
    first = {name: by_density(run, each)[:, : int(option["shown"])] for name, each in shown.items()}
    of_all = {"moved": by_density(run, moved), "fallen": by_density(run, fallen)}
    axes = {"step": steps, "end": ends[1:], "density": run.features.densities()[:, 0]}
    return schema.dataset(files.ENERGY, of_all | first | axes, trained_by(run))


def by_density(run: Run, values: np.ndarray) -> np.ndarray:
    """Values of all models, with an axis of densities and one of starts in place of the one of models."""
    return values.reshape(run.features.settings, run.training.replicas, *values.shape[1:])


def windows(
    D: Float[np.ndarray, "start time feature"],
    losses: Float[np.ndarray, "start time"],
    ends: Int[np.ndarray, " end"],
) -> tuple[Float[np.ndarray, "start window"], Float[np.ndarray, "start window"]]:
    """Between neighbouring places in time, Σ|ΔD_i| and the fall of the logarithm of the loss, for every start."""
    moved = np.abs(np.diff(D[:, ends], axis=1)).sum(-1)
    return moved, -np.diff(np.log(losses[:, ends]), axis=1)


def _final_weights(job: Job, names: list[str]) -> Iterator[Float[np.ndarray, "density start 3 6"]]:
    for name in names:
        run = trained(job, name)
        yield run.W.reshape(run.features.settings, -1, *run.W.shape[1:])


def transformations(job: Job) -> xr.Dataset:
    """Two sets of three correlated features in three dimensions: a training over time, and where many starts end.

    The share of octahedra counts those with digons across the sets.
    """
    shown, *swept = job.plan.setups
    run = trained(job, shown)
    scales = [job.plan.setups[name].training.scale for name in swept]
    densities = job.plan.setups[swept[0]].features.densities()[:, 0]
    ends = np.array(list(_final_weights(job, swept)))
    values = {
        "W": run.snapshots.W.swapaxes(0, 1),
        "loss": common_loss(run, int(job.plan.options["rows"])).T,
        "end_W": ends,
        "octahedra": is_octahedron(ends).mean(-1),
        "step": run.snapshots.steps,
        "scale": scales,
        "density": densities,
    }
    return schema.dataset(files.TRANSFORMATIONS, values, trained_by(run))


def _energy(
    densities: tuple[float, ...], training: Training, features: int, hidden: int, **options: int
) -> Plan:
    world = Features(features, column(densities))
    setup = Setup(features=world, model=ReluOutput(hidden), training=training)
    return Plan({"uniform": setup}, main="uniform", options=options)


def _transformations(shown: Training, swept: Training, densities: tuple[float, ...], rows: int) -> Plan:
    sets = [list(members) for members in SETS]
    one, many = Features(6, 0.05, correlated=sets), Features(6, column(densities), correlated=sets)
    setups = {"shown": Setup(features=one, model=ReluOutput(3), training=shown)}
    for scale in (0.01, 0.1, 1.0):
        training = Training(**{**swept.to_dict(), "scale": scale})
        setups[f"scale {scale:g}"] = Setup(features=many, model=ReluOutput(3), training=training)
    return Plan(setups, main="shown", options={"rows": rows})


EXPERIMENTS = (
    Experiment(
        id="F22",
        title="Energy levels: dimensionality over training",
        section=SECTION,
        plans={
            "quick": _energy(
                (0.3, 0.1),
                Training(
                    steps=1000,
                    batch=256,
                    lr=2e-3,
                    schedule="constant",
                    replicas=3,
                    snapshots=snapshots(1000, 20, 100),
                ),
                *(60, 10),
                **{"rows": 2**10, "shown": 1, "first": 100, "last": 1001, "window": 100},
            ),
            "paper": _energy(
                LEVELLED,
                Training(
                    steps=16_000,
                    batch=1024,
                    lr=1e-3,
                    schedule="constant",
                    replicas=8,
                    seed=22,
                    snapshots=(*snapshots(8000, 60, 80), *range(8160, 16_001, 160)),
                ),
                *(400, 30),
                **{"rows": 2**13, "shown": 3, "first": 400, "last": 8001, "window": 80},
            ),
        },
        compute=energy,
        schema=files.ENERGY,
    ),
    Experiment(
        id="F23",
        title="Geometric transformations: two correlated sets of three features in three dimensions",
        section=SECTION,
        plans={
            "quick": _transformations(
                Training(
                    steps=1500, batch=256, lr=3e-3, scale=0.01, replicas=2, snapshots=log_steps(1500, 20)
                ),
                Training(steps=1500, batch=256, lr=5e-3, replicas=4),
                (0.05, 0.3),
                2**10,
            ),
            "paper": _transformations(
                Training(
                    steps=20_000,
                    batch=2048,
                    lr=1e-3,
                    schedule="constant",
                    scale=0.01,
                    replicas=8,
                    snapshots=log_steps(20_000, 160),
                ),
                Training(steps=30_000, batch=1024, lr=rates(SWEPT, 0.15, 1e-2, 3e-3), replicas=64),
                *(SWEPT, 2**16),
            ),
        },
        compute=transformations,
        schema=files.TRANSFORMATIONS,
    ),
)
