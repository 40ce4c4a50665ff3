"""Computation in superposition: absolute values, the neurons that compute them, and how they share (F30 – F34)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int
from scipy.stats import spearmanr

from tsup import circuits
from tsup.config import AbsValue, Features
from tsup.data import sample
from tsup.models import forward
from tsup.paper.claim import Measured, claim
from tsup.paper.computation.analysis import ACTIVE, computed, contributions, motif_counts, shuffled
from tsup.paper.nulls import sparse_first
from tsup.paper.verdict import Verdict, judge

DENSE, SPARSE = 0.3, 0.1
TOP = 0.01


def left_out(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F31 with one feature answered by its mean in every start, which costs the variance 1/12 of |x|."""
    return (data.assign(loss=data.loss + 1 / 12),)


def without_superposition(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with the model by hand in place of the trained ones: two neurons a feature at every density."""
    n, m = data.sizes["feature"], data.sizes["hidden"]
    hand = circuits.by_hand(n, m, 1)
    weights = {
        name: data[name].copy(data=np.broadcast_to(hand[name], data[name].shape)) for name in ("W1", "W2")
    }
    return (data.assign(weights | {"explained": _in_place(data.explained, "by hand")}),)


def ordinary_start(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with the models from an ordinary start in place of those from a positive read-out."""
    return (data.assign(test_loss=_in_place(data.test_loss, "ordinary start")),)


def _in_place(values: xr.DataArray, model: str) -> xr.DataArray:
    return xr.where(values.model == "trained", values.sel(model=model, drop=True), values).transpose(
        *values.dims
    )


def relabelled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with its features dealt out anew, so that a feature's place says nothing about its importance."""
    order = np.random.default_rng(32).permutation(data.sizes["feature"])
    W1, W2 = data.W1.values[..., order], data.W2.values[..., order, :]
    return (data.assign(W1=data.W1.copy(data=W1), W2=data.W2.copy(data=W2)),)


def equal_weights(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with all features that a neuron holds taken in alike, so that none is primary."""
    held = circuits.held(data.W1.values, data.W2.values)
    return (data.assign(W1=data.W1.copy(data=np.where(held, np.sign(data.W1.values), 0))),)


def by_chance(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F34 with every neuron's read-out shuffled among the features, in all starts and in the best."""
    rng = np.random.default_rng(35)
    dealt = {name: data[name].copy(data=shuffled(data[name].values, rng)) for name in ("W2", "starts_W2")}
    return (data.assign(dealt),)


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


def read_out_shuffled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F31 with every neuron's read-out dealt out anew among the features."""
    return (data.assign(W2=data.W2.copy(data=shuffled(data.W2.values, np.random.default_rng(31)))),)


@claim(
    "F31.neurons",
    "With two neurons a feature and no sparsity, each feature gets a positive and a negative neuron of its own",
    "best start, rescaled: |W₁| and W₂ within 0.02 of the model by hand in some order, |b| ≤ 0.01, loss < 1e-5",
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
    return {"off by": float(off), "largest bias": bias, "loss": least}, judge(
        bool(off <= near and bias <= 0.01 and least < 1e-5)
    )


@claim(
    "F31.share",
    "Training finds it",
    "at least 0.9 of the starts end with a loss below 1e-5 (differently: at least one half)",
    sources=("F31",),
    expected=Verdict.DIFFERS,
    thresholds=("solved",),
    bars=("least", "some"),
    null=left_out,
)
def found(data: xr.Dataset, solved: float = 1e-5, least: float = 0.9, some: float = 0.5) -> Measured:
    """Of all starts."""
    share = float((data.loss.values < solved).mean())
    return {"share": share, "starts": int(data.loss.size)}, judge(share >= least, share >= some)


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
    bars=("most",),
    null=ordinary_start,
)
def beats_by_hand(data: xr.Dataset, most: float = 1.02) -> Measured:
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
    dense, sparse = bool((ratio[p >= DENSE] <= most).all()), bool((ratio[p <= SPARSE] < 1).all())
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


@claim(
    "F32.count",
    "As features get sparser, superposition lets the model compute more absolute values than it has neurons",
    "features with more than half of |x|'s variance explained: 20 at density 1, and more than 40 (the neurons) at some "
    "density (differently: more than 20, which is what fits without superposition)",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    thresholds=("share",),
    turns="does not hold where all of the variance has to be explained (twice the share): no feature is then counted",
    null=without_superposition,
)
def counts(data: xr.Dataset, share: float = 0.5) -> Measured:
    """Of the best start at every density."""
    count, m = computed(data, share), data.sizes["hidden"]
    dense = bool(count[0] == m // 2)
    return {"densities": by_density(data.density.values), "computed": count.tolist()}, judge(
        dense and bool(count.max() > m), dense and bool(count.max() > m // 2)
    )


def features_held(
    data: xr.Dataset, threshold: float = 0.25, living: float = 0.1
) -> Int[np.ndarray, "density hidden"]:
    """How many features every neuron takes in, by `tsup.circuits.held`."""
    return circuits.held(data.W1.values, data.W2.values, threshold, living).sum(-1)


@claim(
    "F32.monosemantic",
    "Dense features get neurons of their own: two for each of 20 features",
    "at density 1, every neuron holds one feature, and the 20 most important features have two neurons each "
    "(differently: at least 0.9 of the neurons hold one)",
    sources=("F32",),
    thresholds=("threshold", "living"),
    null=sparse_first,
)
def monosemantic(data: xr.Dataset, threshold: float = 0.25, living: float = 0.1) -> Measured:
    """A neuron holds a feature when |W₁|, rescaled, exceeds ¼."""
    taken = circuits.held(data.W1.values[0], data.W2.values[0], threshold, living)
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
    expected=Verdict.DIFFERS,
    thresholds=("threshold", "living"),
    turns="holds where a feature is held from |W₁| of ⅛ on, and where it is held only from ½ on",
    bars=("least",),
    null=relabelled,
)
def important(data: xr.Dataset, threshold: float = 0.25, living: float = 0.1, least: float = 0.3) -> Measured:
    """Over the living neurons of the best start; feature 0 is the most important."""
    held, first = features_held(data, threshold, living), primary(data)
    found = {}
    for p, count, feature in zip(data.density.values, held, first, strict=True):
        if min((count == 1).sum(), (count > 1).sum()) >= 3:
            live = count > 0
            found[float(p)] = float(spearmanr(feature[live], count[live]).statistic)
    values = list(found.values())
    return {"densities": list(found), "rank correlation": values}, judge(
        bool(values) and min(values) >= least, bool(values) and float(np.median(values)) > 0
    )


@claim(
    "F33.mixed",
    "In between, pure neurons stand beside highly polysemantic ones in one model",
    "at some density at least a quarter of the neurons hold one feature, and at least a quarter three or more",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    thresholds=("threshold", "living"),
    turns="does not hold where a feature is held only from |W₁| of ½ on",
    bars=("least",),
    null=without_superposition,
)
def mixed(data: xr.Dataset, threshold: float = 0.25, living: float = 0.1, least: float = 0.25) -> Measured:
    """Of the best start at every density."""
    held = features_held(data, threshold, living)
    pure, poly = (held == 1).mean(1), (held >= 3).mean(1)
    both = np.minimum(pure, poly)
    return {
        "densities": by_density(data.density.values),
        "one feature": by_density(pure),
        "three or more": by_density(poly),
    }, judge(bool(both.max() >= least), bool(both.max() >= 0.1))


def due_to_primary(
    W1: Float[np.ndarray, "hidden feature"],
    density: float,
    neurons: Bool[np.ndarray, " hidden"],
    share: float = TOP,
    active: float = ACTIVE,
) -> Float[np.ndarray, "neuron 2"]:
    """The share of the top `share` and of the lower half of each neuron's activations that its largest feature pushes
    up most."""
    shares = []
    for neuron in np.flatnonzero(neurons):
        h, cause = contributions(W1, density, int(neuron), active)
        by_first = cause == np.abs(W1[neuron]).argmax()
        top = max(int(share * len(h)), 20)
        shares.append([by_first[:top].mean(), by_first[len(h) // 2 :].mean()])
    return np.array(shares).reshape(-1, 2)


@claim(
    "F33.primary",
    "Many polysemantic neurons have a primary feature with a large weight, and secondary ones with smaller weights",
    "of the neurons that hold several features, over densities where there are ten or more, at least half have a "
    "largest |W₁| of twice the second",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    thresholds=("threshold", "living", "ratio"),
    turns="holds at a ratio of 1, which every neuron passes; does not hold at a ratio of 4, nor where a feature is "
    "held only from |W₁| of ½ on",
    bars=("least", "some"),
    null=equal_weights,
)
def primary_weight(
    data: xr.Dataset,
    threshold: float = 0.25,
    living: float = 0.1,
    ratio: float = 2.0,
    least: float = 0.5,
    some: float = 0.25,
) -> Measured:
    """Of the best start at every density."""
    held = features_held(data, threshold, living)
    size = np.sort(np.abs(data.W1.values), -1)
    large = size[..., -1] >= ratio * size[..., -2]
    shares = {
        float(p): float(one[several].mean())
        for p, one, several in zip(data.density.values, large, held > 1, strict=True)
        if several.sum() >= 10
    }
    values = list(shares.values())
    return {"densities": list(shares), "share": by_density(np.array(values))}, judge(
        bool(values) and min(values) >= least, bool(values) and max(values) >= some
    )


@claim(
    "F33.profile",
    "A neuron's largest activations are nearly all due to its primary feature, its smaller ones to many",
    f"over neurons that hold several features, at densities with ten or more: median share of the top {TOP:.0%} due to "
    "the primary feature at least 0.9, and of the lower half at most 0.5",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    thresholds=("threshold", "living", "share", "active"),
    bars=("most", "least"),
    null=equal_weights,
)
def profile(
    data: xr.Dataset,
    threshold: float = 0.25,
    living: float = 0.1,
    share: float = TOP,
    active: float = ACTIVE,
    least: float = 0.9,
    most: float = 0.5,
) -> Measured:
    """Due to: the feature that pushes the neuron up most."""
    several, p = features_held(data, threshold, living) > 1, data.density.values
    at = [k for k in range(len(several)) if several[k].sum() >= 10]
    found = (due_to_primary(data.W1.values[k], float(p[k]), several[k], share, active) for k in at)
    shares = np.array([np.median(one, 0) for one in found]).reshape(-1, 2)
    top, low = shares.T
    return {
        "densities": by_density(data.density.values[at]),
        "of the top": by_density(top),
        "of the lower half": by_density(low),
    }, judge(
        bool(at) and bool(top.min() >= least and low.max() <= most), bool(at) and bool((top > low).all())
    )


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
    thresholds=("ratio", "useful"),
    turns="holds differently at a ratio of 1, which shuffled models pass too often, and at one of 4, which is too much "
    "for many starts",
    bars=("least",),
    null=by_chance,
)
def search(data: xr.Dataset, ratio: float = 2.0, useful: float = 0.2, least: float = 0.5) -> Measured:
    """By the rule of `tsup.circuits.motifs`."""
    found, chance = motif_counts(data.starts_W1.values, data.starts_W2.values, ratio, useful)
    share, mean, null = (found > 0).mean(1), found.mean(1), chance.mean(1)
    at = data.density.values <= 0.2
    return {
        "densities": by_density(data.density.values),
        "share of starts": by_density(share),
        "instances a model": by_density(mean),
        "shuffled": by_density(null),
        "in the best": [
            len(circuits.motifs(W1, W2, ratio, useful))
            for W1, W2 in zip(data.W1.values, data.W2.values, strict=True)
        ],
    }, judge(
        bool((share[at] >= least).all() and (null[at] < mean[at] / 10).all()), bool(share.max() >= least)
    )


@claim(
    "F34.pays",
    "Models with the motif are among the best",
    "at densities of 0.1 and 0.2, the best start beats the model by hand and holds the motif",
    sources=("F34",),
    kind="ours",
    thresholds=("ratio", "least"),
    null=by_chance,
)
def pays(data: xr.Dataset, ratio: float = 2.0, least: float = 0.2) -> Measured:
    """Loss over that of the model by hand, on the same rows."""
    at = (data.density.values >= 0.1) & (data.density.values <= 0.2)
    best = data.loss.values.min(1) / data.hand_loss.values
    count = [
        len(circuits.motifs(W1, W2, ratio, least))
        for W1, W2 in zip(data.W1.values, data.W2.values, strict=True)
    ]
    return {"ratio": by_density(best), "instances": count}, judge(
        bool((best[at] < 1).all() and min(np.array(count)[at]) > 0)
    )


CLAIMS = (
    exact,
    pairs,
    found,
    beats_by_hand,
    ordinary,
    counts,
    monosemantic,
    important,
    mixed,
    primary_weight,
    profile,
    motif,
    search,
    pays,
)
