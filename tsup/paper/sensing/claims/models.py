"""How many features trained models have beside the bound of recovery (F38)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.sensing.analysis import (
    allowed,
    binding,
    constant,
    half,
    largest_constant,
    learned,
)
from tsup.paper.sensing.claims.recovery import LASSO
from tsup.paper.verdict import Verdict, judge
from tsup.words import span


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
    under_the_bound,
    linear,
    more_where_dense,
    fewer_where_sparse,
    worse_columns,
)
