"""Correlated and anticorrelated sets (F19, F20)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup.measure import cosines, gram, represented
from tsup.paper.claim import Measured, claim, densities
from tsup.paper.nonuniform.analysis import PAIRS
from tsup.paper.nonuniform.schema import FEATURE_AXES
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, percent, span


def relabelled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F19 – F21 with features in another order, so that those of one set no longer come together."""
    order = {4: [0, 2, 1, 3], 6: [0, 2, 4, 1, 3, 5], 20: [*range(0, 20, 2), *range(1, 20, 2)]}
    moved = {}
    for name, values in data.data_vars.items():
        for axis in FEATURE_AXES & set(values.dims):
            values = values.isel({axis: order[values.sizes[axis]]})
        moved[name] = (values.dims, values.values)
    return (data.assign(moved),)


def best_and_share(data: xr.Dataset, name: str, good: Bool[np.ndarray, "density replica"]) -> Measured:
    """Whether the best start of every density has a property, and how many starts do."""
    best = data[f"{name}_replica_loss"].values.argmin(1)
    found = good[np.arange(len(good)), best]
    measured = {
        "densities": [float(p) for p in data[f"{name}_density"].values],
        "best start": [bool(one) for one in found],
        "share of starts": [float(share) for share in good.mean(1)],
    }
    sentence = (
        f"The best start does so at {of(found.sum(), len(found), 'density')}; of all starts "
        f"{span(100 * good.mean(1), '.0f')} % do."
    )
    return measured, judge(bool(found.all()), bool(found.any())), sentence


def _within(W: np.ndarray, pairs: tuple[tuple[int, int], ...]) -> np.ndarray:
    """The cosine within each pair: (*model, pair)."""
    return np.stack([cosines(W)[..., i, j] for i, j in pairs], -1)


@claim(
    "F19.correlated",
    "Members of a correlated pair are orthogonal",
    "in the best start at each of three densities, all four represented (norm > ½) and |cosine| < 0.1 within both "
    "pairs; differently: at some density",
    sources=("F19",),
    thresholds=("norm", "near"),
    null=relabelled,
)
def correlated(data: xr.Dataset, norm: float = 0.5, near: float = 0.1) -> Measured:
    """Two pairs in two dimensions."""
    W = data.correlated_start_W.values
    good = (np.abs(_within(W, PAIRS[:2])) < near).all(-1) & represented(W, norm).all(-1)
    return best_and_share(data, "correlated", good)


@claim(
    "F19.anticorrelated",
    "Members of an anticorrelated pair are antipodal",
    "in the best start at each of three densities, all four represented (norm > ½) and a cosine within 0.05 of −1 "
    "within both pairs; differently: at some density",
    sources=("F19",),
    thresholds=("norm", "near"),
    null=relabelled,
    turns="at a norm of 1 it turns, since the norms of these models lie about 1",
)
def anticorrelated(data: xr.Dataset, norm: float = 0.5, near: float = 0.05) -> Measured:
    """Two pairs in two dimensions."""
    W = data.anticorrelated_start_W.values
    good = (_within(W, PAIRS[:2]) < near - 1).all(-1) & represented(W, norm).all(-1)
    return best_and_share(data, "anticorrelated", np.asarray(good))


def side_by_side(W: Float[np.ndarray, "*model 2 6"], norm: float = 0.5) -> Bool[np.ndarray, "*model"]:
    """Whether six represented features stand around the circle with the members of every pair next to each other."""
    order = np.argsort(np.arctan2(W[..., 1, :], W[..., 0, :]), axis=-1)
    pair = order // 2
    one, other = pair[..., ::2] == pair[..., 1::2], pair[..., 1::2] == np.roll(pair, -1, -1)[..., 1::2]
    return np.asarray((one.all(-1) | other.all(-1)) & represented(W, norm).all(-1))


@claim(
    "F19.side-by-side",
    "Where three correlated pairs do not fit, members of a pair stand side by side",
    "in the best start at each of three densities, all six represented (norm > ½) and every pair adjacent in the order "
    "around the circle; differently: at some density",
    sources=("F19",),
    thresholds=("norm",),
    null=relabelled,
    turns="at a norm of 1 it turns, since the norms of these models lie about 1",
)
def adjacent(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """Three pairs in two dimensions; gaps are not looked at."""
    return best_and_share(data, "three", side_by_side(data.three_start_W.values, norm))


@claim(
    "F20.diagonal",
    "Within a set of correlated features the model is nearly an orthonormal basis",
    "at each of three densities both diagonal blocks of WᵀW within 0.1 of the identity in every entry; differently: "
    "within 0.25",
    sources=("F20",),
    bars=("within",),
    null=relabelled,
    expected=Verdict.DIFFERS,
)
def diagonal(data: xr.Dataset, within: float = 0.1) -> Measured:
    """The best start."""
    blocks = [G[s, s] - np.eye(10) for G in gram(data.W.values) for s in (slice(10), slice(10, 20))]
    off = np.abs(blocks).reshape(data.sizes["density"], -1).max(1).tolist()
    p = densities(data)
    sentence = (
        f"No entry is off by more than {off[0]:.2f} at density {p[0]:g}, and {off[-1]:.2f} at {p[-1]:g}."
    )
    return {"densities": p, "furthest entry": off}, judge(max(off) <= within, max(off) <= 0.25), sentence


@claim(
    "F20.cross",
    "The interference is between the sets",
    "at each of three densities at least 95 % of the sum of squares off the diagonal of WᵀW lies in the cross blocks; "
    "differently: 75 %",
    sources=("F20",),
    bars=("least",),
    null=relabelled,
)
def across(data: xr.Dataset, least: float = 0.95) -> Measured:
    """The best start; half of the pairs at random would be in the cross blocks."""
    G = gram(data.W.values) ** 2 * (1 - np.eye(20))
    share = (2 * G[:, :10, 10:].sum((1, 2)) / G.sum((1, 2))).tolist()
    p = densities(data)
    sentence = (
        f"Between the sets lie {percent(share[0])} of it at density {p[0]:g} and {percent(share[-1])} at "
        f"{p[-1]:g}."
    )
    measured = {"densities": p, "share in the cross blocks": share}
    return measured, judge(min(share) >= least, min(share) >= 0.75), sentence


CLAIMS = (
    correlated,
    anticorrelated,
    adjacent,
    diagonal,
    across,
)
