"""Computation in superposition: absolute values, the neurons that compute them, and how they share (F30 – F34)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int
from scipy.stats import spearmanr

from tsup import circuits
from tsup.claims.registry import Measured, claim
from tsup.claims.verdict import Verdict, judge
from tsup.config import AbsValue, Features
from tsup.data import sample
from tsup.models import forward, hidden

DENSE, SPARSE = 0.3, 0.1
TOP = 0.01
ROWS = 2**15
ACTIVE = 0.05  # of what the largest weight alone can do: below it, activations come from weights that are all but 0


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
    return {"largest error": worst}, judge(worst <= 1e-6)


@claim(
    "F31.neurons",
    "With two neurons a feature and no sparsity, each feature gets a positive and a negative neuron of its own",
    "best start, rescaled: |W₁| and W₂ within 0.02 of the model by hand in some order, |b| ≤ 0.01, loss < 1e-5",
    sources=("F31",),
)
def pairs(data: xr.Dataset) -> Measured:
    """Of the start with the least loss."""
    W1, W2 = circuits.rescaled(data.W1.values[0], data.W2.values[0])
    rows = circuits.order(W1)
    hand = circuits.by_hand(W1.shape[1], len(W1), 1)
    off = max(np.abs(W1[rows] - hand["W1"]).max(), np.abs(W2[:, rows] - hand["W2"]).max())
    bias, least = float(np.abs(data.b.values).max()), float(data.loss.min())
    return {"off by": float(off), "largest bias": bias, "loss": least}, judge(
        bool(off <= 0.02 and bias <= 0.01 and least < 1e-5)
    )


@claim(
    "F31.share",
    "Training finds it",
    "at least 0.9 of the starts end with a loss below 1e-5 (differently: at least one half)",
    sources=("F31",),
    expected=Verdict.DIFFERS,
)
def found(data: xr.Dataset) -> Measured:
    """Of all starts."""
    share = float((data.loss.values < 1e-5).mean())
    return {"share": share, "starts": int(data.loss.size)}, judge(share >= 0.9, share >= 0.5)


def by_density(values: Float[np.ndarray, " density"]) -> list[float]:
    """Values as they are printed: three digits."""
    return [float(f"{value:.3g}") for value in values]


@claim(
    "F32.loss",
    "Trained models reach the model by hand where features are dense, and beat it where they are sparse",
    f"loss over that of the model by hand, on the same new rows: at most 1.02 at densities from {DENSE} on, below 1 "
    f"at densities up to {SPARSE}",
    sources=("F32",),
    kind="ours",
)
def beats_by_hand(data: xr.Dataset) -> Measured:
    """Of the best start at every density."""
    trained, _, hand = data.test_loss.values
    ratio, p = trained / hand, data.density.values
    spread = data.loss.values / data.hand_loss.values[:, None]
    measured = {
        "ratio": by_density(ratio),
        "least of the starts": by_density(spread.min(1)),
        "median": by_density(np.median(spread, 1)),
        "largest": by_density(spread.max(1)),
    }
    dense, sparse = bool((ratio[p >= DENSE] <= 1.02).all()), bool((ratio[p <= SPARSE] < 1).all())
    return measured, judge(dense and sparse, sparse)


@claim(
    "F32.start",
    "An ordinary start gets there too",
    f"the best of the Glorot starts loses at most as much as the model by hand at densities up to {SPARSE}",
    sources=("F32",),
    expected=Verdict.FAILS,
)
def ordinary(data: xr.Dataset) -> Measured:
    """On the same new rows."""
    _, glorot, hand = data.test_loss.values
    ratio = glorot / hand
    sparse = ratio[data.density.values <= SPARSE]
    return {"ratio": by_density(ratio)}, judge(bool((sparse <= 1).all()), bool((sparse <= 1).any()))


def computed(data: xr.Dataset) -> Int[np.ndarray, " density"]:
    """How many features' absolute values the best model computes: more than half of their variance explained."""
    return (data.explained.sel(model="trained").values > 0.5).sum(-1)


