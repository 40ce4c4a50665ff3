"""Adversarial examples: how vulnerability goes with superposition (F24)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.attack import directions
from tsup.measure import dimensionality, gram, norms
from tsup.paper.adversarial.analysis import added, chosen, correlations, relative_harm
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge
from tsup.words import bound, span

PLOTTED = "each, mean norm"
ONE_WAY = "each one way, mean norm"
ASCENT = "gradient, mean norm"
ONCE = "gradient without restarts, mean norm"


def relative(data: xr.Dataset, reading: str) -> Float[np.ndarray, "world density"]:
    """The attacked loss over the clean one, the mean over starts."""
    return relative_harm(data, reading).mean("start").values


def rises(vulnerability: Float[np.ndarray, "world density"]) -> Float[np.ndarray, " world"]:
    """The greatest vulnerability over the one at density 1."""
    return vulnerability.max(1) / vulnerability[:, 0]


def _by_world(data: xr.Dataset, values: np.ndarray) -> dict[str, float]:
    return {str(name): round(float(v), 3) for name, v in zip(data.world.values, values, strict=True)}


def _rise(data: xr.Dataset, least: float) -> Measured:
    """How far the vulnerability that the book plots rises, by size."""
    found = rises(added(data, PLOTTED))
    sentence = (
        f"At its greatest the added harm is {span(found, '.2g')} times that at density 1, over "
        f"{len(found)} sizes."
    )
    return _by_world(data, found), judge(bool((found > least).all()), bool((found > least).any())), sentence


def shuffled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Harm that has nothing to do with density or crowding: that of other densities, drawn anew for every world."""
    rng = np.random.default_rng(24)
    harm = data[["clean", "attacked", "budget"]]
    worlds = [
        harm.isel(world=[k], density=rng.permutation(data.sizes["density"])).assign_coords(
            density=data.density
        )
        for k in range(data.sizes["world"])
    ]
    return (xr.concat(worlds, "world").assign(features_per_dimension=data.features_per_dimension),)


