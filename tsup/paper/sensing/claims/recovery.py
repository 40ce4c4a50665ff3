"""Where the recovery of sparse vectors turns (F38)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.nulls import sparse_first
from tsup.paper.sensing import analysis
from tsup.paper.sensing.analysis import (
    calibrated,
    constants,
    half,
)
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, span

LASSO = "LASSO"


def dense(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F38 with vectors that have every entry active, at every density."""
    first = data.rate.isel(density=0)
    return (data.assign(rate=xr.broadcast(first, data.rate)[0].transpose(*data.rate.dims)),)


@claim(
    "F38.transition",
    "Whether a sparse vector can be recovered is a phase change: almost never on one side, almost surely on the other",
    "LASSO on random columns, at every density of at most 0.5: from the last m with at most a tenth of the vectors "
    "found to the first with at least nine in ten, m grows by at most a factor of 2 (differently: at most of these)",
    sources=("F38",),
    expected=Verdict.DIFFERS,
    bars=("factor",),
    null=dense,
)
def turns(data: xr.Dataset, factor: float = 2.0) -> Measured:
    """At n = 200, where the paper has the limit of large n; the grid of m is in steps of √2."""
    m, rate = data.measured.values, data.rate.sel(decoder=LASSO).transpose("density", "measured").values
    chosen = data.density.values <= 0.5
    widths = []
    for one in rate[chosen]:
        never, always = np.flatnonzero(one <= 0.1), np.flatnonzero(one >= 0.9)
        widths.append(m[always[0]] / m[never[-1]] if len(never) and len(always) else np.inf)
    width = np.array(widths)
    sharp = width <= factor
    known = width[np.isfinite(width)]
    where = of(len(known), len(width), "density")
    sentence = (
        f"It turns within a factor of {span(known, '.2g')} of m, at {where}."
        if len(known)
        else "It turns at none of the densities."
    )
    measured = {"densities": data.density.values[chosen].tolist(), "factor": width.tolist()}
    return measured, judge(bool(sharp.all()), bool(sharp.mean() > 0.5)), sentence


@claim(
    "F38.logarithm",
    "A vector of n entries, k of them active, can be recovered if m grows as k log(n/k)",
    "LASSO on random columns: m at half of the vectors over −n p log p is within a quarter of its median at every "
    "density from 0.02 to 0.2, while m itself changes by a factor of 3 or more",
    sources=("F38",),
    bars=("close",),
    null=sparse_first,
)
def grows_as_the_logarithm(data: xr.Dataset, close: float = 0.25) -> Measured:
    """With k = pn, k log(n/k) is −n p log p."""
    chosen = calibrated(data)
    ratio, m = constants(data)[chosen], half(data, LASSO)[chosen]
    sentence = (
        f"m goes from {m.min():.0f} to {m.max():.0f}, and over −n p log p from {ratio.min():.2f} to {ratio.max():.2f}; "
        f"the median is {np.median(ratio):.2f}."
    )
    off = np.abs(ratio / np.median(ratio) - 1)
    measured = {"densities": data.density.values[chosen].tolist(), "m": m.tolist(), "ratio": ratio.tolist()}
    return measured, judge(bool((off <= close).all() and m.max() >= 3 * m.min())), sentence


@claim(
    "F38.known",
    "At 200 features it turns where Donoho and Tanner's limit of large n has it",
    "LASSO's m at half of the vectors, over the limit, at every density from 0.02 to 0.5: within a fifth",
    sources=("F38",),
    kind="ours",
    bars=("close",),
    null=sparse_first,
)
def as_known(data: xr.Dataset, close: float = 0.2) -> Measured:
    """The weak threshold for x ≥ 0."""
    p = data.density.values
    chosen = (p >= 0.02) & (p <= 0.5)
    limit = data.sizes["feature"] * np.array([analysis.transition(float(one)) for one in p[chosen]])
    ratio = half(data, LASSO)[chosen] / limit
    sentence = f"It turns at {span(ratio, '.2f')} times the m of the limit."
    return (
        {"densities": p[chosen].tolist(), "ratio": ratio.tolist()},
        judge(bool((np.abs(ratio - 1) <= close).all())),
        sentence,
    )


@claim(
    "F38.dense",
    "Dense vectors are not recovered from fewer dimensions than they have entries",
    "of vectors with every entry active, at every m below n: LASSO, matching pursuit and the toy model find none",
    sources=("F38",),
    kind="ours",
    null=lambda data: (
        data.assign(
            rate=data.rate.isel(density=slice(None, None, -1)).assign_coords(density=data.density.values)
        ),
    ),
)
def dense_is_lost(data: xr.Dataset) -> Measured:
    """At density 1, where no entry is 0."""
    rate = data.rate.sel(density=1.0)
    found = float(rate.max())
    return (
        {"most found": found},
        judge(found == 0),
        f"The largest share found, at any m up to {int(data.measured.max())} of {data.sizes['feature']}, is {found:g}.",
    )


CLAIMS = (
    turns,
    grows_as_the_logarithm,
    as_known,
    dense_is_lost,
)
