"""Adversarial examples: vulnerability as superposition forms (F24), and adversarial training (F25)."""

import numpy as np
import xarray as xr

from tsup import attack
from tsup.config import Attack, Features, ReluOutput, Setup, Training
from tsup.data import sample
from tsup.measure import cosines, dimensions_per_feature, norms
from tsup.paper import schema
from tsup.paper.adversarial import schema as files
from tsup.paper.adversarial.schema import READINGS
from tsup.paper.assemble import all_trained, column, powers, trained, trained_by
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.training import Run

SECTION = "Relationship to adversarial robustness"
SHARE = 0.1
NORMS = (0.25, 0.5, 1.0)
DENSITIES = (1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01)

UNLUCKY = (
    "the start that is best on the common rows is not the best on more rows, where none by hand beats another"
)


def harms(W: np.ndarray, b: np.ndarray, x: np.ndarray, importance: np.ndarray) -> tuple[float, list[float]]:
    """The clean loss of one model, and its loss under every reading of the attack, in the order of `READINGS`."""
    mean, own = attack.mean_budget(x, SHARE), attack.own_budget(x, SHARE)
    by_mean, by_own = (attack.worst(W, b, x, budget, importance) for budget in (mean, own))
    up = attack.worst(W, b, x, mean, importance, candidates=attack.directions(W)).each
    climbed, once = (attack.ascend(W, b, x, mean, importance, restarts=count) for count in (4, 1))
    found = (by_mean.each, up, by_mean.shared, by_own.each, by_own.shared, climbed, once)
    return climbed.clean, [harm.attacked for harm in found]


def attacked(run: Run, rows: int, starts: int) -> xr.Dataset:
    """The best starts of a run, clean and attacked; axes (density, start), and `reading` for the attacked loss."""
    best = (
        run.replica_losses.argsort(1)[:, :starts]
        + np.arange(run.features.settings)[:, None] * run.training.replicas
    )
    batches = sample(run.features, rows, seed=24).astype(float)
    clean, harmed, masked = np.empty(best.shape), np.empty((*best.shape, len(READINGS))), np.empty(best.shape)
    for place, k in np.ndenumerate(best):
        W, b, x = run.W[k].astype(float), run.b[k].astype(float), batches[place[0]]
        clean[place], harmed[place] = harms(W, b, x, run.features.importances()[place[0]])
        masked[place] = attack.masked(W, b, x)
    values = {
        "clean": clean,
        "attacked": harmed,
        "masked": masked,
        "budget": [attack.mean_budget(x, SHARE)[0] for x in batches],
        "features_per_dimension": 1 / dimensions_per_feature(run.W)[best],
        "density": run.features.densities()[:, 0],
        "reading": list(READINGS),
    }
    return schema.dataset(files.ATTACKED, values, trained_by(run))


def vulnerability(job: Job) -> xr.Dataset:
    """Clean and attacked losses of every world of the plan, with axes (world, density, start[, reading])."""
    rows, starts = (int(job.plan.options[name]) for name in ("rows", "starts"))
    parts = [attacked(trained(job, name), rows, starts) for name in job.plan.setups]
    worlds = xr.Variable("world", list(job.plan.setups))
    return xr.concat(parts, worlds, join="exact", combine_attrs="override")  # type: ignore[call-overload]


def _crowding(run: Run) -> xr.Dataset:
    """Of every start, at every density: features per dimension, the loss, and for several norms above which a feature
    counts as represented, how many do and how nearly two of those are one; axes (density, start[, norm])."""
    cosine = np.abs(cosines(run.W)) * (1 - np.eye(run.features.n))
    kept = norms(run.W)[:, None] > np.array(NORMS)[:, None]
    largest = np.array(
        [[(c * np.outer(k, k)).max() for k in each] for c, each in zip(cosine, kept, strict=True)]
    )
    found = {
        "features_per_dimension": 1 / dimensions_per_feature(run.W),
        "loss": run.loss,
        "represented": kept.sum(-1),
        "largest_cosine": largest,
    }
    shape = (run.features.settings, run.training.replicas)
    made = {name: value.reshape(*shape, *value.shape[1:]) for name, value in found.items()}
    axes = {"density": run.features.densities()[:, 0], "norm": NORMS}
    return schema.dataset(files.CROWDING, made | axes)


