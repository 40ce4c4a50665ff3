"""Dimensions per feature of equal features (F14)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge
from tsup.words import percent, span


def untrained(data: xr.Dataset) -> tuple[xr.Dataset]:
    """D* of weights as they start, of variance 2/(n + m): (n + m)/2n at every density."""
    start = (data.sizes["feature"] + data.sizes["hidden"]) / (2 * data.sizes["feature"])
    return (data.assign(per_feature=xr.full_like(data.per_feature, start)),)


def even(data: xr.Dataset) -> tuple[xr.Dataset]:
    """D* that falls evenly with log p from the first value to the last, in every start."""
    at = -np.log(data.density)
    first, last = (data.per_feature.isel(density=k, drop=True) for k in (0, -1))
    star = first + (last - first) * (at - at[0]) / (at[-1] - at[0])
    return (data.assign(per_feature=star.transpose("density", "replica")),)


def shuffled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """The same values of D*, each at another density."""
    order = np.random.default_rng(14).permutation(data.sizes["density"])
    return (data.assign(per_feature=(data.per_feature.dims, data.per_feature.values[order])),)


@claim(
    "F14.dense",
    "Dimensions per feature, D* = m/‖W‖², start at 1 for dense features",
    "D* from 1 − 0.02 to 1 + 0.01 for every start at densities of 0.9 and above; differently: within 0.1",
    sources=("F14",),
    bars=("below", "above"),
    null=untrained,
)
def dense(data: xr.Dataset, below: float = 0.02, above: float = 0.01) -> Measured:
    """Least and largest D* there."""
    star = data.per_feature.values[data.density.values >= 0.9]
    holds = bool(star.min() >= 1 - below and star.max() <= 1 + above)
    sentence = f"There D* is {span(star.ravel(), '.4f')}, in {star.size} runs."
    measured = {"least": float(star.min()), "largest": float(star.max())}
    return measured, judge(holds, bool(np.abs(star - 1).max() <= 0.1)), sentence


@claim(
    "F14.plateau",
    "D* has a plateau at one half",
    "at neighbouring densities whose 1/(1−S) spans a factor of 1.3 or more, the mean over starts is within 0.03 of 1/2 "
    "and falls with log p at most a quarter as steeply as from the densest to the sparsest; differently: half",
    sources=("F14",),
    thresholds=("near",),
    bars=("factor", "steep"),
    null=even,
)
def plateau(data: xr.Dataset, near: float = 0.03, factor: float = 1.3, steep: float = 0.25) -> Measured:
    """The flattest such run of densities."""
    ordered = data.sortby("density", ascending=False)
    p, mean = ordered.density.values, ordered.per_feature.mean("replica").values
    found = flattest(p, mean, near, factor)
    if found is None:
        return {"densities": "none"}, Verdict.FAILS, f"No run of densities keeps D* within {near:g} of 1/2."
    share = _fall(p[found], mean[found]) / _fall(p, mean)
    measured = {
        "densities": p[found].tolist(),
        "D*": mean[found].tolist(),
        "factor": float(p[found].max() / p[found].min()),
        "steepness": share,
    }
    sentence = (
        f"From density {p[found][0]:g} to {p[found][-1]:g} D* is {span(mean[found], '.3f')}; it falls "
        f"{percent(share)} as steeply as over all densities."
    )
    return measured, judge(share <= steep, share <= 0.5), sentence


def _fall(p: np.ndarray, star: np.ndarray) -> float:
    """How much D* falls from the first density to the last, for a unit of log p."""
    return float((star[0] - star[-1]) / np.log(p[0] / p[-1]))


def flattest(
    p: Float[np.ndarray, " density"], star: Float[np.ndarray, " density"], near: float, factor: float
) -> slice | None:
    """The run of neighbouring densities, falling by a factor, whose D* is near ½ and falls least; None without one."""
    inside, runs = np.abs(star - 0.5) <= near, []
    for first in range(len(p)):
        for last in range(first + 1, len(p)):
            run = slice(first, last + 1)
            if inside[run].all() and p[first] / p[last] >= factor:
                runs.append(run)
    return min(runs, key=lambda run: abs(_fall(p[run], star[run])), default=None)


@claim(
    "F14.falls",
    "D* falls as features become sparser",
    "the mean over starts never rises by more than 0.01 from one density to the next sparser one; differently: 0.03",
    sources=("F14",),
    bars=("most",),
    null=shuffled,
)
def falls(data: xr.Dataset, most: float = 0.01) -> Measured:
    """Largest rise, and the ends."""
    ordered = data.sortby("density", ascending=False)
    mean = ordered.per_feature.mean("replica").values
    rise = float(np.diff(mean).max())
    found = {"largest rise": rise, "first": float(mean[0]), "last": float(mean[-1])}
    first, last = ordered.density.values[[0, -1]]
    rises = "never rises" if rise <= 0 else f"rises by {rise:.3f} at most"
    sentence = (
        f"D* is {mean[0]:.2f} at density {first:g} and {mean[-1]:.2f} at {last:g}; on the way it {rises}."
    )
    return found, judge(rise <= most, rise <= 0.03), sentence


def crowded(data: xr.Dataset, sizes: xr.Dataset) -> tuple[xr.Dataset, ...]:
    """F14, and C5 with its fewest features, twice as many as dimensions, in place of any other number."""
    few = sizes.per_feature.isel(n=0, drop=True)
    return data, sizes.assign(per_feature=few.expand_dims(n=sizes.n).transpose(*sizes.per_feature.dims))


@claim(
    "F14.sizes",
    "Neither the number of features, once it is much larger than that of dimensions, nor that of dimensions changes D*",
    "at four densities, the mean D* of 200 and of 400 features in 20 dimensions is within 5 % of that of 400 in 30; "
    "differently: within 15 %",
    sources=("F14", "C5"),
    expected=Verdict.DIFFERS,
    bars=("near",),
    null=crowded,
)
def sizes(data: xr.Dataset, other: xr.Dataset, near: float = 0.05) -> Measured:
    """Long trainings; ten times as many features as dimensions, or more, counts as much larger."""
    large = other.sel(length="long").per_feature.mean("replica")
    large = large.where(large.n >= 10 * other.sizes["hidden"], drop=True)
    here = data.per_feature.mean("replica").sel(density=large.density)
    off = (large / here - 1).transpose("n", "density")
    worst = np.abs(off.values).max()
    sentence = (
        f"D* of {' and '.join(map(str, large.n.values))} features in {other.sizes['hidden']} dimensions is off by up "
        f"to {percent(worst)} from that of {data.sizes['feature']} in {data.sizes['hidden']}."
    )
    measured = {"densities": large.density.values.tolist()}
    measured |= {f"n = {n}": row.tolist() for n, row in zip(large.n.values, off.values, strict=True)}
    return measured, judge(bool(worst <= near), bool(worst <= 0.15)), sentence


CLAIMS = (
    dense,
    plateau,
    falls,
    sizes,
)
