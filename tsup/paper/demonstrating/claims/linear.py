"""A model that behaves linearly, and interference (F06, F07)."""

import numpy as np
import xarray as xr

from tsup.measure import gram, interference, represented
from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.nulls import scattered
from tsup.paper.verdict import judge
from tsup.words import bound, count, percent, span


def anywhere(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Features in random directions, and biases that belong to other features."""
    return scattered(data.assign(b=data.b.copy(data=data.b.values[..., ::-1])), "W")


def linear_like(W: np.ndarray, hidden: int, tolerance: float, norm: float = 0.5) -> Measured:
    """How far WᵀW of W (hidden, feature) is from the diagonal of as many ones as hidden dimensions, then zeros."""
    ideal = np.diag((np.arange(W.shape[1]) < hidden).astype(float))
    off = float(np.abs(gram(W) - ideal).max())
    kept = int(represented(W, norm).sum())
    sentence = f"The model keeps {count(kept, 'feature')}, and no entry of WᵀW is off by more than {off:.2g}."
    return {"furthest entry": off}, judge(off <= tolerance, kept == hidden), sentence


@claim(
    "F06.gram",
    "A model that behaves linearly keeps the top five features exactly: WᵀW is diag(1×5, 0×15)",
    "at density 1, every entry within 0.02",
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
    "at density 1, every bias of an unrepresented feature within 0.02 of p/2",
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
    sentence = (
        f"The biases of {count(int(dropped.sum()), 'dropped feature')} are within {most:.2g} of {target:g}."
    )
    return (
        {"dropped": int(dropped.sum()), "furthest from p/2": most},
        judge(most <= within and bool(dropped.any())),
        sentence,
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
    sentence = (
        f"The two orthogonal features have interference {span(found[:2])}, the two of the pair "
        f"{span(found[2:])}."
    )
    return {"interference": found}, judge(bool(np.allclose(found, [0, 0, 1, 1], atol=1e-9))), sentence


@claim(
    "F07.dense",
    "The features that a linear-like model keeps do not interfere",
    "at density 1, interference of every represented feature ≤ 0.01",
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
    sentence = (
        f"The model keeps {count(int(kept.sum()), 'feature')}, with an interference below {bound(most)}."
    )
    return {"represented": int(kept.sum()), "most": most}, judge(most <= limit and bool(kept.any())), sentence


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
    sentence = (
        f"At density {float(data.density.values[-1]):g}, {percent(share)} of "
        f"{count(values.size, 'kept feature')} are "
        f"interfered with; the least interference is {least:.2g}."
    )
    return {"least": least, f"share ≥ {interfered:g}": share}, judge(share == 1, share > 0.5), sentence


def linear_only(data: xr.Dataset) -> xr.Dataset:
    """The linear model's weights, which do not superpose, under both names."""
    return data.sel(model=["linear", "linear"]).assign_coords(model=["linear", "relu"])


CLAIMS = (
    gram_diagonal,
    dropped_bias,
    hand_made,
    no_interference,
    shared,
)
