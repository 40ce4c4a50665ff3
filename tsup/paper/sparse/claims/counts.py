"""How many features sparse autoencoders count, and those that they let others take over (C6)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.paper.claim import Measured, claim
from tsup.paper.sparse.analysis import (
    FREE,
    KINDS,
    NESTED,
    by_kind,
)
from tsup.paper.verdict import judge
from tsup.sparse_coding import counting
from tsup.words import listing, percent, span


def sizes_of_a_gaussian(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Counts as they come out on a Gaussian of the same covariance, which has no features to count."""
    found = {name: data[f"null_{name}"] for name in ("size_error", "size_alive", "size_common")}
    sixty = data.null_size_alive.sel(size=data.sizes["latent"]).mean()
    return (data.assign({**found, "alive": xr.full_like(data.alive, int(sixty))}),)


@claim(
    "C6.dead",
    "The latents that stay alive are as many as there are features",
    "at density 0.03, every kind with sixty latents: on the mean over ten seeds 45 to 55 are on in more than a "
    "thousandth of the rows (differently: of two kinds)",
    sources=("C6",),
    bars=("within",),
    null=sizes_of_a_gaussian,
)
def dead_units(data: xr.Dataset, within: float = 0.1) -> Measured:
    """Fifty features."""
    n = data.sizes["feature"]
    count = data.alive.mean("seed").values
    right = np.abs(count - n) <= within * n
    kinds = [kind for kind, held in zip(KINDS, right, strict=True) if held]
    sentence = f"Alive are {span(count, '.0f')} latents; within {percent(within)} of {n}: {listing(kinds)}."
    return {"alive": by_kind(count)}, judge(bool(right.all()), bool(right.sum() >= 2)), sentence


def _of_sizes(data: xr.Dataset, name: str) -> Float[np.ndarray, "sized size"]:
    return data[name].mean("seed_of_size").values.astype(float)


def _knee(sizes: np.ndarray, losses: np.ndarray) -> float:
    """The knee; 0 for losses that do not fall."""
    return counting.knee(sizes, losses) if losses[-1] < losses[0] else 0.0


@claim(
    "C6.knee",
    "The error stops falling where there are as many latents as features",
    "at density 0.03, L1 and TopK of 20 to 80 latents: the knee of the squared error over the size lies at the number "
    "of features or the next smaller or larger size (differently: of one of the two)",
    sources=("C6",),
    null=sizes_of_a_gaussian,
)
def knee(data: xr.Dataset) -> Measured:
    """The knee is the size furthest below the line from the smallest to the largest."""
    sizes = data["size"].values.astype(float)
    at = int(np.flatnonzero(sizes == data.sizes["feature"])[0])
    found = np.array([_knee(sizes, losses) for losses in _of_sizes(data, "size_error")])
    right = (found >= sizes[at - 1]) & (found <= sizes[at + 1])
    names = data.sized.values.tolist()
    told = (f"{size:.0f} for {name}" for name, size in zip(names, found, strict=True))
    sentence = f"The knee is at {listing(told)}; features are {data.sizes['feature']}."
    measured = {"knee": dict(zip(names, found.tolist(), strict=True))}
    return measured, judge(bool(right.all()), bool(right.any())), sentence


@claim(
    "C6.sizes",
    "Dictionaries that are larger than needed have as many directions in common as there are features",
    "at density 0.03, L1 and TopK: living latents of 55 and 60, and of 60 and 80 latents, of another seed, have "
    "45 to 55 "
    "directions in common (differently: of one of the two kinds)",
    sources=("C6",),
    bars=("within",),
    null=sizes_of_a_gaussian,
)
def sizes_compared(data: xr.Dataset, within: float = 0.1) -> Measured:
    """Directions within a cosine of 0.9, paired one to one."""
    n, names = data.sizes["feature"], data.sized.values.tolist()
    large = data.size_common.sel(size=[55, 60]).mean("seed_of_size").values
    right = (np.abs(large - n) <= within * n).all(-1)
    told = (f"{one[0]:.0f} and {one[1]:.0f} of {name}" for name, one in zip(names, large, strict=True))
    sentence = f"In common are {listing(told)}; features are {n}."
    measured = {name: one.tolist() for name, one in zip(names, large, strict=True)}
    return measured, judge(bool(right.all()), bool(right.any())), sentence


def independent(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Parents and children that do not need one another, in both worlds."""
    free = data.sel(world=FREE, drop=True)
    names = ("silent_with", "silent_without")
    same = {name: xr.broadcast(free[name], data[name])[0].transpose(*data[name].dims) for name in names}
    return (data.assign(same),)


@claim(
    "C6.absorption",
    "Where a feature needs another, the latent of the other goes silent when both are on",
    "four parents and four children in orthogonal directions, not at density 0.03: a parent is on at 0.15, "
    "and its latent is off more often with its child than without, by 0.1 or more, of at least four kinds "
    "(differently: "
    "of two kinds)",
    sources=("C6",),
    kind="ours",
    bars=("least",),
    null=independent,
)
def absorption(data: xr.Dataset, least: float = 0.1) -> Measured:
    """No superposition is needed for this: eight directions in eight dimensions."""
    own = data.sel(world=NESTED).mean("pair_seed")
    more = (own.silent_with - own.silent_without).values
    right = more >= least
    sentence = (
        f"With the child it is off {span(own.silent_with.values, '.2f')} of the time, without "
        f"{span(own.silent_without.values, '.2f')}; more often by {least:g} of {right.sum()} kinds."
    )
    measured = {"with": by_kind(own.silent_with.values), "without": by_kind(own.silent_without.values)}
    return measured, judge(bool(right.sum() >= 4), bool(right.sum() >= 2)), sentence


CLAIMS = (
    dead_units,
    knee,
    sizes_compared,
    absorption,
)
