"""Theory of superposition: the linear loss (F10), its expansion by activity (F11), two features without bias (C2)."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from tsup import exact
from tsup.exact import theory
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import judge
from tsup.words import bound, listing, percent

DENSITIES = (0.05, 0.3, 0.6, 0.9)


def _descended(starts: np.ndarray, importance: np.ndarray) -> np.ndarray:
    """Where the starts (start, hidden, feature) end on the linear model's loss, all descended in one call."""

    def total(flat: np.ndarray) -> tuple[float, np.ndarray]:
        W = flat.reshape(starts.shape)
        error = np.eye(starts.shape[-1]) - W.swapaxes(1, 2) @ W
        pull = importance[:, None] * error
        return (pull * error).sum(), (-2 * W @ (pull + pull.swapaxes(1, 2))).ravel()

    found = minimize(
        total, starts.ravel(), jac=True, method="L-BFGS-B", options={"ftol": 0, "maxfun": 50_000}
    )
    return found.x.reshape(starts.shape)


@claim(
    "F10.top",
    "The linear model's loss is least where the most important features are orthogonal and the rest are dropped",
    "n = 5, m = 2, I = 0.7^i, 1,000 random starts of norms from 0.1 to 2 descended together: none ends below that "
    "model's loss by more than 1e-9 of it, and all end in it, WᵀW within 1e-3",
    thresholds=("within",),
    bars=("below",),
    null=lambda: {"decay": 1.0},
)
def top_features(decay: float = 0.7, within: float = 1e-3, below: float = 1e-9) -> Measured:
    """On Gaussian features."""
    importance, best = decay ** np.arange(5), np.eye(2, 5)
    random = np.random.default_rng(10)
    starts = random.normal(size=(1000, 2, 5)) * random.uniform(0.1, 2, (1000, 1, 1))
    ends = _descended(starts, importance)
    losses = np.array([theory.gaussian_linear(W, importance) for W in ends])
    value = theory.gaussian_linear(best, importance)
    there = (np.abs(ends.swapaxes(1, 2) @ ends - best.T @ best) <= within).all((1, 2))
    measured = {"loss": value, "least of the starts": float(losses.min()), "end in it": float(there.mean())}
    sentence = (
        f"Of {len(starts):,} random starts {percent(there.mean())} end in that model, whose loss is {value:.4f}; the "
        f"least that any reaches is {losses.min():.4f}."
    )
    return measured, judge(bool(losses.min() >= value * (1 - below) and there.all())), sentence


@claim(
    "F11.expansion",
    "The loss is a sum over the number of active features: Σ p^k S^(n−k) L_k",
    "relative error below 1e-12 for a random model of five features, at four densities",
    kind="identity",
)
def expansion() -> Measured:
    """Exact losses."""
    random = np.random.default_rng(11)
    W, b = random.normal(size=(2, 5)), 0.2 * random.normal(size=5)
    terms, k = theory.by_activity(W, b), np.arange(6)
    errors = []
    for p in DENSITIES:
        total = (p**k * (1 - p) ** (5 - k) * terms).sum()
        errors.append(abs(float(total / exact.loss(W, b, p)) - 1))
    sentence = f"At {len(errors)} densities the relative error is below {bound(max(errors))}."
    return {"relative error": max(errors)}, judge(max(errors) < 1e-12), sentence


@claim(
    "F11.polygons",
    "For S → 1 triangle and square are free, and the pentagon is not",
    "k = 3, 4: ‖W‖ = 1, b = 0, L = 0; k = 5: ‖W‖ = 1.170460, b = −0.282297, L = 0.01582563 a feature; all to 1e-5",
    kind="identity",
)
def polygons() -> Measured:
    """From the 1-sparse term."""
    targets = {3: (1, 0, 0), 4: (1, 0, 0), 5: (1.170460, -0.282297, 0.01582563)}
    found = {k: theory.polygon(k) for k in targets}
    off = max(float(np.abs(np.subtract(found[k], targets[k])).max()) for k in targets)
    shown = {f"k = {k}": [round(float(v), 6) + 0.0 for v in one] for k, one in found.items()}
    losses = [f"{abs(round(one[2], 6)):.3g} with {k}" for k, one in found.items()]
    sentence = (
        f"The loss a feature, over p, is {listing(losses)} corners; the pentagon's norm is {found[5][0]:.3f}."
    )
    return shown, judge(off < 1e-5), sentence


Models = Callable[[float], tuple[np.ndarray, np.ndarray]]
TIE = (40 - 224**0.5) / 43  # 43 p² − 80 p + 32 = 0: where pair and confused model cost the same