def hardening(job: Job) -> xr.Dataset:
    """What adversarial training leaves of superposition; axes (kind, share, density, start[, norm]).

    Share 0 is training without attacks, the same for both kinds.
    """
    runs = all_trained(job)
    plain = next(run for run in runs.values() if run.training.attack is None)
    found: dict[str, dict[float, xr.Dataset]] = {}
    for run in runs.values():
        if run.training.attack:
            by_share = found.setdefault(run.training.attack.norm, {0.0: _crowding(plain)})
            by_share[run.training.attack.share] = _crowding(run)
    parts = [xr.concat(list(each.values()), xr.Variable("share", list(each))) for each in found.values()]
    return xr.concat(parts, xr.Variable("kind", list(found))).assign_attrs(trained_by(plain))


def _worlds(
    sizes: tuple[tuple[int, int, int], ...],
    densities: tuple[float, ...],
    training: Training,
    options: dict[str, int | float],
    exempt: dict[str, str] | None = None,
) -> Plan:
    """Equal and falling importance at every size (n, m, starts); the least important feature weighs the same in all."""
    setups = {}
    for n, hidden, starts in sizes:
        training = Training(**{**training.to_dict(), "replicas": starts})
        for name, ratio in (("equal", 1.0), ("falling", 0.7 ** (20 / n))):
            features = Features(n, column(densities), importance=powers(ratio, n))
            setups[f"n = {n}, {name}"] = Setup(features=features, model=ReluOutput(hidden), training=training)
    return Plan(setups, main=next(iter(setups)), options=options, exempt=exempt or {})


def _budgets(
    n: int, hidden: int, densities: tuple[float, ...], shares: tuple[float, ...], training: Training
) -> Plan:
    world, model = Features(n, column(densities)), ReluOutput(hidden)
    setups = {"plain": Setup(features=world, model=model, training=training)}
    for norm in ("mean", "own"):
        for share in shares:
            hardened = Training(**{**training.to_dict(), "attack": Attack(share, norm)})
            setups[f"{norm} {share:g}"] = Setup(features=world, model=model, training=hardened)
    return Plan(setups, main="plain")


EXPERIMENTS = (
    Experiment(
        id="F24",
        title="Adversarial vulnerability against sparsity and features per dimension",
        section=SECTION,
        plans={
            "quick": _worlds(
                ((20, 5, 1),),
                DENSITIES[::5],
                Training(steps=1000, batch=256, lr=0.01, bias="mean"),
                {"rows": 256, "starts": 1},
            ),
            "paper": _worlds(
                ((20, 5, 16), (60, 10, 8), (200, 20, 2)),
                DENSITIES,
                Training(steps=5000, batch=1024, lr=0.003, bias="mean"),
                {"rows": 1024, "starts": 2},
                {"n = 20, falling at density 0.02": UNLUCKY},
            ),
        },
        compute=vulnerability,
        schema=files.VULNERABILITY,
    ),
    Experiment(
        id="F25",
        title="Adversarial training and what it leaves of superposition",
        section=SECTION,
        plans={
            "quick": _budgets(10, 3, (0.3, 0.1), (0.4, 0.8), Training(steps=400, batch=128, lr=0.01)),
            "paper": _budgets(
                *(30, 6, (0.3, 0.1, 0.05, 0.01), (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2)),
                Training(steps=24_000, batch=1024, lr=0.003, replicas=4),
            ),
        },
        compute=hardening,
        schema=files.HARDENING,
    ),
)
