"""Where recovery turns, and how many features trained models have beside its bound (F38)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.nulls import sparse_first
from tsup.paper.sensing import analysis
from tsup.paper.sensing.analysis import (
    allowed,
    binding,
    calibrated,
    constant,
    constants,
    half,
    largest_constant,
    learned,
)
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, span

LASSO = "LASSO"


def dense(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F38 with vectors that have every entry active, at every density."""
    first = data.rate.isel(density=0)
    return (data.assign(rate=xr.broadcast(first, data.rate)[0].transpose(*data.rate.dims)),)


def other_models(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F38 with the models in the reverse order of density, and recovery as it is."""
    return (data.assign(norm=data.norm.copy(data=data.norm.values[:, ::-1])),)


def single(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F38 with models that have one feature for every dimension, in every model."""
    norm = np.zeros(data.norm.shape, np.float32)
    for k, m in enumerate(data.dimensions.values):
        norm[k, :, :m] = 1
    return (data.assign(norm=data.norm.copy(data=norm)),)


def crowded(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F38 with models that have every feature, in however few dimensions."""
    return (data.assign(norm=xr.ones_like(data.norm)),)


def exchanged(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F38 with the trained columns and the random ones in each other's places."""
    return (
        data.assign(own_rate=data.own_rate.isel(columns=[1, 0]).assign_coords(columns=data.columns.values)),
    )


def _at(data: xr.Dataset, chosen: Bool[np.ndarray, " density"]) -> str:
    return span(data.density.values[chosen])


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


@claim(
    "F38.bound",
    "The bound m = Ω(−n (1 − S) log(1 − S)) limits the number of features that a toy model learns",
    "with the constant at which LASSO recovers half of the vectors from random columns: at every density below 1 and "
    "every m, the best start represents at most m / (−C p log p) features, p = 1 − S (differently: at nine in ten of "
    "those where this is fewer than there are features)",
    sources=("F38",),
    expected=Verdict.FAILS,
    turns="Holds with half of the constant: the constant is LASSO's, and a lower bound knows none.",
    thresholds=("norm", "scale"),
    null=other_models,
)
def under_the_bound(data: xr.Dataset, norm: float = 0.5, scale: float = 1.0) -> Measured:
    """The constant is measured on random columns before any model is counted; `scale` multiplies it."""
    below = data.density.values < 1
    count, room = learned(data, norm)[:, below], allowed(data, scale)[:, below]
    able = room < data.sizes["feature"]
    use = (count / room)[able]
    fine = use <= 1
    sentence = (
        f"With C = {scale * constant(data):.2f}, {int(fine.sum())} of {fine.size} models that could break it do not; "
        f"they use {100 * use.min():.0f} to {100 * use.max():.0f} % of what it allows."
    )
    measured = {
        "C": scale * constant(data),
        "models that could": int(able.sum()),
        "under it": int(fine.sum()),
        "least used": float(use.min()),
        "most used": float(use.max()),
        "largest C that holds": largest_constant(data, norm),
    }
    return measured, judge(bool(fine.all()), bool(fine.mean() >= 0.9)), sentence


@claim(
    "F38.linear",
    "The number of features is linear in m",
    "at every density of at most 0.5 at which no model has nine tenths of the features: the best start's features over "
    "m, the largest over the smallest of all m, is at most 1.25 (differently: at most 1.5)",
    sources=("F38",),
    expected=Verdict.DIFFERS,
    turns=AT_ONE,
    bars=("most",),
    thresholds=("norm",),
    null=lambda data: (
        data.assign(
            norm=data.norm.isel(dimensions=[0] * data.sizes["dimensions"]).assign_coords(
                dimensions=data.dimensions
            )
        ),
    ),
)
def linear(data: xr.Dataset, most: float = 1.25, norm: float = 0.5) -> Measured:
    """Where a model runs out of features the number cannot grow any further; where equal features are dense, models
    turn freely, and norms do not count them."""
    count = learned(data, norm)
    chosen = (data.density.values <= 0.5) & (count < 0.9 * data.sizes["feature"]).all(0)
    each = (count / data.dimensions.values[:, None])[:, chosen]
    ratio = each.max(0) / np.maximum(each.min(0), 1e-12)
    sentence = (
        f"At densities from {_at(data, chosen)} the largest is {span(ratio, '.2f')} times the smallest."
    )
    measured = {"densities": data.density.values[chosen].tolist(), "ratio": ratio.tolist()}
    return measured, judge(bool((ratio <= most).all()), bool((ratio <= 1.5).all())), sentence


def _per_dimension(
    data: xr.Dataset, norm: float
) -> tuple[Float[np.ndarray, " density"], Float[np.ndarray, " density"]]:
    """Features over m: of the trained models, in the mean over m where the bound binds; of vectors LASSO recovers."""
    count = learned(data, norm) / data.dimensions.values[:, None]
    able = binding(data)
    mean = np.where(able, count, 0).sum(0) / np.where(able.any(0), able.sum(0), np.nan)
    return mean, data.sizes["feature"] / half(data, LASSO)


@claim(
    "F38.more",
    "Where features are dense, models represent more of them than could be recovered exactly",
    "at density 0.5, in the mean over m: features over m are more than the n/m at which LASSO finds half of the "
    "vectors",
    sources=("F38",),
    turns=AT_ONE,
    kind="ours",
    thresholds=("norm",),
    null=single,
)
def more_where_dense(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """A model may represent features that it answers with an error; recovery may not."""
    own, found = _per_dimension(data, norm)
    (k,) = np.flatnonzero(data.density.values == 0.5)
    sentence = f"The models have {own[k]:.2f} features a dimension, and {found[k]:.2f} can be recovered."
    return {"model": float(own[k]), "LASSO": float(found[k])}, judge(bool(own[k] > found[k])), sentence


@claim(
    "F38.fewer",
    "Where features are sparse, models represent fewer of them than could be recovered exactly",
    "at every density from 0.1 down at which the bound binds for some m, in the mean over these m: features over m are "
    "fewer than the n/m at which LASSO finds half of the vectors (differently: at most of these)",
    sources=("F38",),
    expected=Verdict.DIFFERS,
    turns=AT_ONE,
    kind="ours",
    thresholds=("norm",),
    null=crowded,
)
def fewer_where_sparse(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """What a decoder with more than one layer could do, the model leaves undone."""
    own, found = _per_dimension(data, norm)
    chosen = (data.density.values <= 0.1) & np.isfinite(own) & np.isfinite(found)
    ratio = own[chosen] / found[chosen]
    sentence = f"At densities from {_at(data, chosen)} they have {span(100 * ratio, '.0f')} % of what can be recovered."
    measured = {
        "densities": data.density.values[chosen].tolist(),
        "models": own[chosen].tolist(),
        "LASSO": found[chosen].tolist(),
    }
    return measured, judge(bool((ratio < 1).all()), bool((ratio < 1).mean() > 0.5)), sentence


@claim(
    "F38.columns",
    "Whole vectors are recovered less often from a trained model's columns than from random ones",
    "LASSO, at density below 1, where either finds some vectors and either misses some: in the mean at least 0.1 less",
    sources=("F38",),
    kind="ours",
    bars=("least",),
    null=exchanged,
)
def worse_columns(data: xr.Dataset, least: float = 0.1) -> Measured:
    """Of as many columns in as many dimensions, with the same number of active entries: of an antipodal pair that is
    active, only the difference is seen."""
    own, random = (data.own_rate.sel(decoder=LASSO, columns=name).values for name in ("trained", "random"))
    some = (np.maximum(own, random) > 0) & (np.minimum(own, random) < 1) & (data.density.values < 1)
    gap = (random - own)[some]
    sentence = (
        f"At {int(some.sum())} places {100 * own[some].mean():.0f} % are found from trained columns and "
        f"{100 * random[some].mean():.0f} % from random ones."
    )
    measured = {
        "places": int(some.sum()),
        "trained": float(own[some].mean()),
        "random": float(random[some].mean()),
    }
    return measured, judge(bool(gap.mean() >= least)), sentence


CLAIMS = (
    turns,
    grows_as_the_logarithm,
    as_known,
    dense_is_lost,
    under_the_bound,
    linear,
    more_where_dense,
    fewer_where_sparse,
    worse_columns,
)
