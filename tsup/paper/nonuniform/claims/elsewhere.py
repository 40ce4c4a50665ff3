"""The pentagon of F18 with its other features at other densities."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.nonuniform.claims.pentagon import DIGONS, PENTAGON, crossing
from tsup.paper.verdict import judge


def same_rest(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F18 with the losses that belong to others of density 0.05 beside every density of the others."""
    one = data.rest_loss.sel(rest=[0.05] * data.sizes["rest"]).values
    return (data.assign(rest_loss=(data.rest_loss.dims, one)),)


def relabelled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F18 with the arrangements in another order for the others' least and greatest density."""
    loss = data.rest_loss.values.copy()
    loss[[0, -1]] = loss[[0, -1], ::-1]
    return (data.assign(rest_loss=(data.rest_loss.dims, loss)),)


@claim(
    "F18.rest",
    "The curves of the pentagon and of two digons cross at other densities of the other features too",
    "with the others at 0.02, 0.05 and 0.15, on the exact loss, they cross once, where feature 0 is rarer than the "
    "others; differently: at two of them",
    sources=("F18",),
    kind="ours",
    null=relabelled,
)
def rest(data: xr.Dataset) -> Measured:
    """Where they cross, in densities of the others."""
    loss, times = data.rest_loss, data.times.values
    gaps = (loss.sel(branch=PENTAGON) - loss.sel(branch=DIGONS)).values
    found = [crossing(times, gap) for gap in gaps]
    right = [len(one) == 1 and one[0] < 1 for one in found]
    told = [
        f"{one[0]:.2f} with the others at {p:g}"
        for one, p in zip(found, data.rest.values, strict=True)
        if len(one) == 1
    ]
    sentence = f"Feature 0 over the others, where the curves cross: {', '.join(told) or 'nowhere once'}."
    measured = {f"others at {p:g}": one for p, one in zip(data.rest.values, found, strict=True)}
    return measured, judge(all(right), sum(right) == 2), sentence


@claim(
    "F18.rest-dense",
    "Whether a denser feature breaks the pentagon as well depends on the density of the others",
    "with feature 0 denser than the others, the least exact loss of the branches is not the pentagon's somewhere with "
    "the others at one of 0.02, 0.05 and 0.15, and is everywhere with them at another",
    sources=("F18",),
    kind="ours",
    null=same_rest,
)
def rest_dense(data: xr.Dataset) -> Measured:
    """Where another arrangement is the cheapest, in densities of the others."""
    ahead = data.rest_loss.sel(times=data.times > 1)
    best = ahead.fillna(np.inf).argmin("branch")
    known = ahead.notnull().any("branch")
    other = ((data.branch.values.tolist().index(PENTAGON) != best) & known).values
    times = ahead.times.values
    ends = [f"{times[one].min():.1f} to {times[one].max():.1f}" if one.any() else "none" for one in other]
    told = [f"{end} with the others at {p:g}" for end, p in zip(ends, data.rest.values, strict=True)]
    sentence = f"Feature 0 over the others, where the pentagon is not the best: {', '.join(told)}."
    measured = {f"others at {p:g}": end for p, end in zip(data.rest.values, ends, strict=True)}
    some = [bool(one.any()) for one in other]
    return measured, judge(any(some) and not all(some)), sentence


CLAIMS = (
    rest,
    rest_dense,
)
