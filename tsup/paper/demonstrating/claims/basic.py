"""The basic results, and the same with larger models (F08, F09)."""

import numpy as np
import xarray as xr

from tsup.measure import antipodal, represented
from tsup.paper.claim import AT_ONE, Claim, Measured, claim
from tsup.paper.demonstrating.claims.linear import linear_only
from tsup.paper.nulls import sparse_first
from tsup.paper.verdict import Verdict, judge
from tsup.words import count, of, span


def relu_only(data: xr.Dataset) -> xr.Dataset:
    """The ReLU-output model's weights under both names."""
    return data.sel(model=["relu", "relu"]).assign_coords(model=["linear", "relu"])


def unordered(data: xr.Dataset) -> xr.Dataset:
    """Models in which features of any importance are kept."""
    return data.isel(feature=np.random.default_rng(0).permutation(data.sizes["feature"]))


def counts(data: xr.Dataset, model: str, norm: float = 0.5) -> np.ndarray:
    """How many features the best model represents at every density."""
    return represented(data.W.sel(model=model).values, norm).sum(-1)


def exactly(found: np.ndarray, hidden: int) -> Measured:
    """Whether every count is the number of hidden dimensions."""
    off = int(np.abs(found - hidden).max())
    where = f" at all {len(found)} densities" if len(found) > 1 else ""
    sentence = f"In {count(hidden, 'dimension')} the best start keeps {span(found, 'd')} features{where}."
    return {"represented": found.tolist(), "hidden": hidden}, judge(off == 0, off <= 1), sentence


def top_kept(W: np.ndarray, hidden: int, norm: float = 0.5) -> Measured:
    """At how many densities W (density, hidden, feature) keeps the most important features alone."""
    top = np.arange(W.shape[-1]) < hidden
    right = (represented(W, norm) == top).all(-1)
    sentence = (
        f"The {hidden} most important features, and no others, are kept at "
        f"{of(int(right.sum()), len(W), 'density')}."
    )
    return (
        {"densities": len(W), "of which right": int(right.sum())},
        judge(bool(right.all()), bool(right.any())),
        sentence,
    )


def growing(found: np.ndarray) -> Measured:
    """Whether counts, from dense to sparse, never fall and end above where they began."""
    rises = np.diff(found)
    falls = "never falls" if (rises >= 0).all() else "falls"
    sentence = (
        f"From the densest to the sparsest features it keeps {found[0]}, then {found[-1]}; on the way the "
        f"number {falls}."
    )
    return (
        {"represented": found.tolist()},
        judge(bool((rises >= 0).all() and rises.any()), bool(rises.sum() > 0)),
        sentence,
    )


def least_first(W: np.ndarray, opposite: float, norm: float, differently: float) -> Measured:
    """At the densest W (hidden, feature) with antipodal pairs, whether the paired are the least important kept.

    A pair's cosine is below −1 + opposite.
    """
    for weights in W:
        pairs = antipodal(weights * (0.5 / norm), opposite - 1)
        if pairs.any():
            break
    else:
        return {"pairs": 0}, Verdict.FAILS, "There are 0 antipodal pairs at any density."
    paired = np.flatnonzero(pairs.any(0))
    alone = np.setdiff1d(np.flatnonzero(represented(weights, norm)), paired)
    inversions = int((alone[:, None] > paired).sum())
    share = inversions / max(1, alone.size * paired.size)
    measured = {"paired": paired.tolist(), "alone": alone.tolist(), "out of order": share}
    sentence = (
        f"Where pairs first appear, {len(paired)} features are paired and {len(alone)} alone; a "
        "paired one matters more "
        f"in {of(inversions, alone.size * paired.size, 'comparison')}."
    )
    return measured, judge(inversions == 0, share < differently), sentence


def _basic(row: str, hidden: int) -> tuple[Claim, ...]:
    """The claims that F08 and, rescaled, F09 share."""
    sources = (row,)

    @claim(
        f"{row}.linear-count",
        f"The linear model represents exactly {hidden} features at every sparsity",
        f"{hidden} norms above ½ at all densities; differently: {hidden} ± 1",
        sources=sources,
        thresholds=("norm",),
        turns=AT_ONE,
        null=lambda data: (relu_only(data),),
    )
    def linear_count(data: xr.Dataset, norm: float = 0.5) -> Measured:
        return exactly(counts(data, "linear", norm), hidden)

    @claim(
        f"{row}.linear-top",
        "They are the most important ones, like the top principal components",
        f"features 0 to {hidden - 1} at every density",
        sources=sources,
        thresholds=("norm",),
        turns=AT_ONE,
        null=lambda data: (unordered(data),),
    )
    def linear_top(data: xr.Dataset, norm: float = 0.5) -> Measured:
        return top_kept(data.W.sel(model="linear").values, hidden, norm)

    @claim(
        f"{row}.relu-dense",
        f"On dense features the ReLU-output model does the same: {hidden} features",
        f"{hidden} norms above ½ at density 1; differently: {hidden} ± 1",
        sources=sources,
        thresholds=("norm",),
        turns=AT_ONE,
        null=sparse_first,
    )
    def relu_dense(data: xr.Dataset, norm: float = 0.5) -> Measured:
        return exactly(counts(data, "relu", norm)[:1], hidden)

    @claim(
        f"{row}.relu-growing",
        "It represents more features the sparser they are",
        "the count never falls from dense to sparse, and rises; differently: it ends higher than it began",
        sources=sources,
        thresholds=("norm",),
        null=lambda data: (linear_only(data),),
    )
    def relu_growing(data: xr.Dataset, norm: float = 0.5) -> Measured:
        return growing(counts(data, "relu", norm))

    @claim(
        f"{row}.least-first",
        "Antipodal pairs appear first among the least important represented features",
        "where pairs first appear, each paired feature is less important than each unpaired one; "
        "differently: less than a quarter of these comparisons are the other way",
        sources=sources,
        thresholds=("opposite", "norm"),
        turns=AT_ONE if row == "F08" else "",
        bars=("differently",),
        null=lambda data: (unordered(data),),
    )
    def least_paired_first(
        data: xr.Dataset, opposite: float = 0.1, norm: float = 0.5, differently: float = 0.25
    ) -> Measured:
        return least_first(data.W.sel(model="relu").values, opposite, norm, differently)

    return linear_count, linear_top, relu_dense, relu_growing, least_paired_first


@claim(
    "F09.rescaled",
    "The larger models are a rescaled version of the smaller ones",
    "features represented per dimension within 10 % of F08's at every density; differently: within 50 %",
    sources=("F08", "F09"),
    expected=Verdict.DIFFERS,
    thresholds=("norm",),
    turns=AT_ONE,
    bars=("near", "far"),
    null=lambda small, large: (small, linear_only(large)),
)
def rescaled(
    small: xr.Dataset, large: xr.Dataset, norm: float = 0.5, near: float = 0.1, far: float = 0.5
) -> Measured:
    """ReLU output, density by density."""
    many, few = (counts(data, "relu", norm) / data.sizes["hidden"] for data in (large, small))
    ratios = np.divide(many, few, out=np.full(len(few), np.inf), where=few > 0)
    off = float(np.abs(ratios - 1).max())
    sentence = (
        f"Per dimension the larger models keep {span(ratios, '.2f')} times as many features, by density."
    )
    return {"F09 over F08": [round(float(r), 3) for r in ratios]}, judge(off <= near, off <= far), sentence


CLAIMS = (
    *_basic("F08", 5),
    *_basic("F09", 20),
    rescaled,
)
