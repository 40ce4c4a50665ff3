"""What sparse codes cost: what they leave unexplained, and how much too short reconstructions are (C6)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.sparse.analysis import (
    DENSITY,
    KINDS,
    at_sparsity,
    by_kind,
)
from tsup.paper.verdict import Verdict, judge
from tsup.words import span


def all_as_l1(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Every kind with what was measured of L1."""
    names = ("tried_active", "tried_unexplained", "scale", "tried_scale")
    l1 = data.sel(kind="L1", drop=True)
    same = {name: xr.broadcast(l1[name], data[name])[0].transpose(*data[name].dims) for name in names}
    return (data.assign(same),)


@claim(
    "C6.frontier",
    "With as few latents on, a penalty on their size leaves more unexplained than the other kinds do",
    "at density 0.03, where as many latents are on as features, 1.5: L1 leaves at least 1.1 times what each other kind "
    "leaves (differently: what three of them leave)",
    sources=("C6",),
    expected=Verdict.FAILS,
    kind="ours",
    bars=("least",),
    null=all_as_l1,
)
def frontier(data: xr.Dataset, least: float = 1.1) -> Measured:
    """Between the configurations that were tried, on a logarithmic axis of L0."""
    wanted = DENSITY * data.sizes["feature"]
    left = np.array(
        [
            at_sparsity(data.tried_active.values[k], data.tried_unexplained.values[k], wanted)
            for k in range(len(KINDS))
        ]
    )
    ratio = left[0] / left[1:]
    sentence = f"L1 leaves {left[0]:.3f} of the variance, the others {span(left[1:], '.3f')}."
    measured = {"unexplained": by_kind(left)}
    return measured, judge(bool((ratio >= least).all()), bool((ratio >= least).sum() >= 3)), sentence


@claim(
    "C6.shrinkage",
    "A penalty on the size of codes makes reconstructions too short; those of TopK, JumpReLU and Gated are not",
    "at density 0.03, the mean over ten seeds of the factor by which reconstructions are too long: of L1 below "
    "0.95, of "
    "TopK, JumpReLU and Gated within 0.02 of 1 (differently: each nearer to 1 than L1's)",
    sources=("C6",),
    kind="ours",
    bars=("short", "near"),
    null=all_as_l1,
)
def shrinkage(data: xr.Dataset, short: float = 0.05, near: float = 0.02) -> Measured:
    """Of the configurations that were chosen."""
    scale = data.scale.mean("seed")
    l1, others = float(scale.sel(kind="L1")), scale.sel(kind=["TopK", "JumpReLU", "Gated"]).values
    nearer = np.abs(others - 1) < 1 - l1
    right = l1 < 1 - short and (np.abs(others - 1) <= near).all()
    sentence = (
        f"L1's reconstructions are {l1:.3f} of what they should be, those of the three {span(others, '.3f')}."
    )
    return {"scale": by_kind(scale.values)}, judge(bool(right), bool(nearer.all())), sentence


CLAIMS = (
    frontier,
    shrinkage,
)
