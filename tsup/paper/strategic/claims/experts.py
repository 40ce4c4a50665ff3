"""Mixtures of experts beside a model that shares its neurons: by hand, and with a learned router (F36)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.measure import represented
from tsup.paper.claim import Measured, claim
from tsup.paper.strategic.analysis import mixture, routed_mixture
from tsup.paper.verdict import Verdict, judge
from tsup.words import span


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


def _over_prices(data: xr.Dataset, values: np.ndarray) -> dict[str, list[float]]:
    prices = data.price.values
    return {f"price {one:g}": row.tolist() for one, row in zip(prices, values.T, strict=True)}


@claim(
    "F36.learned",
    "Experts whose router is learned take more off the loss for an activation than neurons that share",
    "two experts of ten neurons, at each density of F20 under prices of 0.05 and 0.2 for a neuron that is on: the best "
    "start's loss taken off over its neurons on, over that of F20's trained model, above 1; differently: under one of "
    "the prices",
    sources=("F20", "F36"),
    expected=Verdict.FAILS,
    null=lambda sets, data: (*lossless(sets), data),
)
def learned(sets: xr.Dataset, data: xr.Dataset) -> Measured:
    """The best start by loss and price."""
    shared, own = mixture(sets), routed_mixture(data)
    ratio = (own["taken"] / own["on"]) / (shared["shared"] / shared["shared on"])[:, None]
    sentence = (
        f"For an activation they take off {span(100 * ratio[:, 0], '.1f')} % of what shared neurons do under the lower "
        f"price, {span(100 * ratio[:, -1], '.1f')} % under the higher."
    )
    better = (ratio > 1).all(0)
    return _over_prices(data, ratio), judge(bool(better.all()), bool(better.any())), sentence


def rerouted(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F36 with the experts of other rows."""
    cost = data.shuffled.expand_dims("replica", axis=2)
    return (data.drop_vars(["loss", "on"]).assign(loss=cost, on=xr.zeros_like(cost)),)


@claim(
    "F36.router",
    "A learned router does as well as experts by hand that are told which set is on",
    "at each density of F20 under each price: the best start's loss and price is at most 1.01 of that of an expert for "
    "every set, on with it (differently: at half of these)",
    sources=("F36",),
    kind="ours",
    bars=("over",),
    null=rerouted,
)
def router(data: xr.Dataset, over: float = 0.01) -> Measured:
    """The experts by hand lose nothing and have a neuron for every feature."""
    ratio = ((data.loss + data.price * data.on).min("replica") / data.hand_total).values
    fine = ratio <= 1 + over
    sentence = (
        f"They cost {span(ratio[:, 0], '.3f')} of it under the lower price, {span(ratio[:, -1], '.3f')} under the "
        "higher."
    )
    return _over_prices(data, ratio), judge(bool(fine.all()), bool(fine.mean() >= 0.5)), sentence


def crowded(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F36 with the features of both experts in each of them."""
    both = data.W.sum("expert", keepdims=True)
    return (data.assign(W=data.W.copy(data=np.broadcast_to(both.values, data.W.shape))),)


def held(data: xr.Dataset, norm: float = 0.5) -> Float[np.ndarray, "density price"]:
    """Represented features over neurons, of the fullest expert that is on for one of the sets in most rows."""
    count = represented(data.W.values.astype(float), norm).sum(-1) / data.sizes["hidden"]
    used = data.routed.values.max(-2) > 0.5
    return np.where(used, count, 0).max(-1)


@claim(
    "F36.less-superposition",
    "Mixtures of experts have less superposition",
    "at each density of F20 under each price: no expert of the best start represents more than 1.05 features for every "
    "neuron, where F20's model has two (differently: under one of the prices)",
    sources=("F36",),
    thresholds=("norm",),
    null=crowded,
)
def less_superposition(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """Of the experts that are on in more than half of the rows of some sets."""
    found = held(data, norm)
    sentence = (
        f"An expert has up to {span(found[:, 0], '.1f')} features for every neuron under the lower price, "
        f"{span(found[:, -1], '.1f')} under the higher."
    )
    few = (found <= 1.05).all(0)
    return _over_prices(data, found), judge(bool(few.all()), bool(few.any())), sentence


CLAIMS = (
    experts,
    learned,
    router,
    less_superposition,
)
