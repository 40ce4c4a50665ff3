"""Phase diagrams: what becomes of an extra feature, by density and relative importance (F12, F13, C1)."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup import exact
from tsup.config import Activated, Features, Model, ReluOutput, Setup, Training
from tsup.exact import theory
from tsup.measure import interference, norms
from tsup.paper import schema
from tsup.paper.assemble import check_world, column, labelled, trained, trained_by
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.phase import schema as files
from tsup.training import Run

SECTION = "Superposition as a phase change"
PUSH = 0.02  # on every weight before a descent, so that a saddle is left
COARSE = 25
Weights = Sequence[tuple[np.ndarray, np.ndarray]]
MOST = 10_000  # starts descended at once, which bounds memory


def axes(side: int) -> tuple[Float[np.ndarray, " density"], Float[np.ndarray, " ratio"]]:
    """Densities from 1 to 0.01 and relative importances from 0.1 to 10, even on a log scale, to five digits."""
    both = np.geomspace(1, 0.01, side), np.geomspace(0.1, 10, side)
    density, ratio = (np.array([float(f"{value:.5g}") for value in values]) for values in both)
    return density, ratio


def world(n: int, side: int) -> Features:
    """n features at side × side points, density fastest; the last one has the relative importance, the others 1."""
    p, r = (values.ravel() for values in np.meshgrid(*axes(side)))
    return Features(n, column(p), np.concatenate([np.ones((len(r), n - 1)), r[:, None]], 1))


def losses(run: Run) -> Float[np.ndarray, "setting replica"]:
    """The exact expected loss of every start. Raises InputError as `exact.expected` does."""
    return exact.expected(run.features, run.model, run.weights).reshape(run.features.settings, -1)


def averaged(
    values: Float[np.ndarray, "setting replica ..."], loss: Float[np.ndarray, "setting replica"]
) -> np.ndarray:
    """The paper's rule: the mean over all starts but the one with the highest loss."""
    kept = np.ones(loss.shape, bool)
    kept[np.arange(len(loss)), loss.argmax(1)] = False
    return values[kept].reshape(len(loss), loss.shape[1] - 1, *values.shape[2:]).mean(1)


def diagram(run: Run, side: int) -> xr.Dataset:
    """A trained phase diagram (ratio, density): the best start, and measures averaged by the paper's rule.

    Raises InputError for a run in another world.
    """
    check_world(run.features, world(run.features.n, side))
    found = losses(run)
    W, b = (run.weights[name].reshape(*found.shape, *run.weights[name].shape[1:]) for name in ("W", "b"))
    best, row = found.argmin(1), np.arange(len(found))
    measures = {"norm": norms(W)[..., -1], "shared": interference(W)[..., -1]}
    tables = {name: averaged(values, found) for name, values in measures.items()}
    tables |= {"W": W[row, best], "b": b[row, best], "loss": found[row, best], "replica_loss": found}
    data = {name: values.reshape(side, side, *values.shape[1:]) for name, values in tables.items()}
    density, ratio = axes(side)
    return schema.dataset(files.DIAGRAM, {**data, "density": density, "ratio": ratio}, trained_by(run))


