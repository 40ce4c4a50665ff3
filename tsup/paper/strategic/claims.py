"""What a penalty on hidden activations does (F35), and what an activation buys (F36)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.strategic.analysis import (
    ARRANGEMENTS,
    LINEAR,
    RELU,
    between,
    cosine,
    kept,
    mixture,
    threshold,
    worth,
)
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, percent, span

CLOSE = 0.1  # how near a measured importance threshold is to the derived one, as a share of it


def superposed(data: xr.Dataset, model: str) -> Int[np.ndarray, " density"]:
    """The densities, by place, at which such a model keeps more features than it has dimensions, unpenalised."""
    return np.flatnonzero(kept(data, model)[:, 0].sum(-1) > data.sizes["hidden"])


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


def _dense_to_sparse(data: xr.Dataset, places: Int[np.ndarray, " density"]) -> str:
    return listing(f"{data.density.values[k]:g}" for k in places)


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


def without_sharing(data: xr.Dataset, most: float, norm: float = 0.5) -> Bool[np.ndarray, "density penalty"]:
    """Where the linear hidden layer keeps two features or more, no two of which have a |cosine| of `most`."""
    return (cosine(data, LINEAR, norm) < most) & (kept(data, LINEAR, norm).sum(-1) >= 2)


@claim(
    "F35.rid",
    "It is easy to get rid of superposition with a penalty",
    "of a linear hidden layer, at every density at which it superposes features without a penalty: under some penalty "
    "it keeps two features or more, no two of which have a |cosine| of 0.2 or more",
    sources=("F35",),
    thresholds=("most", "norm"),
    turns=AT_ONE,
    null=unpenalised,
)
def rid(data: xr.Dataset, most: float = 0.2, norm: float = 0.5) -> Measured:
    """Between features whose norm passes one half."""
    places = superposed(data, LINEAR)
    free, count = (
        each[places] for each in (without_sharing(data, most, norm), kept(data, LINEAR, norm).sum(-1))
    )
    first = [float(data.penalty.values[row.argmax()]) if row.any() else None for row in free]
    left = [int(each[row.argmax()]) for each, row in zip(count, free, strict=True)]
    sentence = (
        f"At densities {_dense_to_sparse(data, places)} it is first gone under penalties of "
        f"{listing('none' if value is None else f'{value:.2g}' for value in first)}, with {listing(left)} features "
        "left."
    )
    measured = {
        "densities": data.density.values[places].tolist(),
        "first under": first,
        "features left": left,
    }
    return measured, judge(len(places) > 0 and bool(free.any(1).all()), bool(free.any())), sentence


@claim(
    "F35.orthogonal",
    "From some penalty on, the features that are left are orthogonal",
    "where F35.rid finds superposition without a penalty: under every penalty from some on no two kept features have "
    "a |cosine| of 0.2 or more, and under the first of these two features or more are kept (differently: at most of "
    "these densities)",
    sources=("F35",),
    expected=Verdict.DIFFERS,
    kind="ours",
    thresholds=("most", "norm"),
    null=unpenalised,
)
def orthogonal(data: xr.Dataset, most: float = 0.2, norm: float = 0.5) -> Measured:
    """Between features whose norm passes one half."""
    places = superposed(data, LINEAR)
    shared = cosine(data, LINEAR, norm)[places] >= most
    count = kept(data, LINEAR, norm).sum(-1)[places]
    last = [int(np.flatnonzero(row).max(initial=-1)) for row in shared]
    after = [int(row[k + 1]) if k + 1 < len(row) else 0 for k, row in zip(last, count, strict=True)]
    until = ["none" if k < 0 else f"{data.penalty.values[k]:.2g}" for k in last]
    sentence = (
        f"At densities {_dense_to_sparse(data, places)} features still share under penalties of {listing(until)}; "
        f"under the next one {listing(after)} are kept."
    )
    measured = {
        "densities": data.density.values[places].tolist(),
        "last shared under": until,
        "kept under the next": after,
    }
    several = np.array(after) >= 2
    return measured, judge(bool(several.all()), bool(several.sum() > len(several) / 2)), sentence


@claim(
    "F35.pair",
    "A pair survives a slightly larger penalty than a feature that has a neuron to itself",
    "from the exact loss at densities 0.3, 0.1 and 0.03: the largest penalty, over the importance, under which the "
    "neuron pays is higher for a pair than for one feature",
    kind="ours",
    null=lambda: {"relief": 0.0},
)
def pairs_last(relief: float = 1.0) -> Measured:
    """Two features that are on together cancel in part, which relieves |h|."""
    p = np.array([0.3, 0.1, 0.03])
    one, two = (np.array([threshold(float(at), k) for at in p]) for k in (1, 2))
    two = two * (1 - (1 - relief) * 2 * p / 3)
    sentence = (
        f"It is {span(100 * (two / one - 1), '.2f')} % higher, at densities {listing(f'{at:g}' for at in p)}."
    )
    measured = {"densities": p.tolist(), "one": one.tolist(), "pair": two.tolist()}
    return measured, judge(bool((two > one).all()), bool((two > one).any())), sentence


@claim(
    "F35.loss",
    "Getting rid of it costs performance",
    "where superposition is first gone (see F35.rid), the loss without the penalty is at least 1.1 times that of the "
    "model trained without one, at every density (differently: at most of them)",
    sources=("F35",),
    bars=("least",),
    null=unpenalised,
)
def price(data: xr.Dataset, least: float = 1.1) -> Measured:
    """On the same rows."""
    places, losses = superposed(data, LINEAR), data.loss.sel(model=LINEAR).values
    free = without_sharing(data, 0.2)
    ratio = np.array([losses[k, free[k].argmax()] / losses[k, 0] for k in places])
    sentence = (
        f"At densities {_dense_to_sparse(data, places)} it is {listing(f'{value:.2g}' for value in ratio)} times that "
        "of the model without a penalty."
    )
    dear = ratio >= least
    measured = {"densities": data.density.values[places].tolist(), "ratio": ratio.tolist()}
    return measured, judge(len(ratio) > 0 and bool(dear.all()), bool(dear.sum() > len(dear) / 2)), sentence


@claim(
    "F35.margin",
    "A little less superposition costs next to nothing",
    "at every density at which a linear hidden layer superposes features without a penalty, there is a penalty under "
    "which Σ cos² over pairs of kept features is at most 0.9 of what it was, and the loss without the penalty at most "
    "1.01 times (differently: at some of these)",
    sources=("F35",),
    expected=Verdict.FAILS,
    bars=("less", "risen"),
    null=unpenalised,
)
def margin(data: xr.Dataset, less: float = 0.9, risen: float = 0.01) -> Measured:
    """On the same rows."""
    shared = (between(data, LINEAR) ** 2).sum((-2, -1))
    losses, places = data.loss.sel(model=LINEAR).values, superposed(data, LINEAR)
    ratio, share = (each[places] / each[places][:, :1] for each in (losses, shared))
    dearer = np.where(share <= less, ratio, np.inf).min(1)
    times = ["none" if np.isinf(value) else f"{value:.2f}" for value in dearer]
    sentence = (
        f"At densities {_dense_to_sparse(data, places)} the loss is at least {listing(times)} times what it was where "
        f"superposition has fallen to {percent(less)}."
    )
    measured = {"densities": data.density.values[places].tolist(), "loss": times}
    cheap = dearer <= 1 + risen
    return measured, judge(len(cheap) > 0 and bool(cheap.all()), bool(cheap.any())), sentence


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


SPARSE = (0.7, 0.5, 0.3, 0.1, 0.03, 0.01)


def by_the_neuron() -> dict[str, float]:
    """As if a shared neuron were on no more often than one with a feature of its own."""
    return {"discount": 2.0}


@claim(
    "F36.less",
    "Measured by what it takes off the loss for every activation, superposition is not optimal",
    "an antipodal pair, a triangle and a pentagon at their best norm and bias, against a neuron for every feature, at "
    "densities from 0.7 to 0.01: less for each (differently: the pair)",
    null=by_the_neuron,
)
def less_per_activation(discount: float = 1.0) -> Measured:
    """Exact; a neuron is active when any feature that it has a weight for is."""
    ratio = per_activation() * discount
    sentence = (
        "For an activation they take off "
        + listing(
            f"{percent(row.min())} to {percent(row.max())} ({one.name})"
            for one, row in zip(ARRANGEMENTS[1:], ratio, strict=True)
        )
        + " of what a neuron each does."
    )
    measured = {one.name: row.tolist() for one, row in zip(ARRANGEMENTS[1:], ratio, strict=True)}
    return measured, judge(bool((ratio < 1).all()), bool((ratio[0] < 1).all())), sentence


def per_activation() -> Float[np.ndarray, "arrangement density"]:
    """What the arrangements with superposition take off the loss for an activation, over what a neuron each does."""
    each = np.array(
        [[w.reduction / w.active for w in (worth(k, p) for p in SPARSE)] for k in range(len(ARRANGEMENTS))]
    )
    return each[1:] / each[0]


@claim(
    "F36.asymptotic",
    "It becomes as good as dedicated neurons as features get sparser",
    "at density 0.01 at least 0.99 of what a neuron each takes off, for the pair, the triangle and the pentagon "
    "(differently: for the pair)",
    expected=Verdict.DIFFERS,
    bars=("short",),
    null=lambda: {"place": 0},
)
def asymptotically(short: float = 0.01, place: int = -1) -> Measured:
    """Exact; a triangle and a pentagon turn on two neurons for most of their features."""
    last = per_activation()[:, place]
    sentence = (
        f"At density {SPARSE[place]:g} it is "
        + listing(f"{percent(value)} ({one.name})" for one, value in zip(ARRANGEMENTS[1:], last, strict=True))
        + "."
    )
    measured = {one.name: float(value) for one, value in zip(ARRANGEMENTS[1:], last, strict=True)}
    return measured, judge(bool((last >= 1 - short).all()), bool(last[0] >= 1 - short)), sentence


def lossless(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F20 as if its shared neurons lost nothing."""
    return (data.assign(loss=xr.zeros_like(data.loss)),)


@claim(
    "F36.experts",
    "Mixtures of experts eat the gap that superposition lives off",
    "at each density of F20, an expert with a neuron for every feature of its set takes more off the loss for an "
    "activation than the trained model that shares its neurons; differently: at one density",
    sources=("F20",),
    expected=Verdict.FAILS,
    null=lossless,
)
def experts(data: xr.Dataset) -> Measured:
    """The experts and what routes to them are made by hand; the model that shares is the best trained one."""
    found = mixture(data)
    bought = {name: found[name] / found[f"{name} on"] for name in ("shared", "experts")}
    ratio = bought["shared"] / bought["experts"]
    sentence = (
        f"For an activation shared neurons take off {span(100 * ratio, '.1f')} % of what experts do, at densities from "
        f"{span(data.density.values)}."
    )
    measured = {"densities": data.density.values.tolist(), "ratio": ratio.tolist()}
    return measured, judge(bool((ratio < 1).all()), bool((ratio < 1).any())), sentence


CLAIMS = (
    fewer,
    fewer_behind_a_relu,
    thresholds,
    rid,
    orthogonal,
    pairs_last,
    price,
    margin,
    beside_by_hand,
    aligned,
    less_per_activation,
    asymptotically,
    experts,
)
