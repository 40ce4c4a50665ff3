"""Absolute values without superposition: by hand (F30) and trained (F31)."""

import numpy as np
import xarray as xr

from tsup import circuits
from tsup.config import AbsValue, Features
from tsup.data import sample
from tsup.models import forward
from tsup.paper.claim import Measured, claim
from tsup.paper.computation.analysis import shuffled
from tsup.paper.verdict import Verdict, judge
from tsup.words import bound, magnitude, percent


def left_out(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F31 with one feature answered by its mean in every start, which costs the variance 1/12 of |x|."""
    return (data.assign(loss=data.loss + 1 / 12),)


@claim(
    "F30.exact",
    "Two neurons compute the absolute value of one feature: |x| = ReLU(x) + ReLU(−x)",
    "outputs of the model by hand within 1e-6 of |x|, on 10,000 rows of 3 features",
    kind="identity",
)
def exact() -> Measured:
    """On the spot."""
    x = sample(Features(3, 0.5, low=-1), 10_000)[0]
    worst = float(np.abs(forward(AbsValue(6), circuits.by_hand(3, 6, 0.5), x) - np.abs(x)).max())
    sentence = f"On {len(x):,} rows no output is off by more than {bound(worst)}."
    return {"largest error": worst}, judge(worst <= 1e-6), sentence


def read_out_shuffled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F31 with every neuron's read-out dealt out anew among the features."""
    return (data.assign(W2=data.W2.copy(data=shuffled(data.W2.values, np.random.default_rng(31)))),)


@claim(
    "F31.neurons",
    "With two neurons a feature and no sparsity, each feature gets a positive and a negative neuron of its own",
    "at density 1, best start, rescaled: |W₁| and W₂ within 0.02 of the model by hand in some order, |b| ≤ 0.01, "
    "loss < 1e-5",
    sources=("F31",),
    bars=("near",),
    null=read_out_shuffled,
)
def pairs(data: xr.Dataset, near: float = 0.02) -> Measured:
    """Of the start with the least loss."""
    W1, W2 = circuits.rescaled(data.W1.values[0], data.W2.values[0])
    rows = circuits.order(W1)
    hand = circuits.by_hand(W1.shape[1], len(W1), 1)
    off = max(np.abs(W1[rows] - hand["W1"]).max(), np.abs(W2[:, rows] - hand["W2"]).max())
    bias, least = float(np.abs(data.b.values).max()), float(data.loss.min())
    sentence = (
        f"Weights are within {off:.1g} of the model by hand, biases below {bound(bias)}, the loss below "
        f"{bound(least)}."
    )
    measured = {"off by": float(off), "largest bias": bias, "loss": least}
    return measured, judge(bool(off <= near and bias <= 0.01 and least < 1e-5)), sentence


@claim(
    "F31.share",
    "Training finds it",
    "at density 1, at least 0.9 of the starts end with a loss below 1e-5 (differently: at least one half)",
    sources=("F31",),
    expected=Verdict.DIFFERS,
    thresholds=("solved",),
    bars=("least", "some"),
    null=left_out,
)
def found(data: xr.Dataset, solved: float = 1e-5, least: float = 0.9, some: float = 0.5) -> Measured:
    """Of all starts."""
    share = float((data.loss.values < solved).mean())
    sentence = f"{percent(share)} of {data.loss.size} starts end below a loss of {magnitude(solved)}."
    return {"share": share, "starts": int(data.loss.size)}, judge(share >= least, share >= some), sentence


CLAIMS = (
    exact,
    pairs,
    found,
)
