"""Whether a penalty on hidden activations rids a model of superposition, and what that costs (F35)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.strategic.analysis import (
    LINEAR,
    between,
    cosine,
    kept,
    threshold,
)
from tsup.paper.strategic.claims.penalty import unpenalised
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, percent, span


def superposed(data: xr.Dataset, model: str) -> Int[np.ndarray, " density"]:
    """The densities, by place, at which such a model keeps more features than it has dimensions, unpenalised."""
    return np.flatnonzero(kept(data, model)[:, 0].sum(-1) > data.sizes["hidden"])


def _dense_to_sparse(data: xr.Dataset, places: Int[np.ndarray, " density"]) -> str:
    return listing(f"{data.density.values[k]:g}" for k in places)


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


CLAIMS = (
    rid,
    orthogonal,
    pairs_last,
    price,
    margin,
)