def alike(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Attacks that all find the same, what the rows of WᵀW both ways do."""
    return (
        data.assign(
            attacked=data.attacked.sel(reading=[PLOTTED] * data.sizes["reading"]).assign_coords(
                reading=data.reading
            )
        ),
    )


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
    furthest = max(off, float(max(moved)))
    sentence = f"On {len(W)} random W of {W.shape[-1]} features both lengths are equal to {bound(furthest)}."
    return {"furthest": furthest}, judge(max(off, *moved) <= 1e-9), sentence


@claim(
    "F24.rise",
    "Vulnerability rises more than threefold as superposition forms",
    "harm added per squared budget, worst of the rows of WᵀW both ways for each input, mean norm, equal importance: "
    "greatest over the one at density 1 above 3 at every size",
    sources=("F24",),
    bars=("least",),
    null=shuffled,
)
def rise(data: xr.Dataset, least: float = 3.0) -> Measured:
    """The reading that the book plots."""
    equal = chosen(data, "equal")
    return _rise(equal, least)


@claim(
    "F24.rise-ratio",
    "The attacked loss over the clean one rises more than threefold as superposition forms",
    "under every choice of candidate and norm, greatest over the one at density 1 above 3 at every size with equal "
    "importance; differently: under one of them",
    sources=("F24",),
    expected=Verdict.FAILS,
    bars=("least",),
    null=shuffled,
)
def rise_of_the_ratio(data: xr.Dataset, least: float = 3.0) -> Measured:
    """The same attacks, compared by a ratio."""
    equal = chosen(data, "equal")
    found = {str(name): rises(relative(equal, name)) for name in data.reading.values}
    passed = [bool((values > least).all()) for values in found.values()]
    most = max(found, key=lambda name: found[name].min())
    sentence = (
        f"Of {len(found)} choices, “{most}” makes it rise most, to {span(found[most], '.2f')} times "
        "that at density 1."
    )
    measured = {name: [round(float(v), 2) for v in values] for name, values in found.items()}
    return measured, judge(all(passed), any(passed)), sentence


@claim(
    "F24.rise-falling",
    "Vulnerability rises more than threefold where importance falls, too",
    "as F24.rise, for falling importance",
    sources=("F24",),
    expected=Verdict.DIFFERS,
    differently="at one size at least",
    bars=("least",),
    null=shuffled,
)
def rise_falling(data: xr.Dataset, least: float = 3.0) -> Measured:
    """Importance falls by 0.7^20 from the first to the last feature."""
    falling = chosen(data, "falling")
    return _rise(falling, least)


@claim(
    "F24.tracks",
    "Vulnerability closely tracks the number of features per dimension",
    "correlation with ‖W‖²/m over densities at least 0.9 at every size with equal importance, for the harm added per "
    "squared budget, and higher than with sparsity alone, log 1/p; differently: at least 0.7",
    sources=("F24",),
    bars=("least", "differently"),
    null=shuffled,
)
def tracks(data: xr.Dataset, least: float = 0.9, differently: float = 0.7) -> Measured:
    """Beside it the correlation of the ratio of losses."""
    equal = chosen(data, "equal")
    harm = added(equal, PLOTTED)
    found = {
        "added": correlations(equal, PLOTTED),
        "added, with log 1/p": np.array([np.corrcoef(one, -np.log(data.density))[0, 1] for one in harm]),
        "ratio": correlations(equal, PLOTTED, relative),
    }
    lowest, closer = found["added"].min(), (found["added"] > found["added, with log 1/p"]).all()
    sentence = (
        f"The correlation is {span(found['added'], '.2f')} over {len(harm)} sizes, and with sparsity alone "
        f"{span(found['added, with log 1/p'], '.2f')}."
    )
    measured = {name: values.round(3).tolist() for name, values in found.items()}
    return measured, judge(bool(lowest >= least and closer), bool(lowest >= differently)), sentence


@claim(
    "F24.signs",
    "Most of what gradient ascent finds beyond rows of WᵀW taken one way is their other way",
    "at every density of 0.1 and below and every size with equal importance, the rows both ways add at least half of "
    "what ascent with restarts adds beyond the rows one way; differently: at the lowest density",
    sources=("F24",),
    expected=Verdict.DIFFERS,
    kind="ours",
    bars=("least",),
    null=alike,
)
def signs(data: xr.Dataset, least: float = 0.5) -> Measured:
    """The share of the gap that is closed, and what ascent still finds beyond both ways."""
    equal = chosen(data, "equal")
    sparse = equal.isel(density=equal.density.values <= 0.1)
    one, both, climbed = (added(sparse, reading) for reading in (ONE_WAY, PLOTTED, ASCENT))
    gap = climbed - one
    closed = np.divide(both - one, gap, out=np.zeros_like(gap), where=gap > 0)
    beyond = added(equal, ASCENT) / added(equal, PLOTTED)
    measured = {
        "share of the gap, at least": closed.min(1).round(2).tolist(),
        "ascent over rows both ways, at most": beyond.max(1).round(2).tolist(),
        "rows both ways over one way, at most": (both / one).max(1).round(2).tolist(),
    }
    sentence = (
        f"The other way adds at least {span(100 * closed.min(1), '.0f')} % of what ascent finds beyond one way, over "
        f"{len(closed)} sizes."
    )
    return measured, judge(bool((closed >= least).all()), bool((closed[:, -1] >= least).all())), sentence


@claim(
    "F24.masking",
    "Attacks by gradient fail on very sparse features, because ReLUs are off and mask the gradient",
    "at the lowest density the gradient from the input adds less harm than the rows both ways do, at every size with "
    "equal importance; differently: at one",
    sources=("F24",),
    expected=Verdict.FAILS,
    bars=("share",),
    null=alike,
)
def masking(data: xr.Dataset, share: float = 1.0) -> Measured:
    """Beside it, rows on which every ReLU is off, and the gradient with restarts from random points of the ball."""
    equal = chosen(data, "equal").isel(density=[-1])
    once, climbed, both, one = (added(equal, reading)[:, 0] for reading in (ONCE, ASCENT, PLOTTED, ONE_WAY))
    measured = {
        "inputs masked": equal.masked.mean(("start", "density")).values.round(2).tolist(),
        "gradient without restarts, over rows both ways": (once / both).round(2).tolist(),
        "gradient with restarts, over rows both ways": (climbed / both).round(2).tolist(),
        "gradient without restarts, over rows one way": (once / one).round(2).tolist(),
    }
    weaker = once < share * both
    sentence = (
        f"The gradient adds {span(once / both, '.2f')} times the harm of the rows both ways, though "
        f"{span(100 * equal.masked.mean(('start', 'density')).values, '.0f')} % of the inputs are masked."
    )
    return measured, judge(bool(weaker.all()), bool(weaker.any())), sentence


CLAIMS = (
    identity,
    rise,
    rise_of_the_ratio,
    rise_falling,
    tracks,
    signs,
    masking,
)
