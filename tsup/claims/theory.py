"""Theory of superposition: the linear loss (F10), its expansion by activity (F11), two features without bias (C2)."""

import numpy as np

from tsup import exact
from tsup.claims.registry import Measured, claim
from tsup.claims.verdict import judge
from tsup.exact import theory

DENSITIES = (0.05, 0.3, 0.6, 0.9)


@claim(
    "F10.top",
    "The linear model's loss is least where the most important features are orthogonal and the rest are dropped",
    "n = 5, m = 2, I = 0.7^i: gradient there below 1e-8 by differences, and each of 1,000 random tight frames of five "
    "features costs more",
)
def top_features() -> Measured:
    """On Gaussian features."""
    importance, best, step = 0.7 ** np.arange(5), np.eye(2, 5), 1e-5
    moves = step * np.eye(10).reshape(10, 2, 5)
    ends = [[theory.gaussian_linear(best + s * d, importance) for s in (-1, 1)] for d in moves]
    slope = max(abs(b - a) / (2 * step) for a, b in ends)
    random = np.random.default_rng(10)
    frames = [np.linalg.qr(random.normal(size=(5, 2)))[0].T for _ in range(1000)]
    least = min(theory.gaussian_linear(W, importance) for W in frames)
    value = theory.gaussian_linear(best, importance)
    return {"loss": value, "slope": float(slope), "least in superposition": least}, judge(
        slope < 1e-8 and least > value
    )


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
    return {"relative error": max(errors)}, judge(max(errors) < 1e-12)


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
    return shown, judge(off < 1e-5)


TIE = (40 - 224**0.5) / 43  # 43 p² − 80 p + 32 = 0: where pair and confused model cost the same


def _bent(W: np.ndarray, p: float, step: float = 1e-4) -> float:
    """The least eigenvalue of the second derivatives by W of the exact loss without bias, over the density."""
    moves = step * np.eye(2).reshape(2, 1, 2)
    ends = [exact.gradient(W + sign * moves, np.zeros(2), p).W[:, 0] for sign in (1, -1)]
    hessian = (ends[0] - ends[1]) / (2 * step)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2).min() / p)


def _without_bias(p: float) -> tuple[np.ndarray, np.ndarray]:
    """The confused model and the antipodal pair, in closed form."""
    a = float(theory.antipodal_without_bias(p)) ** 0.5
    return np.full((1, 2), 0.5**0.5), np.array([[a, -a]])


@claim(
    "C2.minima",
    "Without bias, at r = 1, there are an antipodal and a confused minimum, with norms in closed form",
    "at four densities the gradient is below 1e-6 at a² = (8−5p)/(8−6p) and at (1/√2, 1/√2), whose loss is p/3 − p²/4 "
    "to 1e-6, and all second derivatives there are above 0.01 p",
)
def without_bias() -> Measured:
    """Exact gradients by W, and their differences."""
    slopes, errors = [], []
    bent: dict[str, list[float]] = {"confused": [], "antipodal": []}
    for p in DENSITIES:
        for name, W in zip(bent, _without_bias(p), strict=True):
            slopes.append(float(np.abs(exact.gradient(W, np.zeros(2), p).W).max()))
            bent[name].append(_bent(W, p))
        errors.append(abs(float(exact.loss(_without_bias(p)[0], np.zeros(2), p)) - (p / 3 - p * p / 4)))
    least = {f"least curvature / p, {name}": min(values) for name, values in bent.items()}
    sound = max(slopes + errors) < 1e-6
    return {"slope": max(slopes), "loss off by": max(errors), **least}, judge(
        sound and min(least.values()) > 0.01, sound
    )


@claim(
    "C2.jump",
    "From antipodal to confused is a jump",
    "at the density where both cost the same, to 1e-9, both are minima, a ridge lies on the straight way between "
    "them, and the slopes of their losses differ by over 1 %",
)
def confused_jump() -> Measured:
    """Exact losses at the solution of 43p² − 80p + 32 = 0."""
    step, none = 1e-4, np.zeros(2)
    confused, pair = _without_bias(TIE)
    tie = float(exact.loss(confused, none, TIE) - exact.loss(pair, none, TIE))
    slopes = []
    for k in (0, 1):
        ends = [float(exact.loss(_without_bias(TIE + s)[k], none, TIE + s)) for s in (-step, step)]
        slopes.append((ends[1] - ends[0]) / (2 * step))
    part = np.linspace(0, 1, 41)[:, None, None]
    ridge = exact.loss((1 - part) * confused + part * pair, none, TIE).max()
    height = float(ridge / exact.loss(pair, none, TIE) - 1)
    bent = min(_bent(confused, TIE), _bent(pair, TIE))
    measured = {
        "density": TIE,
        "losses differ by": abs(tie),
        "slopes": slopes,
        "ridge between, above both by": height,
    }
    apart = max(slopes) / min(slopes) > 1.01
    return measured, judge(abs(tie) < 1e-9 and bent > 0.01 and apart and height > 0)
