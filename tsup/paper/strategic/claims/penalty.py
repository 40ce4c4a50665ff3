"""What a penalty on hidden activations leaves of the features (F35)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.strategic.analysis import (
    LINEAR,
    RELU,
    kept,
    threshold,
)
from tsup.paper.verdict import Verdict, judge
from tsup.words import percent, span

CLOSE = 0.1  # how near a measured importance threshold is to the derived one, as a share of it


def reversed_penalties(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F35 with the models in the reverse order of the penalty."""
    return (data.isel(penalty=slice(None, None, -1)).assign_coords(penalty=data.penalty.values),)


def unpenalised(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F35 with the models that were trained without a penalty under every penalty."""
    free = data.isel(penalty=0)
    names = ("W", "b", "loss", "activity")
    return (
        data.assign(
            {name: xr.broadcast(free[name], data[name])[0].transpose(*data[name].dims) for name in names}
        ),
    )


def _shrinks(data: xr.Dataset, model: str, norm: float) -> Measured:
    count = kept(data, model, norm).sum(-1)
    falls, ends = (np.diff(count, axis=1) <= 0).all(1), count[:, -1] == 0
    sentence = (
        f"From no penalty to {data.penalty.values[-1]:g} the best start keeps {span(count[:, 0], '.0f')} features, "
        f"then {span(count[:, -1], '.0f')}; the number never rises at {falls.sum()} of {len(falls)} densities."
    )
    measured = {
        f"kept at density {p:g}": each.tolist() for p, each in zip(data.density.values, count, strict=True)
    }
    right = falls & ends
    return measured, judge(bool(right.all()), bool(right.sum() > len(right) / 2)), sentence


@claim(
    "F35.fewer",
    "A penalty on Σ|h| makes the model drop features, the more the larger it is",
    "of a linear hidden layer, at every density: the number of features that the best start keeps never rises from one "
    "penalty to the next, and is 0 at the last (differently: at most of the densities)",
    sources=("F35",),
    thresholds=("norm",),
    turns="holds differently where norms from 0.25 on count: at one density the number rises once",
    null=reversed_penalties,
)
def fewer(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """A feature is kept whose norm passes one half."""
    return _shrinks(data, LINEAR, norm)


@claim(
    "F35.relu",
    "With a ReLU on the hidden layer a penalty does the same",
    "as F35.fewer, of a ReLU hidden layer, by the positive parts of its weights (differently: at most of the "
    "densities)",
    sources=("F35",),
    expected=Verdict.DIFFERS,
    thresholds=("norm",),
    turns=AT_ONE,
    null=reversed_penalties,
)
def fewer_behind_a_relu(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """A weight that is negative lets nothing through."""
    return _shrinks(data, RELU, norm)


@claim(
    "F35.threshold",
    "It kills the features below a certain importance threshold, which rises with the penalty",
    "of a linear hidden layer on sparse features (density below 1), under every penalty under which neurons are left "
    f"over: the importances of the least kept and of the greatest dropped feature are within {percent(CLOSE)} of the "
    "derived threshold, or on their sides of it (differently: at nine in ten of these)",
    sources=("F35",),
    bars=("close",),
    thresholds=("norm",),
    turns=AT_ONE,
    null=reversed_penalties,
)
def thresholds(data: xr.Dataset, close: float = CLOSE, norm: float = 0.5) -> Measured:
    """The threshold of a feature with a neuron of its own, from the exact loss; neurons are left where fewer features
    than neurons are kept."""
    own, importance = kept(data, LINEAR, norm), data.importance.values
    right, off, tried = 0, 0.0, 0
    for k, p in enumerate(data.density.values):
        for j, penalty in enumerate(data.penalty.values):
            held = own[k, j]
            if p == 1 or penalty == 0 or held.sum() >= data.sizes["hidden"]:
                continue
            derived = penalty / threshold(float(p))
            least = importance[held].min() if held.any() else np.inf
            greatest = importance[~held].max() if not held.all() else 0.0
            far = max(derived / least - 1, 1 - derived / greatest if greatest else 0.0, 0.0)
            tried, right, off = tried + 1, right + int(far <= close), max(off, far)
    sentence = (
        f"So it is in {right} of {tried} cases; "
        + (
            f"a feature is up to {percent(off)} on the wrong side"
            if off
            else "no feature is on the wrong side"
        )
        + " of the derived threshold."
    )
    measured = {"cases": tried, "right": right, "furthest": off}
    return measured, judge(tried > 0 and right == tried, tried > 0 and right >= 0.9 * tried), sentence


@claim(
    "F35.by-hand",
    "No trained model costs more than the best model made by hand, penalty included",
    "the best start's loss with the penalty, over that of the model by hand on the same rows: at most 1.01 for every "
    "kind, density and penalty (differently: at nine in ten)",
    sources=("F35",),
    expected=Verdict.DIFFERS,
    kind="ours",
    bars=("most",),
    null=lambda data: (data.assign(total=data.total * 1.1),),
)
def beside_by_hand(data: xr.Dataset, most: float = 1.01) -> Measured:
    """A neuron for a feature, or for a pair where the hidden layer is linear."""
    ratio = (data.total.min("replica") / data.hand_total).values
    fine = ratio <= most
    sentence = (
        f"It costs more at {int((~fine).sum())} of {fine.size} places; the ratio is {ratio.min():.2f} to "
        f"{ratio.max():.3f}."
    )
    measured = {
        "least": float(ratio.min()),
        "most": float(ratio.max()),
        "places": fine.size,
        "dearer": int((~fine).sum()),
    }
    return measured, judge(bool(fine.all()), bool(fine.mean() >= 0.9)), sentence


@claim(
    "F35.aligned",
    "Under a penalty sparse features line up with neurons, and features that are always on do not",
    "of a linear hidden layer, the largest share of a kept feature's |weights| on one neuron, in the mean over "
    "features and penalties: at least 0.95 at every density below 1, and at most 0.8 at density 1",
    sources=("F35",),
    kind="ours",
    bars=("elsewhere",),
    null=unpenalised,
)
def aligned(data: xr.Dataset, elsewhere: float = 0.05, low: float = 0.8) -> Measured:
    """Of the models under a penalty that keep any feature."""
    W = np.abs(data.W.sel(model=LINEAR).values[:, 1:].astype(float))
    own = kept(data, LINEAR)[:, 1:]
    share = W.max(-2) / np.maximum(W.sum(-2), 1e-12)
    means = np.array(
        [one[held].mean() if held.any() else np.nan for one, held in zip(share, own, strict=True)]
    )
    dense = data.density.values == 1
    sentence = (
        f"One neuron has {span(100 * means[~dense], '.0f')} % of a feature's weights at densities below 1, and "
        f"{span(100 * means[dense], '.0f')} % at density 1."
    )
    fits = bool((means[~dense] >= 1 - elsewhere).all()), bool((means[dense] <= low).all())
    return (
        {"densities": data.density.values.tolist(), "share": means.tolist()},
        judge(all(fits), any(fits)),
        sentence,
    )


CLAIMS = (
    fewer,
    fewer_behind_a_relu,
    thresholds,
    beside_by_hand,
    aligned,
)
