"""Adversarial examples: vulnerability as superposition forms (F24), and adversarial training (F25)."""

import numpy as np
import xarray as xr

from tsup import attack
from tsup.config import Attack, Features, ReluOutput, Setup, Training
from tsup.data import sample
from tsup.experiments.assemble import powers, trained
from tsup.experiments.experiment import Experiment, Job, Plan
from tsup.measure import cosines, dimensions_per_feature, represented
from tsup.training import Run

SECTION = "Relationship to adversarial robustness"
SHARE = 0.1
READINGS = (
    "each, mean norm",
    "shared, mean norm",
    "each, own norm",
    "shared, own norm",
    "gradient, mean norm",
    "gradient without restarts, mean norm",
)
DENSITIES = (1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01)


def harms(W: np.ndarray, b: np.ndarray, x: np.ndarray, importance: np.ndarray) -> tuple[float, list[float]]:
    """The clean loss of one model, and its loss under every reading of the attack, in the order of READINGS."""
    mean, own = attack.mean_budget(x, SHARE), attack.own_budget(x, SHARE)
    by_mean, by_own = (attack.worst(W, b, x, budget, importance) for budget in (mean, own))
    climbed, once = (attack.ascend(W, b, x, mean, importance, restarts=count) for count in (4, 1))
    found = (by_mean.each, by_mean.shared, by_own.each, by_own.shared, climbed, once)
    return climbed.clean, [harm.attacked for harm in found]


def attacked(run: Run, rows: int) -> xr.Dataset:
    """Every model of a run, clean and attacked; axes (density, start), and `reading` for the attacked loss.

    masked: the share of rows on which every ReLU is off. budget (density): ε, a tenth of the mean input norm.
    """
    shape = run.features.settings, run.training.replicas
    batches = sample(run.features, rows, seed=24).astype(float)
    clean, harmed, masked = np.empty(shape), np.empty((*shape, len(READINGS))), np.empty(shape)
    for k, (W, b) in enumerate(zip(run.W.astype(float), run.b.astype(float), strict=True)):
        setting = k // shape[1]
        place, x = (setting, k % shape[1]), batches[setting]
        clean[place], harmed[place] = harms(W, b, x, run.features.importances()[setting])
        masked[place] = attack.masked(W, b, x)
    axes = ("density", "start")
    budgets = [attack.mean_budget(x, SHARE)[0] for x in batches]
    features_per_dimension = 1 / dimensions_per_feature(run.W).reshape(shape)
    return xr.Dataset(
        {
            "clean": (axes, clean),
            "attacked": ((*axes, "reading"), harmed),
            "masked": (axes, masked),
            "budget": ("density", budgets),
            "features_per_dimension": (axes, features_per_dimension),
        },
        {"density": run.features.densities()[:, 0], "reading": list(READINGS)},
        {"backend": run.backend, "device": run.device},
    )


def vulnerability(job: Job) -> xr.Dataset:
    """Clean and attacked losses of every world of the plan, with axes (world, density, start[, reading])."""
    rows = int(job.plan.options["rows"])
    parts = [attacked(trained(setup, job), rows) for setup in job.plan.setups.values()]
    worlds = xr.Variable("world", list(job.plan.setups))
    return xr.concat(parts, worlds, join="exact", combine_attrs="override")  # type: ignore[call-overload]


def _crowding(run: Run) -> dict[str, np.ndarray]:
    """Of every start: features per dimension, how many are represented, how nearly two of those are one, the loss."""
    cosine, kept = np.abs(cosines(run.W)) * (1 - np.eye(run.features.n)), represented(run.W)
    return {
        "features_per_dimension": 1 / dimensions_per_feature(run.W),
        "represented": kept.sum(-1),
        "largest_cosine": (cosine * kept[:, :, None] * kept[:, None, :]).max((1, 2)),
        "loss": run.loss,
    }


def hardening(job: Job) -> xr.Dataset:
    """What adversarial training leaves of superposition; axes (kind, share, start), share 0 being no attack."""
    attacks = [setup.training.attack for setup in job.plan.setups.values() if setup.training.attack]
    kinds, shares = (
        list(dict.fromkeys(values)) for values in zip(*((a.norm, a.share) for a in attacks), strict=True)
    )
    plain, *hardened = (trained(setup, job) for setup in job.plan.setups.values())
    none, found = _crowding(plain), [_crowding(run) for run in hardened]
    made = {}
    for name, value in none.items():
        values = np.array([one[name] for one in found]).reshape(len(kinds), len(shares), -1)
        made[name] = (
            ("kind", "share", "start"),
            np.concatenate([np.broadcast_to(value, (len(kinds), 1, len(value))), values], axis=1),
        )
    trained_by = {"backend": plain.backend, "device": plain.device}
    return xr.Dataset(made, {"kind": kinds, "share": [0.0, *shares]}, trained_by)


def _worlds(
    sizes: tuple[tuple[int, int], ...], densities: tuple[float, ...], training: Training, rows: int
) -> Plan:
    """Equal and falling importance at every size; the least important feature weighs the same at all sizes."""
    setups = {}
    for n, hidden in sizes:
        for name, ratio in (("equal", 1.0), ("falling", 0.7 ** (20 / n))):
            features = Features(n, densities, importance=powers(ratio, n))
            setups[f"n = {n}, {name}"] = Setup(features=features, model=ReluOutput(hidden), training=training)
    return Plan(setups, main=next(iter(setups)), options={"rows": rows})


def _budgets(n: int, hidden: int, density: float, shares: tuple[float, ...], training: Training) -> Plan:
    world, model = Features(n, (density,)), ReluOutput(hidden)
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
            "quick": _worlds(((20, 5),), DENSITIES[::5], Training(steps=1000, batch=256, lr=0.01), 256),
            "paper": _worlds(
                ((20, 5), (60, 10), (200, 20)),
                DENSITIES,
                Training(steps=5000, batch=1024, lr=0.003, replicas=2),
                1024,
            ),
        },
        compute=vulnerability,
    ),
    Experiment(
        id="F25",
        title="Adversarial training and what it leaves of superposition",
        section=SECTION,
        plans={
            "quick": _budgets(10, 3, 0.1, (0.2, 0.8), Training(steps=400, batch=128, lr=0.01)),
            "paper": _budgets(
                *(30, 6, 0.05, (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2)),
                Training(steps=6000, batch=1024, lr=0.003, replicas=4),
            ),
        },
        compute=hardening,
    ),
)