@claim(
    "F32.count",
    "As features get sparser, superposition lets the model compute more absolute values than it has neurons",
    "features with more than half of |x|'s variance explained: 20 at density 1, and more than 40 (the neurons) at some "
    "density (differently: more than 20, which is what fits without superposition)",
    sources=("F32",),
    expected=Verdict.DIFFERS,
)
def counts(data: xr.Dataset) -> Measured:
    """Of the best start at every density."""
    count, m = computed(data), data.sizes["hidden"]
    dense = bool(count[0] == m // 2)
    return {"densities": by_density(data.density.values), "computed": count.tolist()}, judge(
        dense and bool(count.max() > m), dense and bool(count.max() > m // 2)
    )


def features_held(data: xr.Dataset) -> Int[np.ndarray, "density hidden"]:
    """How many features every neuron takes in, by `tsup.circuits.held`."""
    return circuits.held(data.W1.values, data.W2.values).sum(-1)


@claim(
    "F32.monosemantic",
    "Dense features get neurons of their own: two for each of 20 features",
    "at density 1, every neuron holds one feature, and the 20 most important features have two neurons each "
    "(differently: at least 0.9 of the neurons hold one)",
    sources=("F32",),
)
def monosemantic(data: xr.Dataset) -> Measured:
    """A neuron holds a feature when |W₁|, rescaled, exceeds ¼."""
    taken = circuits.held(data.W1.values[0], data.W2.values[0])
    one = taken.sum(-1) == 1
    neurons = taken[one].sum(0)[: len(taken) // 2]
    measured = {"neurons that hold one": int(one.sum()), "features with two": int((neurons == 2).sum())}
    return measured, judge(bool(one.all() and (neurons == 2).all()), float(one.mean()) >= 0.9)


def primary(data: xr.Dataset) -> Int[np.ndarray, "density hidden"]:
    """The feature of the largest |W₁| of every neuron."""
    return np.abs(data.W1.values).argmax(-1)


@claim(
    "F32.important",
    "The neurons of the most important features stay monosemantic longest",
    "at every density where both kinds of neurons are at least three, the rank correlation of a neuron's largest "
    "feature and the number that it holds is at least 0.3",
    sources=("F32",),
)
def important(data: xr.Dataset) -> Measured:
    """Over the living neurons of the best start; feature 0 is the most important."""
    held, first = features_held(data), primary(data)
    found = {}
    for p, count, feature in zip(data.density.values, held, first, strict=True):
        if min((count == 1).sum(), (count > 1).sum()) >= 3:
            live = count > 0
            found[float(p)] = float(spearmanr(feature[live], count[live]).statistic)
    values = list(found.values())
    return {"densities": list(found), "rank correlation": values}, judge(
        bool(values) and min(values) >= 0.3, bool(values) and float(np.median(values)) > 0
    )


@claim(
    "F33.mixed",
    "In between, pure neurons stand beside highly polysemantic ones in one model",
    "at some density at least a quarter of the neurons hold one feature, and at least a quarter three or more",
    sources=("F32",),
)
def mixed(data: xr.Dataset) -> Measured:
    """Of the best start at every density."""
    held = features_held(data)
    pure, poly = (held == 1).mean(1), (held >= 3).mean(1)
    both = np.minimum(pure, poly)
    return {
        "densities": by_density(data.density.values),
        "one feature": by_density(pure),
        "three or more": by_density(poly),
    }, judge(bool(both.max() >= 0.25), bool(both.max() >= 0.1))


def contributions(
    W1: Float[np.ndarray, "hidden feature"], density: float, neuron: int, rows: int = ROWS, seed: int = 33
) -> tuple[Float[np.ndarray, " active"], Int[np.ndarray, " active"]]:
    """The activations of one neuron where they exceed 0.05 of its largest weight, falling, and the feature that pushes
    it up most in each."""
    x = sample(Features(W1.shape[1], (density,), low=-1), rows, seed)[0]
    h = hidden(AbsValue(len(W1)), {"W1": W1}, x)[:, neuron]
    active = h > ACTIVE * np.abs(W1[neuron]).max()
    order = np.argsort(-h, kind="stable")[: int(active.sum())]
    return h[order], (x[order] * W1[neuron]).argmax(-1)


def due_to_primary(
    W1: Float[np.ndarray, "hidden feature"], density: float, neurons: Bool[np.ndarray, " hidden"]
) -> Float[np.ndarray, "neuron 2"]:
    """The share of the top hundredth and of the lower half of each neuron's activations that its largest feature
    pushes up most."""
    shares = []
    for neuron in np.flatnonzero(neurons):
        h, cause = contributions(W1, density, int(neuron))
        by_first = cause == np.abs(W1[neuron]).argmax()
        top = max(int(TOP * len(h)), 20)
        shares.append([by_first[:top].mean(), by_first[len(h) // 2 :].mean()])
    return np.array(shares).reshape(-1, 2)


@claim(
    "F33.primary",
    "Many polysemantic neurons have a primary feature with a large weight, and secondary ones with smaller weights",
    "of the neurons that hold several features, over densities where there are ten or more, at least half have a "
    "largest |W₁| of twice the second",
    sources=("F32",),
    expected=Verdict.DIFFERS,
)
def primary_weight(data: xr.Dataset) -> Measured:
    """Of the best start at every density."""
    held = features_held(data)
    size = np.sort(np.abs(data.W1.values), -1)
    large = size[..., -1] >= 2 * size[..., -2]
    shares = {
        float(p): float(one[several].mean())
        for p, one, several in zip(data.density.values, large, held > 1, strict=True)
        if several.sum() >= 10
    }
    values = list(shares.values())
    return {"densities": list(shares), "share": by_density(np.array(values))}, judge(
        bool(values) and min(values) >= 0.5, bool(values) and max(values) >= 0.25
    )


@claim(
    "F33.profile",
    "A neuron's largest activations are nearly all due to its primary feature, its smaller ones to many",
    f"over neurons that hold several features, at densities with ten or more: median share of the top {TOP:.0%} due to "
    "the primary feature at least 0.9, and of the lower half at most 0.5",
    sources=("F32",),
    expected=Verdict.DIFFERS,
)
def profile(data: xr.Dataset) -> Measured:
    """Due to: the feature that pushes the neuron up most."""
    several = features_held(data) > 1
    at = [k for k in range(len(several)) if several[k].sum() >= 10]
    shares = np.array(
        [np.median(due_to_primary(data.W1.values[k], float(data.density[k]), several[k]), 0) for k in at]
    ).reshape(-1, 2)
    top, low = shares.T
    return {
        "densities": by_density(data.density.values[at]),
        "of the top": by_density(top),
        "of the lower half": by_density(low),
    }, judge(bool(at) and bool(top.min() >= 0.9 and low.max() <= 0.5), bool(at) and bool((top > low).all()))


@claim(
    "F34.motif",
    "Asymmetric storage makes one feature interfere with the other but hardly the reverse, and inhibition turns that "
    "interference negative",
    "in the motif by hand: the strong interference at least ten times the weak one before inhibition, below 0 after",
    kind="identity",
)
def motif() -> Measured:
    """On the spot: what the motif's first neuron does alone, and with its inhibitor."""
    model = circuits.motif()
    alone = model["W2"] * np.array([1, 0, 1, 1])
    before, after = (circuits.effects(model["W1"], W2) for W2 in (alone, model["W2"]))
    strong, weak, inhibited = float(before[0, 1, 0]), float(before[1, 0, 1]), float(after[0, 1, 0])
    return {"strong": strong, "weak": weak, "after inhibition": inhibited}, judge(
        strong >= 10 * weak and inhibited < 0
    )


@claim(
    "F34.search",
    "Trained models use the motif",
    "at every density up to 0.2, at least half of the starts hold an instance, and the shuffled models hold fewer "
    "than a tenth as many",
    sources=("F34",),
)
def search(data: xr.Dataset) -> Measured:
    """By the rule of `tsup.circuits.motifs`."""
    share, mean = (data.motifs.values > 0).mean(1), data.motifs.values.mean(1)
    null = data.motifs_shuffled.values.mean(1)
    at = data.density.values <= 0.2
    return {
        "densities": by_density(data.density.values),
        "share of starts": by_density(share),
        "instances a model": by_density(mean),
        "shuffled": by_density(null),
        "in the best": [
            len(circuits.motifs(W1, W2)) for W1, W2 in zip(data.W1.values, data.W2.values, strict=True)
        ],
    }, judge(bool((share[at] >= 0.5).all() and (null[at] < mean[at] / 10).all()), bool(share.max() >= 0.5))


@claim(
    "F34.pays",
    "Models with the motif are among the best",
    "at densities of 0.1 and 0.2, the best start beats the model by hand and holds the motif",
    sources=("F34",),
    kind="ours",
)
def pays(data: xr.Dataset) -> Measured:
    """Loss over that of the model by hand, on the same rows."""
    at = (data.density.values >= 0.1) & (data.density.values <= 0.2)
    best = data.loss.values.min(1) / data.hand_loss.values
    count = [len(circuits.motifs(W1, W2)) for W1, W2 in zip(data.W1.values, data.W2.values, strict=True)]
    return {"ratio": by_density(best), "instances": count}, judge(
        bool((best[at] < 1).all() and min(np.array(count)[at]) > 0)
    )
