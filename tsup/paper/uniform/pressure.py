"""Pressure: whether more competing features and longer training make cleaner polytopes (C5)."""

import numpy as np
import xarray as xr

from tsup.measure import norms
from tsup.paper.claim import Measured, claim
from tsup.paper.uniform.analysis import filled
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, percent


def at_random(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Every feature keeps its norm and points at random."""
    W = data.W.values.astype(float)
    other = np.random.default_rng(5).standard_normal(W.shape)
    return (data.assign(W=(data.W.dims, other * (norms(W) / norms(other))[..., None, :])),)


def _by_density(data: xr.Dataset, shares: np.ndarray) -> dict[str, list[float]]:
    """Rounded shares (n, density) by density."""
    names = [f"density {p:g}" for p in data.density.values]
    return {name: [round(float(v), 3) for v in row] for name, row in zip(names, shares.T, strict=True)}


@claim(
    "C5.features",
    "More competing features make cleaner polytopes",
    "after the long training, from the fewest features above 2m to the most, the share of the dimensions that no known "
    "polytope fills falls to at most 0.8 of what it was, at every density; differently: at some density",
    sources=("C5",),
    expected=Verdict.DIFFERS,
    thresholds=("represented", "tolerance", "match"),
    bars=("left",),
    null=at_random,
    turns="With right angles to a cosine of 0.05 instead of 0.1 groups run into each other, and no density is left.",
)
def more_features(
    data: xr.Dataset,
    represented: float = 0.5,
    tolerance: float = 0.1,
    match: float = 0.15,
    left: float = 0.8,
) -> Measured:
    """The share filled by n, at each density; up to 2m features are left out, which pairs hold at no cost."""
    shares = filled(data, represented, tolerance, match)[-1]
    crowded = 1 - shares[data.n.values > 2 * data.sizes["hidden"]]
    fell = (crowded[-1] < crowded[0]) & (crowded[-1] <= left * crowded[0])
    best = (crowded[0] - crowded[-1]).argmax()
    fewest, most = data.n.values[data.n.values > 2 * data.sizes["hidden"]][[0, -1]]
    sentence = (
        f"From {fewest} to {most} features the unfilled share falls enough at "
        f"{of(fell.sum(), fell.size, 'density')}; at density "
        f"{data.density.values[best]:g} from {percent(crowded[0, best])} to {percent(crowded[-1, best])}."
    )
    measured = {"n": data.n.values.tolist(), **_by_density(data, shares)}
    return measured, judge(bool(fell.all()), bool(fell.any())), sentence


@claim(
    "C5.longer",
    "Longer training makes cleaner polytopes",
    "at the most features, the same share falls from the short to the long training to at most 0.8 of what it was, at "
    "every density; differently: at some density",
    sources=("C5",),
    expected=Verdict.DIFFERS,
    thresholds=("represented", "tolerance", "match"),
    bars=("left",),
    null=at_random,
)
def longer(
    data: xr.Dataset,
    represented: float = 0.5,
    tolerance: float = 0.1,
    match: float = 0.15,
    left: float = 0.8,
) -> Measured:
    """The share filled by density, after each length."""
    most = filled(data.isel(n=[-1]), represented, tolerance, match)[:, 0]
    fell = (most[-1] > most[0]) & (1 - most[-1] <= left * (1 - most[0]))
    best = (most[-1] - most[0]).argmax()
    lengths = [
        f"{length}, {steps} steps"
        for length, steps in zip(data.length.values, data.steps.values, strict=True)
    ]
    found = {name: [round(float(v), 3) for v in row] for name, row in zip(lengths, most, strict=True)}
    sentence = (
        f"From {data.steps.values[0]:,} to {data.steps.values[-1]:,} steps the unfilled share falls enough at "
        f"{of(fell.sum(), fell.size, 'density')}; at density {data.density.values[best]:g} from "
        f"{percent(1 - most[0, best])} to {percent(1 - most[-1, best])}."
    )
    measured = {"densities": data.density.values.tolist(), **found}
    return measured, judge(bool(fell.all()), bool(fell.any())), sentence


CLAIMS = (
    more_features,
    longer,
)