def _least_curvature(W: np.ndarray, p: float, step: float) -> float:
    """The least eigenvalue of the second derivatives by W of the exact loss without bias, over the density."""
    moves = step * np.eye(2).reshape(2, 1, 2)
    ends = [exact.gradient(W + sign * moves, np.zeros(2), p).W[:, 0] for sign in (1, -1)]
    hessian = (ends[0] - ends[1]) / (2 * step)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2).min() / p)


def _without_bias(p: float) -> tuple[np.ndarray, np.ndarray]:
    """The confused model and the antipodal pair, in closed form."""
    a = float(theory.antipodal_without_bias(p)) ** 0.5
    return np.full((1, 2), 0.5**0.5), np.array([[a, -a]])


def _of_length_1(p: float) -> tuple[np.ndarray, np.ndarray]:
    """The same two with weights of 1, as in the diagram of fixed arrangements."""
    return np.array([[1.0, 1.0]]), np.array([[1.0, -1.0]])


def _pair_alone(p: float) -> tuple[np.ndarray, np.ndarray]:
    """The antipodal pair and its mirror image, which is no other phase."""
    pair = _without_bias(p)[1]
    return pair, -pair


@claim(
    "C2.minima",
    "Without bias, at r = 1, there are an antipodal and a confused minimum, with norms in closed form",
    "at four densities the gradient is below 1e-6 at a² = (8−5p)/(8−6p) and at (1/√2, 1/√2), whose loss is p/3 − p²/4 "
    "to 1e-6, and all second derivatives there are above 0.01 p",
    thresholds=("step",),
    bars=("curved",),
    null=lambda: {"models": _of_length_1},
)
def without_bias(models: Models = _without_bias, curved: float = 0.01, step: float = 1e-4) -> Measured:
    """Exact gradients by W, and their differences."""
    slopes, errors = [], []
    bent: dict[str, list[float]] = {"confused": [], "antipodal": []}
    for p in DENSITIES:
        for name, W in zip(bent, models(p), strict=True):
            slopes.append(float(np.abs(exact.gradient(W, np.zeros(2), p).W).max()))
            bent[name].append(_least_curvature(W, p, step))
        errors.append(abs(float(exact.loss(models(p)[0], np.zeros(2), p)) - float(theory.left_out(p))))
    least = {f"least curvature / p, {name}": min(values) for name, values in bent.items()}
    sound = max(slopes + errors) < 1e-6
    sentence = (
        f"At {len(DENSITIES)} densities the slope is below {bound(max(slopes))} in both; the least curvature is "
        f"{min(bent['confused']):.2f} p in the confused one and {min(bent['antipodal']):.2f} p in the pair."
    )
    measured = {"slope": max(slopes), "loss off by": max(errors), **least}
    return measured, judge(sound and min(least.values()) > curved, sound), sentence


@claim(
    "C2.jump",
    "From antipodal to confused is a jump",
    "at the density where both cost the same, to 1e-9, both are minima, a ridge lies on the straight way between "
    "them, and the slopes of their losses differ by over 1 %",
    thresholds=("step",),
    bars=("curved", "apart"),
    null=lambda: {"models": _pair_alone},
)
def confused_jump(
    models: Models = _without_bias, curved: float = 0.01, apart: float = 0.01, step: float = 1e-4
) -> Measured:
    """Exact losses at the solution of 43p² − 80p + 32 = 0."""
    none = np.zeros(2)
    confused, pair = models(TIE)
    tie = float(exact.loss(confused, none, TIE) - exact.loss(pair, none, TIE))
    slopes = []
    for k in (0, 1):
        ends = [float(exact.loss(models(TIE + s)[k], none, TIE + s)) for s in (-step, step)]
        slopes.append((ends[1] - ends[0]) / (2 * step))
    part = np.linspace(0, 1, 41)[:, None, None]
    ridge = exact.loss((1 - part) * confused + part * pair, none, TIE).max()
    height = float(ridge / exact.loss(pair, none, TIE) - 1)
    bent = min(_least_curvature(W, TIE, step) for W in (confused, pair))
    measured = {
        "density": TIE,
        "losses differ by": abs(tie),
        "slopes": slopes,
        "ridge between, above both by": height,
    }
    differ = max(slopes) / min(slopes) > 1 + apart
    sentence = (
        f"At density {TIE:.3f} both cost the same, with a ridge {percent(height)} higher between them; their losses "
        f"rise by {slopes[0]:.2f} and {slopes[1]:.2f} for a unit of p."
    )
    return measured, judge(abs(tie) < 1e-9 and bent > curved and differ and height > 0), sentence


CLAIMS = (
    top_features,
    expansion,
    polygons,
    without_bias,
    confused_jump,
)
