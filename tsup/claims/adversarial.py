"""Adversarial examples: how vulnerability goes with superposition (F24), and what adversarial training does (F25)."""

from collections.abc import Callable

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.attack import directions
from tsup.claims.registry import Measured, claim
from tsup.claims.verdict import Verdict, judge
from tsup.measure import dimensionality, gram, norms

SHARE = 0.1
PLOTTED = "each, mean norm"
RISE = 3


def squared_budget(data: xr.Dataset, reading: str) -> xr.DataArray:
    """ε², the mean over inputs, with axes (world, density); with own budgets the share² E‖x‖², which is n p / 3."""
    if not reading.endswith("own norm"):
        return data.budget**2
    sizes = [int(str(name).split(",")[0].removeprefix("n = ")) for name in data.world.values]
    return SHARE**2 * xr.DataArray(sizes, {"world": data.world}, "world") * data.density / 3


def relative_harm(data: xr.Dataset, reading: str) -> xr.DataArray:
    """The attacked loss over the clean one, with axes (world, density, start)."""
    return data.attacked.sel(reading=reading) / data.clean


def added_harm(data: xr.Dataset, reading: str) -> xr.DataArray:
    """The attacked loss less the clean one, over the squared budget, with axes (world, density, start).

    About 1 without superposition, where a feature with a dimension of its own moves as far as its input does.
    """
    return (data.attacked.sel(reading=reading) - data.clean) / squared_budget(data, reading)


def relative(data: xr.Dataset, reading: str) -> Float[np.ndarray, "world density"]:
    """The attacked loss over the clean one, the mean over starts."""
    return relative_harm(data, reading).mean("start").values


def added(data: xr.Dataset, reading: str) -> Float[np.ndarray, "world density"]:
    """The attacked loss less the clean one, over the squared budget, the mean over starts."""
    return added_harm(data, reading).mean("start").values


def correlations(
    data: xr.Dataset, reading: str, measure: Callable[[xr.Dataset, str], np.ndarray] = added
) -> Float[np.ndarray, " world"]:
    """The correlation of a measure with the features per dimension, over densities."""
    crowd = data.features_per_dimension.mean("start").values
    pairs = zip(measure(data, reading), crowd, strict=True)
    return np.array([np.corrcoef(harm, features)[0, 1] for harm, features in pairs])


def rises(vulnerability: Float[np.ndarray, "world density"]) -> Float[np.ndarray, " world"]:
    """The greatest vulnerability over the one at density 1."""
    return vulnerability.max(1) / vulnerability[:, 0]


def chosen(data: xr.Dataset, importance: str) -> xr.Dataset:
    """The worlds whose importance is "equal" or "falling"."""
    return data.isel(world=[k for k, name in enumerate(data.world.values) if name.endswith(importance)])


def _by_world(data: xr.Dataset, values: np.ndarray) -> dict[str, float]:
    return {str(name): round(float(v), 3) for name, v in zip(data.world.values, values, strict=True)}


@claim(
    "F24.identity",
    "The row of WᵀW that attacks feature i has the length ‖W_i‖² / √D_i",
    "‖(WᵀW)_i‖² within 1e-9 of ‖W_i‖⁴ / D_i, and the attack moves output i by that length, on 100 random W",
    kind="identity",
)
def identity() -> Measured:
    """Random W of 8 features in 3 dimensions."""
    W = np.random.default_rng(24).normal(size=(100, 3, 8))
    lengths = norms(W) ** 2 / np.sqrt(dimensionality(W))
    off = float(np.abs((gram(W) ** 2).sum(-1) - lengths**2).max())
    moved = [
        np.abs((directions(one) * gram(one)).sum(1) - own).max() for one, own in zip(W, lengths, strict=True)
    ]
    return {"furthest": max(off, float(max(moved)))}, judge(max(off, *moved) <= 1e-9)


@claim(
    "F24.rise",
    "Vulnerability rises more than threefold as superposition forms",
    "harm added per squared budget, worst candidate for each input, mean norm, equal importance: greatest over the one "
    "at density 1 above 3 at every size",
    sources=("F24",),
)
def rise(data: xr.Dataset) -> Measured:
    """The reading that the book plots."""
    equal = chosen(data, "equal")
    found = rises(added(equal, PLOTTED))
    return _by_world(equal, found), judge(bool((found > RISE).all()), bool((found > RISE).any()))


@claim(
    "F24.rise-ratio",
    "The attacked loss over the clean one rises more than threefold as superposition forms",
    "under every choice of candidate and norm, greatest over the one at density 1 above 3 at every size with equal "
    "importance; differently: under one of them",
    sources=("F24",),
    expected=Verdict.FAILS,
)
def rise_of_the_ratio(data: xr.Dataset) -> Measured:
    """The same attacks, compared by a ratio."""
    equal = chosen(data, "equal")
    found = {str(name): rises(relative(equal, name)) for name in data.reading.values}
    passed = [bool((values > RISE).all()) for values in found.values()]
    return {name: [round(float(v), 2) for v in values] for name, values in found.items()}, judge(
        all(passed), any(passed)
    )