def _starts(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Every fixed arrangement, the regular simplex, and six at random: W (start, n − 1, n) and b (start, n)."""
    fixed = (theory.one_dimension if n == 2 else theory.two_dimensions)(0.5)
    simplex = np.linalg.svd(np.eye(n) - 1 / n)[2][: n - 1]
    random = np.random.default_rng(seed)
    W = [*(W for W, _ in fixed.values()), simplex, *random.normal(0, 0.8, (6, n - 1, n))]
    b = [*(b for _, b in fixed.values()), np.zeros(n), *random.normal(0, 0.1, (6, n))]
    return np.array(W) + PUSH * random.normal(size=np.shape(W)), np.array(b)


def _least(
    W: np.ndarray, b: np.ndarray, density: np.ndarray, importance: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best W, b and loss by point of starts (point, start, …), each descended on the exact loss."""
    points, starts = W.shape[:2]
    W, b = W.reshape(-1, *W.shape[2:]), b.reshape(-1, b.shape[-1])
    p, weight = (values.repeat(starts, axis=0) for values in (density, importance))
    parts = [slice(k, k + MOST) for k in range(0, len(W), MOST)]
    found = [exact.descend(W[k], b[k], p[k], weight[k], activation=activation)[:3] for k in parts]
    W, b, loss = (np.concatenate(values) for values in zip(*found, strict=True))
    best = loss.reshape(points, starts).argmin(1) + starts * np.arange(points)
    return W[best], b[best], loss[best]


def optima(
    n: int, side: int, more: Weights = (), seed: int = 0, activation: str = "relu"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The exact optimum of n features in n − 1 dimensions at side × side points.

    Found from many starts at a coarse set of points, and at every point from the optima of the four coarse ones around
    it, and from `more`: pairs of W (point, hidden, feature) and b (point, feature), density fastest. Returns W
    (ratio, density, hidden, feature), b (ratio, density, feature) and loss (ratio, density).
    """
    coarse, fine = world(n, min(side, COARSE)), world(n, side)
    W, b = (np.tile(start, (coarse.settings, *np.ones(start.ndim, int))) for start in _starts(n, seed))
    W, b, _ = _least(W, b, coarse.densities(), coarse.importances(), activation)
    near = _corners(min(side, COARSE), side)
    starts = [(W[corner], b[corner]) for corner in near.T] + list(more)
    W, b = (np.stack(parts, 1) for parts in zip(*starts, strict=True))
    W, b, loss = _least(W, b, fine.densities(), fine.importances(), activation)
    return W.reshape(side, side, n - 1, n), b.reshape(side, side, n), loss.reshape(side, side)


def exactly(n: int, side: int) -> xr.Dataset:
    """`optima` as a dataset with axes of its own."""
    W, b, loss = optima(n, side)
    density, ratio = axes(side)
    values = {"exact_W": W, "exact_b": b, "exact_loss": loss, "exact_density": density, "exact_ratio": ratio}
    return schema.dataset(files.EXACT, values)


def _corners(coarse: int, side: int) -> Int[np.ndarray, "point 4"]:
    """The four points of a coarse square grid around every point of a fine one, by their places in the flat grid."""
    at = np.linspace(0, coarse - 1, side)
    ends = np.stack([np.floor(at), np.ceil(at)], 1).astype(int)
    corners = coarse * ends[:, None, :, None] + ends[None, :, None, :]
    return corners.reshape(side * side, 4)


def beside_optimum(run: Run, side: int) -> xr.Dataset:
    """`diagram`, and the exact optimum at its points, descended to from the trained models too."""
    found = diagram(run, side)
    n, activation = run.features.n, getattr(run.model, "activation", "relu")
    best = found.W.values.reshape(-1, n - 1, n), found.b.values.reshape(-1, n)
    W, _, loss = optima(n, side, [best], activation=activation)
    return found.merge(schema.dataset(files.OPTIMUM, {"optimum_W": W, "optimum_loss": loss}))


def with_optima(job: Job) -> xr.Dataset:
    """`beside_optimum` of the first training, `labelled` of the others by their names, and finely the exact optima."""
    first, *others = job.plan.setups
    setup, option = job.plan.setups[first], job.plan.options
    n = setup.features.n
    found = beside_optimum(trained(job, first), int(option["side"]))
    parts = [labelled(trained(job, name), name) for name in others]
    fine = exactly(n, int(option["exact"]))
    return xr.merge([found, fine, *parts], combine_attrs="override")


def activations(job: Job) -> xr.Dataset:
    """`beside_optimum` of every training, with an axis `activation` in front."""
    side = int(job.plan.options["side"])
    parts = [beside_optimum(trained(job, name), side) for name in job.plan.setups]
    axis = xr.Variable("activation", list(job.plan.setups))
    return xr.concat(parts, axis, join="exact", combine_attrs="override")  # type: ignore[call-overload]


def _plan(models: Mapping[str, Model], n: int, side: int, training: Training, **options: int) -> Plan:
    setups = {
        name: Setup(features=world(n, side), model=model, training=training) for name, model in models.items()
    }
    return Plan(setups, main=next(iter(setups)), options={"side": side, **options})


QUICK = Training(steps=800, batch=128, lr=0.03, replicas=10)
LISTED = (0.05, 0.4)  # densities whose optima at r = 1 the claims know
ONE, TWO = {"relu": ReluOutput(1)}, {"relu": ReluOutput(2)}
FOUR = ONE | {name: Activated(1, activation=name) for name in ("gelu", "silu", "square")}


def _with_listed(plan: Plan) -> Plan:
    training = next(iter(plan.setups.values())).training
    listed = Setup(features=Features(2, column(LISTED)), model=ReluOutput(1), training=training)
    return Plan({**plan.setups, "listed": listed}, plan.main, plan.options)


EXPERIMENTS = (
    Experiment(
        id="F12",
        title="Phase diagram of two features in one dimension",
        section=SECTION,
        plans={
            "quick": _with_listed(_plan(ONE, 2, 8, QUICK, exact=12)),
            "paper": _with_listed(
                _plan(ONE, 2, 40, Training(steps=4000, batch=256, lr=0.03, replicas=10), exact=100)
            ),
        },
        compute=with_optima,
        schema=files.WITH_LISTED,
    ),
    Experiment(
        id="F13",
        title="Phase diagram of three features in two dimensions",
        section=SECTION,
        plans={
            "quick": _plan(TWO, 3, 8, QUICK, exact=12),
            "paper": _plan(TWO, 3, 40, Training(steps=4000, batch=256, lr=0.1, replicas=30), exact=100),
        },
        compute=with_optima,
        schema=files.WITH_OPTIMA,
    ),
    Experiment(
        id="C1",
        title="Phase diagrams of two features in one dimension by activation function",
        section=SECTION,
        plans={
            "quick": _plan(FOUR, 2, 8, QUICK),
            "paper": _plan(FOUR, 2, 40, Training(steps=2000, batch=256, lr=0.03, replicas=10)),
        },
        compute=activations,
        schema=files.ACTIVATIONS,
    ),
)
