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
)
def polygons() -> Measured:
    """From the 1-sparse term."""
    targets = {3: (1, 0, 0), 4: (1, 0, 0), 5: (1.170460, -0.282297, 0.01582563)}
    found = {k: theory.polygon(k) for k in targets}
    off = max(float(np.abs(np.subtract(found[k], targets[k])).max()) for k in targets)
    return {f"k = {k}": [float(v) for v in one] for k, one in found.items()}, judge(off < 1e-5)


@claim(
    "C2.minima",
    "Without bias, at r = 1, there are an antipodal and a confused minimum, with norms in closed form",
    "at four densities the gradient is below 1e-6 at a² = (8−5p)/(8−6p) and at (1/√2, 1/√2), whose loss is p/3 − p²/4 "
    "to 1e-6",
)
def without_bias() -> Measured:
    """Exact gradients by W."""
    slopes, errors = [], []
    for p in DENSITIES:
        a = float(theory.antipodal_without_bias(p)) ** 0.5
        confused = exact.gradient(np.full((1, 2), 0.5**0.5), np.zeros(2), p)
        antipodal = exact.gradient(np.array([[a, -a]]), np.zeros(2), p)
        slopes.append(float(max(np.abs(confused.W).max(), np.abs(antipodal.W).max())))
        errors.append(abs(float(confused.loss) - (p / 3 - p * p / 4)))
    return {"slope": max(slopes), "loss off by": max(errors)}, judge(max(slopes + errors) < 1e-6)
