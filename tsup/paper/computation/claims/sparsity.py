"""How many absolute values a model computes as features get sparser, and with which neurons (F32)."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int
from scipy.stats import spearmanr

from tsup import circuits
from tsup.exact import theory
from tsup.paper.claim import Measured, claim
from tsup.paper.computation.analysis import computed
from tsup.paper.nulls import sparse_first
from tsup.paper.verdict import Verdict, judge
from tsup.words import count as counted
from tsup.words import span

DENSE, SPARSE = 0.3, 0.1


def without_superposition(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with the model by hand in place of the trained ones: two neurons a feature at every density."""
    n, m = data.sizes["feature"], data.sizes["hidden"]
    hand = circuits.by_hand(n, m, 1)
    weights = {
        name: data[name].copy(data=np.broadcast_to(hand[name], data[name].shape)) for name in ("W1", "W2")
    }
    return (data.assign(weights | {"explained": _replaced_by(data.explained, "by hand")}),)


def ordinary_start(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with the models from an ordinary start in place of those from a positive read-out."""
    return (data.assign(test_loss=_replaced_by(data.test_loss, "ordinary start")),)


def means_alone(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with models that answer every |x| with its mean in place of those from an ordinary start."""
    loss = data.test_loss.copy()
    lost = float(data.importance.sum()) * theory.left_out(data.density.values)
    loss.loc[{"model": "ordinary start"}] = lost
    return (data.assign(test_loss=loss),)


def _replaced_by(values: xr.DataArray, model: str) -> xr.DataArray:
    return xr.where(values.model == "trained", values.sel(model=model, drop=True), values).transpose(
        *values.dims
    )


def relabelled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with its features dealt out anew, so that a feature's place says nothing about its importance."""
    order = np.random.default_rng(32).permutation(data.sizes["feature"])
    W1, W2 = data.W1.values[..., order], data.W2.values[..., order, :]
    return (data.assign(W1=data.W1.copy(data=W1), W2=data.W2.copy(data=W2)),)


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
    sentence = (
        f"The loss is {span(ratio[p >= DENSE], '.2f')} of that by hand at densities from {DENSE} on, and "
        f"{span(ratio[p <= SPARSE], '.2f')} up to {SPARSE}."
    )
    return measured, judge(dense and sparse, sparse), sentence


@claim(
    "F32.start",
    "An ordinary start gets there too",
    f"the best of the Glorot starts loses at most as much as the model by hand at densities up to {SPARSE}",
    sources=("F32",),
    expected=Verdict.FAILS,
    bars=("most",),
    null=means_alone,
)
def ordinary(data: xr.Dataset, most: float = 1.0) -> Measured:
    """On the same new rows."""
    _, glorot, hand = data.test_loss.values
    ratio = glorot / hand
    sparse = ratio[data.density.values <= SPARSE]
    sentence = (
        f"At densities up to {SPARSE} its loss is {span(sparse, '.0f')} times that of the model by hand."
    )
    reached = sparse <= most
    return {"ratio": by_density(ratio)}, judge(bool(reached.all()), bool(reached.any())), sentence


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
    sentence = (
        f"With {m} neurons it computes {counted(count[0], 'feature')} at density "
        f"{data.density.values[0]:g} and at most "
        f"{count.max()}, at density {data.density.values[count.argmax()]:g}."
    )
    measured = {"densities": by_density(data.density.values), "computed": count.tolist()}
    return measured, judge(dense and bool(count.max() > m), dense and bool(count.max() > m // 2)), sentence


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
    sentence = (
        f"Of {len(one)} neurons {one.sum()} hold one feature, and of the {len(neurons)} most important features "
        f"{(neurons == 2).sum()} have two neurons."
    )
    return measured, judge(bool(one.all() and (neurons == 2).all()), float(one.mean()) >= 0.9), sentence


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
    differently="at least 0.3 in the median over these densities",
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
    correlations = f", the rank correlation is {span(values, '.2f')}" if values else ""
    sentence = f"At {counted(len(found), 'density')} with three neurons of both kinds or more{correlations}."
    measured = {"densities": list(found), "rank correlation": values}
    holds = bool(values) and min(values) >= least
    return measured, judge(holds, bool(values) and float(np.median(values)) >= least), sentence


CLAIMS = (
    beats_by_hand,
    ordinary,
    counts,
    monosemantic,
    important,
)
