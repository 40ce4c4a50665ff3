"""What adversarial training does to superposition (F25)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, of, percent

FEW = 1.05


def shuffled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Models in another order than the lengths of the attacks that they were trained on."""
    order = np.random.default_rng(25).permutation(data.sizes["share"])
    return (data.isel(share=order).assign_coords(share=data.share),)


def one_density(data: xr.Dataset) -> tuple[xr.Dataset]:
    """The models of the densest setting at every density."""
    return (data.isel(density=[0] * data.sizes["density"]).assign_coords(density=data.density),)


def _at(data: xr.Dataset, share: float) -> xr.Dataset:
    """The means over starts at one length of attack."""
    return data.sel(share=share, method="nearest").mean("start")


def _listed(values: xr.DataArray, kind: str, digits: int = 2) -> list[float]:
    """The values of one kind of budget, by density."""
    return [round(float(v), digits) for v in values.sel(kind=kind)]


def _by_kind(passed: np.ndarray, data: xr.Dataset) -> str:
    """At how many densities something is so under each kind of budget, passed (kind, density)."""
    kinds = zip(data.kind.values, passed, strict=True)
    return listing([f"{of(one.sum(), one.size, 'density')} ({kind} norm)" for kind, one in kinds])


@claim(
    "F25.reduces",
    "Adversarial training reduces superposition",
    "features per dimension, the mean over starts, fall with every larger budget until fewer than 0.05 are left, under "
    "both kinds of budget and at every density; differently: under one of them at one density",
    sources=("F25",),
    expected=Verdict.DIFFERS,
    thresholds=("left",),
    null=shuffled,
)
def reduces(data: xr.Dataset, left: float = 0.05) -> Measured:
    """The densities at which they fall, and what is left at the greatest budget."""
    found = data.features_per_dimension.mean("start").transpose("kind", "density", "share")
    steps = np.diff(found.values, axis=-1) < 0
    falls = (steps | (found.values[..., :-1] < left)).all(-1)
    measured: dict[str, object] = {"densities": data.density.values.round(3).tolist()}
    for kind, each in zip(data.kind.values, falls, strict=True):
        measured[f"{kind} norm, falls at densities"] = data.density.values[each].round(3).tolist()
        for name, place in (("without attacks", 0), ("at the greatest budget", -1)):
            measured[f"{kind} norm, {name}"] = _listed(found.isel(share=place), kind)
    last = found.isel(share=-1)
    kind, p = np.unravel_index(last.values.argmax(), last.shape)
    sentence = (
        f"Features per dimension fall at {_by_kind(falls, data)}; at most {last.values.max():.2g} "
        "are left, at density "
        f"{data.density.values[p]:.2g} ({data.kind.values[kind]} norm)."
    )
    return measured, judge(bool(falls.all()), bool(falls.any())), sentence


@claim(
    "F25.eliminates",
    "Attacks of 80 % of the input norm eliminate superposition, and small ones do not",
    "at every density and under both kinds of budget, at 0.8 at most 1.05 features per dimension and no represented "
    "pair with |cos| > 0.1, at 0.4 above 1.05; differently: the features per dimension do so under one kind of budget "
    "at one density",
    sources=("F25",),
    expected=Verdict.DIFFERS,
    thresholds=("cosine", "norm"),
    bars=("few",),
    null=shuffled,
)
def eliminates(data: xr.Dataset, few: float = FEW, cosine: float = 0.1, norm: float = 0.5) -> Measured:
    """‖W‖²/m, the number of features of a norm above `norm`, and the largest cosine of two of them, by density."""
    small, large = (_at(data, share) for share in (0.4, 0.8))
    largest = large.largest_cosine.sel(norm=norm)
    gone = (large.features_per_dimension <= few) & (small.features_per_dimension > few)
    apart = largest <= cosine
    measured: dict[str, object] = {"densities": data.density.values.round(3).tolist()}
    for kind in data.kind.values:
        measured[f"{kind} norm, features per dimension at 0.4"] = _listed(small.features_per_dimension, kind)
        measured[f"{kind} norm, at 0.8"] = _listed(large.features_per_dimension, kind)
        measured[f"{kind} norm, largest |cos| at 0.8"] = _listed(largest, kind)
        measured[f"{kind} norm, represented at 0.8"] = _listed(large.represented.sel(norm=norm), kind)
    ended = (gone & apart).transpose("kind", "density").values
    sentence = (
        "Features per dimension do so at "
        f"{_by_kind(gone.transpose('kind', 'density').values, data)}; with the cosines it is so in "
        f"{of(ended.sum(), ended.size, 'case')}."
    )
    return measured, judge(bool((gone & apart).all()), bool(gone.any())), sentence


def needed(data: xr.Dataset, few: float = FEW) -> xr.DataArray:
    """The least length of attack in training that leaves at most `few` features per dimension; infinite without one.

    Axes (kind, density).
    """
    enough = data.features_per_dimension.mean("start") <= few
    return data.share.where(enough).min("share").fillna(np.inf).transpose("kind", "density")


@claim(
    "F25.density",
    "With budgets from the mean norm, how long attacks have to be depends on the density",
    "the least budget that leaves at most 1.05 features per dimension at one density is at least twice that at "
    "another, or none of those tried does there",
    sources=("F25",),
    kind="ours",
    bars=("few",),
    null=one_density,
)
def density(data: xr.Dataset, few: float = FEW) -> Measured:
    """The least budget by density, for both kinds."""
    least = needed(data, few)
    mean = least.sel(kind="mean").values
    measured: dict[str, object] = {"densities": data.density.values.round(3).tolist()}
    for kind in data.kind.values:
        words = [f"{v:g}" if np.isfinite(v) else "none" for v in least.sel(kind=kind).values]
        measured[f"{kind} norm"] = words
    told = [
        f"{v:g} at density {p:.2g}" if np.isfinite(v) else f"none at {p:.2g}"
        for v, p in zip(mean, data.density.values, strict=True)
    ]
    sentence = f"The least budget that suffices is {listing(told)}."
    return measured, judge(bool(np.isfinite(mean.min()) and mean.max() >= 2 * mean.min())), sentence


@claim(
    "F25.price",
    "Robustness costs performance",
    "at every density the clean loss at every budget of 0.3 and above is higher than without attacks by at least 5 %, "
    "both kinds; differently: at one density",
    sources=("F25",),
    expected=Verdict.DIFFERS,
    bars=("cost",),
    null=shuffled,
)
def price(data: xr.Dataset, cost: float = 0.05) -> Measured:
    """Clean loss over that of the model trained without attacks, the least over budgets, by density."""
    loss = data.loss.mean("start")
    over = (loss / loss.isel(share=0)).isel(share=data.share.values >= 0.299).min("share")
    paid = over >= 1 + cost
    measured: dict[str, object] = {"densities": data.density.values.round(3).tolist()}
    for kind in data.kind.values:
        measured[f"{kind} norm"] = _listed(over, kind, 3)
    sentence = (
        f"Clean loss rises by {percent(float(over.min()) - 1)} to {percent(float(over.max()) - 1)}; by enough at "
        f"{_by_kind(paid.transpose('kind', 'density').values, data)}."
    )
    return measured, judge(bool(paid.all()), bool(paid.all("kind").any())), sentence


CLAIMS = (
    reduces,
    eliminates,
    density,
    price,
)
