"""The set-up (F05), a model that behaves linearly (F06, F07), and the basic results (F08, F09)."""

from collections.abc import Callable

import numpy as np
import xarray as xr

from tsup.config import Features
from tsup.data import sample
from tsup.exact.theory import left_out
from tsup.measure import antipodal, gram, interference, represented
from tsup.paper.claim import Claim, Measured, claim
from tsup.paper.nulls import scattered, sparse_first
from tsup.paper.verdict import Verdict, judge

ROWS = 200_000
AT_ONE = (
    "The verdict turns where only norms above 1 count as represented, which is the very length of a feature with a "
    "dimension to itself."
)


def anywhere(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Features in random directions, and biases that belong to other features."""
    return scattered(data.assign(b=data.b.copy(data=data.b.values[..., ::-1])), "W")


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
    return ratios, judge(off <= most, off <= 0.1)


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
    return ratios, judge(off <= most, off <= 0.1)


def linear_like(W: np.ndarray, hidden: int, tolerance: float, norm: float = 0.5) -> Measured:
    """How far WᵀW of W (hidden, feature) is from the diagonal of as many ones as hidden dimensions, then zeros."""
    ideal = np.diag((np.arange(W.shape[1]) < hidden).astype(float))
    off = float(np.abs(gram(W) - ideal).max())
    return {"furthest entry": off}, judge(off <= tolerance, bool(represented(W, norm).sum() == hidden))


@claim(
    "F06.gram",
    "A model that behaves linearly keeps the top five features exactly: WᵀW is diag(1×5, 0×15)",
    "every entry within 0.02",
    sources=("F06",),
    thresholds=("norm",),
    bars=("within",),
    null=anywhere,
)
def gram_diagonal(data: xr.Dataset, within: float = 0.02, norm: float = 0.5) -> Measured:
    """ReLU output on dense features."""
    return linear_like(data.W.values[0], data.sizes["hidden"], within, norm)


@claim(
    "F06.bias",
    "Its bias is p/2, the expected value, for the features that it drops",
    "every bias of an unrepresented feature within 0.02 of p/2",
    sources=("F06",),
    thresholds=("norm",),
    turns=AT_ONE,
    bars=("within",),
    null=anywhere,
)
def dropped_bias(data: xr.Dataset, within: float = 0.02, norm: float = 0.5) -> Measured:
    """ReLU output on dense features."""
    dropped = ~represented(data.W.values[0], norm)
    target = float(data.density[0]) / 2
    off = np.abs(data.b.values[0][dropped] - target)
    most = float(off.max(initial=0.0))
    return {"dropped": int(dropped.sum()), "furthest from p/2": most}, judge(
        most <= within and bool(dropped.any())
    )


@claim(
    "F07.orthogonal",
    "Interference is 0 for a feature orthogonal to all others, and 1 for each of an antipodal pair",
    "within 1e-9",
    kind="identity",
)
def hand_made() -> Measured:
    """Two orthogonal features and one digon of unit vectors, in three dimensions."""
    digon = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, -1]], dtype=float)
    found = [round(float(v), 9) for v in interference(digon)]
    return {"interference": found}, judge(bool(np.allclose(found, [0, 0, 1, 1], atol=1e-9)))


@claim(
    "F07.dense",
    "The features that a linear-like model keeps do not interfere",
    "interference of every represented feature ≤ 0.01",
    sources=("F06",),
    thresholds=("norm",),
    bars=("limit",),
    null=anywhere,
)
def no_interference(data: xr.Dataset, limit: float = 0.01, norm: float = 0.5) -> Measured:
    """ReLU output on dense features."""
    W = data.W.values[0]
    kept = represented(W, norm)
    most = float(interference(W)[kept].max(initial=0.0))
    return {"represented": int(kept.sum()), "most": most}, judge(most <= limit and bool(kept.any()))


@claim(
    "F07.sparse",
    "Sparse features share directions: each that a model keeps is interfered with",
    "at the lowest density, interference of every represented feature ≥ 0.1; differently: of most of them",
    sources=("F08",),
    thresholds=("interfered", "norm"),
    null=lambda data: (linear_only(data),),
)
def shared(data: xr.Dataset, interfered: float = 0.1, norm: float = 0.5) -> Measured:
    """ReLU output on the sparsest features of F08."""
    W = data.W.sel(model="relu").values[-1]
    values = interference(W)[represented(W, norm)]
    share = float((values >= interfered).mean()) if values.size else 0.0
    least = float(values.min(initial=np.inf))
    return {"least": least, f"share ≥ {interfered:g}": share}, judge(share == 1, share > 0.5)


def linear_only(data: xr.Dataset) -> xr.Dataset:
    """The linear model's weights, which do not superpose, under both names."""
    return data.sel(model=["linear", "linear"]).assign_coords(model=["linear", "relu"])


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
    return {"represented": found.tolist(), "hidden": hidden}, judge(off == 0, off <= 1)


def top_kept(W: np.ndarray, hidden: int, norm: float = 0.5) -> Measured:
    """At how many densities W (density, hidden, feature) keeps the most important features alone."""
    top = np.arange(W.shape[-1]) < hidden
    right = (represented(W, norm) == top).all(-1)
    return {"densities": len(W), "of which right": int(right.sum())}, judge(
        bool(right.all()), bool(right.any())
    )


def growing(found: np.ndarray) -> Measured:
    """Whether counts, from dense to sparse, never fall and end above where they began."""
    rises = np.diff(found)
    return {"represented": found.tolist()}, judge(
        bool((rises >= 0).all() and rises.any()), bool(rises.sum() > 0)
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
        return {"pairs": 0}, Verdict.FAILS
    paired = np.flatnonzero(pairs.any(0))
    alone = np.setdiff1d(np.flatnonzero(represented(weights, norm)), paired)
    inversions = int((alone[:, None] > paired).sum())
    share = inversions / max(1, alone.size * paired.size)
    measured = {"paired": paired.tolist(), "alone": alone.tolist(), "out of order": share}
    return measured, judge(inversions == 0, share < differently)


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
    return {"F09 over F08": [round(float(r), 3) for r in ratios]}, judge(off <= near, off <= far)


CLAIMS = (
    data_moments,
    best_bias,
    gram_diagonal,
    dropped_bias,
    hand_made,
    no_interference,
    shared,
    *_basic("F08", 5),
    *_basic("F09", 20),
    rescaled,
)
