"""Pure and polysemantic neurons, primary and secondary features (F33)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup import circuits
from tsup.paper.claim import Measured, claim
from tsup.paper.computation.analysis import ACTIVE, contributions
from tsup.paper.computation.claims.sparsity import by_density, features_held, without_superposition
from tsup.paper.verdict import Verdict, judge
from tsup.words import count, percent, span

TOP = 0.01


def equal_weights(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F32 with all features that a neuron holds taken in alike, so that none is primary."""
    held = circuits.held(data.W1.values, data.W2.values)
    return (data.assign(W1=data.W1.copy(data=np.where(held, np.sign(data.W1.values), 0))),)


@claim(
    "F33.mixed",
    "In between, pure neurons stand beside highly polysemantic ones in one model",
    "at some density at least a quarter of the neurons hold one feature, and at least a quarter three or more",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    differently="a tenth of either kind",
    thresholds=("threshold", "living"),
    turns="does not hold where a feature is held only from |W₁| of ½ on",
    bars=("least",),
    null=without_superposition,
)
def mixed(data: xr.Dataset, threshold: float = 0.25, living: float = 0.1, least: float = 0.25) -> Measured:
    """Of the best start at every density."""
    held = features_held(data, threshold, living)
    pure, poly = (held == 1).mean(1), (held >= 3).mean(1)
    both = np.minimum(pure, poly)
    most = both.argmax()
    sentence = (
        f"The most mixed model, at density {data.density.values[most]:g}, has {percent(pure[most])} "
        "of neurons with one "
        f"feature and {percent(poly[most])} with three or more."
    )
    measured = {
        "densities": by_density(data.density.values),
        "one feature": by_density(pure),
        "three or more": by_density(poly),
    }
    return measured, judge(bool(both.max() >= least), bool(both.max() >= 0.1)), sentence


def due_to_primary(
    W1: Float[np.ndarray, "hidden feature"],
    density: float,
    neurons: Bool[np.ndarray, " hidden"],
    share: float = TOP,
    active: float = ACTIVE,
) -> Float[np.ndarray, "neuron 2"]:
    """The share of the top `share` and of the lower half of each neuron's activations that its largest feature pushes
    up most."""
    shares = []
    for neuron in np.flatnonzero(neurons):
        h, cause = contributions(W1, density, int(neuron), active)
        by_first = cause == np.abs(W1[neuron]).argmax()
        top = max(int(share * len(h)), 20)
        shares.append([by_first[:top].mean(), by_first[len(h) // 2 :].mean()])
    return np.array(shares).reshape(-1, 2)


@claim(
    "F33.primary",
    "Many polysemantic neurons have a primary feature with a large weight, and secondary ones with smaller weights",
    "of the neurons that hold several features, over densities where there are ten or more, at least half have a "
    "largest |W₁| of twice the second",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    differently="a quarter, at one density at least",
    thresholds=("threshold", "living", "ratio"),
    turns="holds at a ratio of 1, which every neuron passes; does not hold at a ratio of 4, nor where a feature is "
    "held only from |W₁| of ½ on",
    bars=("least", "some"),
    null=equal_weights,
)
def primary_weight(
    data: xr.Dataset,
    threshold: float = 0.25,
    living: float = 0.1,
    ratio: float = 2.0,
    least: float = 0.5,
    some: float = 0.25,
) -> Measured:
    """Of the best start at every density."""
    held = features_held(data, threshold, living)
    size = np.sort(np.abs(data.W1.values), -1)
    large = size[..., -1] >= ratio * size[..., -2]
    shares = {
        float(p): float(one[several].mean())
        for p, one, several in zip(data.density.values, large, held > 1, strict=True)
        if several.sum() >= 10
    }
    values = list(shares.values())
    found = span([100 * value for value in values], ".2g") if values else "0"
    sentence = (
        f"At {count(len(shares), 'density')} with ten such neurons or more, {found} % of them have a largest weight of "
        f"{ratio:g} times the second."
    )
    measured = {"densities": list(shares), "share": by_density(np.array(values))}
    holds = bool(values) and min(values) >= least
    return measured, judge(holds, bool(values) and max(values) >= some), sentence


@claim(
    "F33.profile",
    "A neuron's largest activations are nearly all due to its primary feature, its smaller ones to many",
    "over neurons that hold several features, at densities with ten or more: median share of "
    f"the top {TOP:.0%} due to "
    "the primary feature at least 0.9, and of the lower half at most 0.5",
    sources=("F32",),
    expected=Verdict.DIFFERS,
    differently="more of the top than of the lower half",
    thresholds=("threshold", "living", "share", "active"),
    bars=("most", "least"),
    null=equal_weights,
)
def profile(
    data: xr.Dataset,
    threshold: float = 0.25,
    living: float = 0.1,
    share: float = TOP,
    active: float = ACTIVE,
    least: float = 0.9,
    most: float = 0.5,
) -> Measured:
    """Due to: the feature that pushes the neuron up most."""
    several, p = features_held(data, threshold, living) > 1, data.density.values
    at = [k for k in range(len(several)) if several[k].sum() >= 10]
    found = (due_to_primary(data.W1.values[k], float(p[k]), several[k], share, active) for k in at)
    shares = np.array([np.median(one, 0) for one in found]).reshape(-1, 2)
    top, low = shares.T
    sentence = "At 0 densities there are ten such neurons."
    if at:
        sentence = (
            f"At {count(len(at), 'density')} the primary feature is behind {span(100 * top, '.0f')} % of "
            f"the top {percent(share)} and "
            f"{span(100 * low, '.1f')} % of the lower half."
        )
    measured = {
        "densities": by_density(data.density.values[at]),
        "of the top": by_density(top),
        "of the lower half": by_density(low),
    }
    holds = bool(at) and bool(top.min() >= least and low.max() <= most)
    return measured, judge(holds, bool(at) and bool((top > low).all())), sentence


CLAIMS = (
    mixed,
    primary_weight,
    profile,
)
