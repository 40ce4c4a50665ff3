"""Correlated pairs that collapse into their principal components (F21)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup.measure import norms
from tsup.paper.claim import Measured, claim
from tsup.paper.nonuniform.analysis import components
from tsup.paper.nonuniform.claims.sets import relabelled, side_by_side
from tsup.paper.verdict import Verdict, judge
from tsup.words import count, listing, percent, span


def collapsed(
    W: Float[np.ndarray, "*model 2 6"], near: float = 0.1, norm: float = 0.5
) -> Bool[np.ndarray, "*model pair"]:
    """Which pairs are one direction: members nearer than a tenth, the principal component of norm above one half."""
    first, second = components(W)
    return (second < near / np.sqrt(2)) & (first > norm)


@claim(
    "F21.hexagon",
    "Sparse, the three pairs make a hexagon with the members of a pair side by side",
    "at the sparsest density, the best start has six represented features in this order, and gaps of 60° ± 6°; "
    "differently: the order alone",
    sources=("F21",),
    bars=("within",),
    null=relabelled,
)
def hexagon(data: xr.Dataset, within: float = 6.0) -> Measured:
    """Share of all starts at that density that are in this order."""
    W = data.W.values[0].astype(float)
    angles = np.sort(np.degrees(np.arctan2(W[1], W[0])))
    gaps = np.diff(angles, append=angles[:1] + 360)
    ordered = bool(side_by_side(W))
    share = float(side_by_side(data.start_W.values[0]).mean())
    sentence = (
        f"The gaps of the best start are {span(gaps, '.0f')}°; {percent(share)} of all starts have the "
        "pairs side by side."
    )
    measured = {"gaps": [float(g) for g in gaps], "in order": ordered, "share of starts": share}
    return measured, judge(ordered and bool(np.abs(gaps - 60).max() <= within), ordered), sentence


@claim(
    "F21.steps",
    "As density grows the pairs collapse one after another",
    "the number of collapsed pairs of the best start never falls, and takes every value from 0 to 3; "
    "differently: it ends at 3, with a value between on the way",
    sources=("F21",),
    thresholds=("near", "norm"),
    null=relabelled,
    expected=Verdict.DIFFERS,
    turns="with norms above ¼ it holds, with norms above 1 it does not: the norms of collapsed pairs reach down to 0.4",
)
def steps(data: xr.Dataset, near: float = 0.1, norm: float = 0.5) -> Measured:
    """By density, from sparse to dense."""
    counts = collapsed(data.W.values, near, norm).sum(-1)
    first = [float(data.density.values[(counts >= k).argmax()]) for k in (1, 2, 3) if (counts >= k).any()]
    between = bool(np.isin([1, 2], counts).any()) and bool((counts == 3).any())
    whole = bool((np.diff(counts) >= 0).all()) and set(counts.tolist()) == {0, 1, 2, 3}
    when = f", first at densities {listing([f'{p:.2g}' for p in first])}" if first else ""
    sentence = (
        f"Up to {count(counts.max(), 'pair')} collapse{when}; at the densest, {data.density.values[-1]:g}, "
        f"{counts[-1]} are collapsed."
    )
    return (
        {"collapsed": counts.tolist(), "first with one, two, three": first},
        judge(whole, between),
        sentence,
    )


@claim(
    "F21.norm",
    "The members of a collapsed pair coincide at norm 1/√2",
    "some pair collapses, and over all densities the norms of members of collapsed pairs are within 5 % of 1/√2; "
    "differently: within 15 %",
    sources=("F21",),
    thresholds=("near", "norm"),
    bars=("within",),
    null=relabelled,
    expected=Verdict.FAILS,
    turns="with norms above 1 it holds, since only the longest components are counted then",
)
def coincide(data: xr.Dataset, near: float = 0.1, norm: float = 0.5, within: float = 0.05) -> Measured:
    """Norms of members of collapsed pairs, in models with at most two of them and in models with three."""
    done, W = collapsed(data.W.values, near, norm), norms(data.W.values)
    lengths = W.reshape(*done.shape, 2)
    three = done.all(-1)
    parts = {"up to two pairs": lengths[~three][done[~three]], "three pairs": lengths[three].ravel()}
    off = max(float(np.abs(values * np.sqrt(2) - 1).max(initial=0)) for values in parts.values())
    measured = {name: [float(v.min()), float(v.max())] for name, v in parts.items() if v.size}
    norms_of = [f"{span(v, '.2f')} in models with {name} collapsed" for name, v in parts.items() if v.size]
    sentence = (
        f"1/√2 is {2**-0.5:.2f}; the norms are {listing(norms_of)}."
        if norms_of
        else "There are 0 collapsed pairs."
    )
    return measured, judge(bool(done.any()) and off <= within, bool(done.any()) and off <= 0.15), sentence


@claim(
    "F21.pca",
    "In the dense regime the solution is equivalent to principal component analysis",
    "at the densest value W(a − b)/√2 is below 0.1 for every pair, and WWᵀ within 0.05 of the identity: the model "
    "projects onto two of the three directions that (a + b)/√2 span; differently: the first alone",
    sources=("F21",),
    bars=("least", "within"),
    null=relabelled,
)
def principal(data: xr.Dataset, least: float = 0.1, within: float = 0.05) -> Measured:
    """The best start."""
    W = data.W.values[-1].astype(float)
    second, off = float(components(W)[1].max()), float(np.abs(W @ W.T - np.eye(2)).max())
    measured = {"density": float(data.density.values[-1]), "(a − b)/√2": second, "WWᵀ off by": off}
    sentence = (
        f"At density {data.density.values[-1]:g} the second components are at most {second:.2g}, and WWᵀ is off by "
        f"{off:.2g}."
    )
    return measured, judge(second < least and off <= within, second < least), sentence


CLAIMS = (
    hexagon,
    steps,
    coincide,
    principal,
)
