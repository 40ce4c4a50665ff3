"""The data, and the best bias of a feature that is left out (F05)."""

from collections.abc import Callable

import numpy as np

from tsup.config import Features
from tsup.data import sample
from tsup.exact.theory import left_out
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import judge
from tsup.words import percent

ROWS = 200_000


def _sampled(density: float) -> np.ndarray:
    return sample(Features(5, density), ROWS, seed=5)[0]


@claim(
    "F05.data",
    "A feature is 0 with probability S; its mean is p/2 and its mean square p/3",
    "within 2 % of p for P(x > 0), 2·mean and 3·mean square, at p = 1, 0.3, 0.1",
    bars=("most",),
    null=lambda: {"sampled": lambda p: _sampled(p) ** 2},
)
def data_moments(sampled: Callable[[float], np.ndarray] = _sampled, most: float = 0.02) -> Measured:
    """A million values at every density."""
    ratios = {}
    for p in (1.0, 0.3, 0.1):
        x = sampled(p).astype(float)
        ratios[f"p = {p:g}"] = [float(v / p) for v in ((x > 0).mean(), 2 * x.mean(), 3 * (x * x).mean())]
    off = max(abs(ratio - 1) for group in ratios.values() for ratio in group)
    sentence = (
        f"Over {len(ratios)} densities, {x.size:,} values each, none of the three is off by more than "
        f"{percent(off)}."
    )
    return ratios, judge(off <= most, off <= 0.1), sentence


@claim(
    "F05.bias",
    "The best bias of an unrepresented feature is p/2, and the feature then costs p/3 − p²/4",
    "both within 2 %, at p = 1, 0.3, 0.1",
    bars=("most",),
    null=lambda: {"sampled": lambda p: _sampled(p) ** 2},
)
def best_bias(sampled: Callable[[float], np.ndarray] = _sampled, most: float = 0.02) -> Measured:
    """The loss of a constant output, least over a grid of biases of width 0.001."""
    ratios, biases = {}, np.arange(0, 1.0005, 0.001)
    for p in (1.0, 0.3, 0.1):
        x = sampled(p).astype(float)
        losses = (x * x).mean() - 2 * biases * x.mean() + biases**2
        best = int(losses.argmin())
        ratios[f"p = {p:g}"] = [float(biases[best] / (p / 2)), float(losses[best] / left_out(p))]
    off = max(abs(ratio - 1) for group in ratios.values() for ratio in group)
    sentence = f"Over {len(ratios)} densities, bias and cost are off by {percent(off)} at most."
    return ratios, judge(off <= most, off <= 0.1), sentence


CLAIMS = (
    data_moments,
    best_bias,
)
