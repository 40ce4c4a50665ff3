"""Bases, almost-orthogonal directions and the hierarchy (F02–F04), computed on the spot."""

from collections.abc import Callable

import numpy as np

from tsup.config import Linear
from tsup.directions import at_least, pair_cosines, random_directions
from tsup.measure import gram, level
from tsup.models import forward
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import judge
from tsup.words import bound, magnitude, percent, span


def _rotation(m: int, random: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(random.normal(size=(m, m)))[0]


def _rotated() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Random W (5, 20), OW with a random orthogonal O, b (20,) and x (100, 20)."""
    random = np.random.default_rng(2)
    W = random.normal(size=(5, 20)) / np.sqrt(5)
    return W, _rotation(5, random) @ W, random.normal(size=20), random.uniform(size=(100, 20))


@claim(
    "F02.rotation",
    "Without a privileged basis, rotating the hidden space changes neither WᵀW nor any output",
    "no entry changes by more than 1e-6",
    kind="identity",
)
def rotation() -> Measured:
    """W against OW, the readout being linear."""
    W, turned, b, x = _rotated()
    grams = float(np.abs(gram(turned) - gram(W)).max())
    outputs = float(
        np.abs(forward(Linear(5), {"W": turned, "b": b}, x) - forward(Linear(5), {"W": W, "b": b}, x)).max()
    )
    measured = {
        name: "< 1e-6" if change < 1e-6 else change
        for name, change in {"largest change of WᵀW": grams, "of the outputs": outputs}.items()
    }
    sentence = (
        f"No entry of WᵀW changes by more than {bound(grams)}, no output on {len(x)} inputs by more than "
        f"{bound(outputs)}."
    )
    return measured, judge(max(grams, outputs) < 1e-6), sentence


@claim(
    "F02.relu",
    "With a ReLU on the hidden units the basis is privileged: the same rotation changes the outputs",
    "outputs change by more than 0.1 of their own size",
    kind="identity",
    bars=("least",),
)
def relu(least: float = 0.1) -> Measured:
    """WᵀReLU(Wx) against the same with OW."""
    W, turned, _, x = _rotated()
    before, after = (np.maximum(x @ V.T, 0) @ V for V in (W, turned))
    change = float(np.linalg.norm(after - before) / np.linalg.norm(before))
    sentence = f"On {len(x)} inputs the outputs change by {percent(change)} of their size."
    return {"relative change": change}, judge(change > least, change > 1e-6), sentence


def one_sided(count: int, m: int, seed: int) -> np.ndarray:
    """Directions that are not uniform on the sphere: they all have coordinates ≥ 0."""
    return np.abs(random_directions(count, m, seed=seed))


@claim(
    "F03.cosines",
    "Random directions are almost orthogonal: the standard deviation of their cosines is 1/√m",
    "within 2 % of 1/√m for m = 4, 16, 64, 256",
    bars=("most",),
    null=lambda: {"directions": one_sided},
)
def cosine_spread(directions: Callable[..., np.ndarray] = random_directions, most: float = 0.02) -> Measured:
    """1,000 random directions for every m."""
    spreads = {m: pair_cosines(directions(1000, m, seed=3)).std() for m in (4, 16, 64, 256)}
    ratios = [float(spread * np.sqrt(m)) for m, spread in spreads.items()]
    off = max(abs(ratio - 1) for ratio in ratios)
    sentence = (
        f"Over m from {min(spreads)} to {max(spreads)}, the standard deviation is {span(ratios, '.3f')} "
        "times 1/√m."
    )
    return {"std × √m": ratios}, judge(off <= most, off <= 0.1), sentence


@claim(
    "F03.growth",
    "The number of directions with all angles within 89–91° grows exponentially with m",
    "the logarithm of the count grows per dimension by a rate that varies by at most 10 %",
    kind="identity",
    bars=("most",),
)
def growth(most: float = 0.1) -> Measured:
    """The lower bound `directions.at_least`, on dimensions in which it exceeds m."""
    dimensions = np.arange(100_000, 600_001, 100_000)
    logs = np.log([at_least(int(m), 1) for m in dimensions])
    rates = np.diff(logs) / np.diff(dimensions)
    spread = float(np.ptp(rates) / rates.mean())
    measured = {
        "rate per 100,000 dimensions": [float(rate * 1e5) for rate in rates],
        "at least so many directions at m = 100,000": float(np.exp(logs[0])),
        "and at m = 600,000": float(np.exp(logs[-1])),
    }
    sentence = (
        f"At least {magnitude(np.exp(logs[0]))} directions fit at m = {dimensions[0]:,} and "
        f"{magnitude(np.exp(logs[-1]))} at {dimensions[-1]:,}; the rate varies by {percent(spread)}."
    )
    return measured, judge(bool((rates > 0).all()) and spread <= most), sentence


def _polygon(k: int) -> np.ndarray:
    angles = 2 * np.pi * np.arange(k) / k
    return np.array([np.cos(angles), np.sin(angles)])


@claim(
    "F04.levels",
    "Linear representations contain those without superposition, which contain the basis-aligned ones",
    "four hand-made matrices get the strictest level they have",
    kind="identity",
)
def levels() -> Measured:
    """An identity, a rotated identity, the same with an unrepresented feature, and a pentagon."""
    turned = _rotation(3, np.random.default_rng(4))
    examples = {
        "identity": (np.eye(3), "basis-aligned"),
        "rotated": (turned, "no superposition"),
        "rotated, one feature dropped": (np.hstack([turned, np.zeros((3, 1))]), "no superposition"),
        "pentagon": (_polygon(5), "linear"),
    }
    measured = {name: str(level(W)) for name, (W, _) in examples.items()}
    right = sum(measured[name] == level for name, (_, level) in examples.items())
    sentence = (
        f"{right} of {len(examples)} hand-made matrices get their level; the pentagon's is "
        f"“{measured['pentagon']}”."
    )
    return measured, judge(right == len(examples)), sentence


CLAIMS = (
    rotation,
    relu,
    cosine_spread,
    growth,
    levels,
)
