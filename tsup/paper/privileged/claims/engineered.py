"""Neurons made monosemantic by the biases that they start from (C4)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, percent, plain, span

AT = "at density 0.03"


def monosemantic(data: xr.Dataset, others: float = 0.1) -> np.ndarray:
    """The share of monosemantic neurons, start × seed: all features but one have at most `others` of the responses."""
    return (data.share.values >= 1 - others).mean(-1)


def all_ordinary(data: xr.Dataset) -> tuple[xr.Dataset]:
    """C4 with the neurons of the ordinary start in place of those of every other."""
    return (data.assign(share=data.share.where(False, data.share.isel(start=0, drop=True))),)


def _numbers(data: xr.Dataset, values: np.ndarray) -> dict[str, list[float]]:
    starts = map(plain, data.start.values)
    return {f"from {start}": found.tolist() for start, found in zip(starts, values, strict=True)}


@claim(
    "C4.start",
    "A start with negative hidden biases makes more neurons monosemantic",
    f"{AT}: from −1, in every seed, at least a tenth of all neurons more than from 0, where the other features have at "
    "most a tenth of a neuron's responses; differently: more in every seed",
    sources=("C4",),
    thresholds=("others",),
    bars=("more",),
    null=all_ordinary,
    turns="Where the others may have at most a twentieth, fewer neurons count, and it holds differently.",
)
def more_monosemantic(data: xr.Dataset, others: float = 0.1, more: float = 0.1) -> Measured:
    """The shares of all neurons, over seeds."""
    found = monosemantic(data, others)
    gain, last = found[-1] - found[0], plain(data.start.values[-1])
    sentence = (
        f"A share of {span(found[-1], '.2f')} of the neurons is monosemantic from {last}, and of "
        f"{span(found[0], '.2f')} from 0, over {len(gain)} seeds."
    )
    return _numbers(data, found), judge(bool((gain >= more).all()), bool((gain > 0).all())), sentence


@claim(
    "C4.free",
    "It does so at no cost in loss",
    f"{AT}: from −1, at least a tenth of all neurons more in every seed, and a mean loss of at most 1.01 times that "
    "from 0; differently: from another bias below 0",
    sources=("C4",),
    expected=Verdict.DIFFERS,
    bars=("over",),
    null=all_ordinary,
)
def at_no_cost(data: xr.Dataset, over: float = 0.01) -> Measured:
    """The ratio of losses of the same seed, the mean over seeds."""
    found = monosemantic(data)
    gains = (found - found[0] >= 0.1).all(1)
    ratio = data.loss.values / data.loss.values[0]
    free = gains & (ratio.mean(1) <= 1 + over)
    below = [plain(start) for start in data.start.values[1:]]
    won = listing(start for start, enough in zip(below, gains[1:], strict=True) if enough) or "nowhere"
    told = [f"{span(one, '.3f')} from {start}" for start, one in zip(below, ratio[1:], strict=True)]
    sentence = f"Enough become so from {won}; over that from 0, the loss is {listing(told)}."
    return _numbers(data, ratio), judge(bool(free[-1]), bool(free[1:].any())), sentence


@claim(
    "C4.silent",
    "Neurons that start too far below 0 stay silent",
    f"{AT}: in every seed at least a tenth of the neurons respond to no single feature from −1, and at most a "
    "hundredth from −0.25",
    sources=("C4",),
    kind="ours",
    bars=("least",),
    null=all_ordinary,
)
def silent(data: xr.Dataset, least: float = 0.1) -> Measured:
    """The share of neurons that respond to no feature that is on alone, at full strength."""
    found = (data.share.values == 0).mean(-1)
    last, first = plain(data.start.values[-1]), plain(data.start.values[1])
    sentence = (
        f"{percent(found[-1].min())} to {percent(found[-1].max())} of the neurons respond to no single feature from "
        f"{last}, and at most {percent(found[1].max())} from {first}."
    )
    holds = (found[-1] >= least).all() and (found[1] <= 0.01).all()
    return _numbers(data, found), judge(bool(holds)), sentence


CLAIMS = (
    more_monosemantic,
    at_no_cost,
    silent,
)