@claim(
    "F24.rise-falling",
    "Vulnerability rises more than threefold where importance falls, too",
    "as F24.rise, for falling importance",
    sources=("F24",),
    expected=Verdict.DIFFERS,
)
def rise_falling(data: xr.Dataset) -> Measured:
    """Importance falls by 0.7^20 from the first to the last feature."""
    falling = chosen(data, "falling")
    found = rises(added(falling, PLOTTED))
    return _by_world(falling, found), judge(bool((found > RISE).all()), bool((found > RISE).any()))


@claim(
    "F24.tracks",
    "Vulnerability closely tracks the number of features per dimension",
    "correlation with ‖W‖²/m over densities at least 0.9 at every size with equal importance, for the harm added per "
    "squared budget; differently: at least 0.7",
    sources=("F24",),
)
def tracks(data: xr.Dataset) -> Measured:
    """Beside it the correlation of the ratio of losses."""
    equal = chosen(data, "equal")
    found = {
        name: correlations(equal, PLOTTED, measure).round(3).tolist()
        for name, measure in (("added", added), ("ratio", relative))
    }
    least = min(found["added"])
    return found, judge(least >= 0.9, least >= 0.7)


@claim(
    "F24.masking",
    "Attacks by gradient fail on very sparse features, because ReLUs are off and mask the gradient",
    "at the lowest density the gradient from the input adds less harm than the candidates do, at every size with equal "
    "importance; differently: at one",
    sources=("F24",),
    expected=Verdict.FAILS,
)
def masking(data: xr.Dataset) -> Measured:
    """Beside it, rows on which every ReLU is off, and the gradient with restarts from random points of the ball."""
    equal = chosen(data, "equal").isel(density=-1)
    harm = {
        name: (equal.attacked.sel(reading=reading) - equal.clean).mean("start").values
        for name, reading in (
            ("without restarts", "gradient without restarts, mean norm"),
            ("with restarts", "gradient, mean norm"),
        )
    }
    candidates = (equal.attacked.sel(reading=PLOTTED) - equal.clean).mean("start").values
    shares = {
        f"gradient {name}, over candidates": (v / candidates).round(2).tolist() for name, v in harm.items()
    }
    weaker = harm["without restarts"] < candidates
    masked = equal.masked.mean("start").values.round(2).tolist()
    return {"rows masked": masked, **shares}, judge(bool(weaker.all()), bool(weaker.any()))


def _left(data: xr.Dataset, kind: str, share: float) -> tuple[float, float]:
    """Features per dimension and the largest cosine, the means over starts, at one budget."""
    at = data.sel(kind=kind).sel(share=share, method="nearest").mean("start")
    return round(float(at.features_per_dimension), 3), round(float(at.largest_cosine), 3)


@claim(
    "F25.reduces",
    "Adversarial training reduces superposition",
    "features per dimension fall with every larger budget, under both kinds of budget",
    sources=("F25",),
)
def reduces(data: xr.Dataset) -> Measured:
    """The mean over starts."""
    found = data.features_per_dimension.mean("start")
    values = {str(kind): [round(float(v), 2) for v in found.sel(kind=kind)] for kind in data.kind.values}
    falls = (np.diff(found.values, axis=1) < 0).all(1)
    return {"shares": [float(s) for s in data.share.values], **values}, judge(
        bool(falls.all()), bool(falls.any())
    )


@claim(
    "F25.eliminates",
    "Attacks of 80 % of the input norm eliminate superposition, and small ones do not",
    "at 0.8 at most 1.05 features per dimension and no represented pair with |cos| > 0.1, above 1.05 at 0.4 and below; "
    "differently: at most 1.05 under one kind of budget",
    sources=("F25",),
    expected=Verdict.DIFFERS,
)
def eliminates(data: xr.Dataset) -> Measured:
    """‖W‖²/m and the largest cosine of represented features."""
    found = {
        f"{kind} norm, {share:g}": _left(data, str(kind), share)
        for kind in data.kind.values
        for share in (0.4, 0.8)
    }
    few = {
        kind: _left(data, str(kind), 0.8)[0] <= 1.05 < _left(data, str(kind), 0.4)[0]
        for kind in data.kind.values
    }
    apart = {kind: _left(data, str(kind), 0.8)[1] <= 0.1 for kind in data.kind.values}
    return {name: list(pair) for name, pair in found.items()}, judge(
        all(few.values()) and all(apart.values()), any(few.values())
    )


@claim(
    "F25.price",
    "Robustness costs performance",
    "the clean loss at every budget of 0.3 and above is higher than without attacks by at least 5 %, both kinds",
    sources=("F25",),
)
def price(data: xr.Dataset) -> Measured:
    """Clean loss over that of the model trained without attacks."""
    loss = data.loss.mean("start")
    over = (loss / loss.isel(share=0)).isel(share=data.share.values >= 0.299)
    least = {str(kind): round(float(over.sel(kind=kind).min()), 3) for kind in data.kind.values}
    return least, judge(min(least.values()) >= 1.05, max(least.values()) >= 1.05)
