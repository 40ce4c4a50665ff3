"""Two numbers in one dimension: linear ways, the paper's scheme, and what networks find (A1)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.nonlinear.scheme import LINEAR, error, linear_errors, scheme
from tsup.paper.verdict import judge
from tsup.words import listing, percent, span

LEVELS, WIDTHS = (3, 4, 5, 8), (0.01, 0.02, 0.05, 0.1)
CLOSE = 1e-4


@claim(
    "A1.linear",
    "Both linear ways, to keep one number and to average, have a mean squared error of exactly 1/24",
    "x and y uniform on [0, 1), on a grid of 400 by 400: within 0.0001 of 1/24, and of one another",
    kind="identity",
)
def linear_ways() -> Measured:
    """The mean of the squared errors of x and of y."""
    found = linear_errors()
    off = max(abs(value - LINEAR) for value in found.values())
    sentence = f"They have {listing(f'{value:.5f} ({name})' for name, value in found.items())}; 1/24 is {LINEAR:.5f}."
    return found, judge(off <= CLOSE), sentence


@claim(
    "A1.floor",
    "With the floor itself, only the rounding of x to Z levels is lost: 1/(24 Z²)",
    "without ramps, at Z = 3, 4, 5 and 8: the mean squared error on the grid within 0.0001 of 1/(24 Z²)",
    kind="identity",
)
def with_the_floor() -> Measured:
    """y comes back exactly."""
    found = {f"Z = {z}": error(scheme(z, 0.0)) for z in LEVELS}
    off = max(abs(value - LINEAR / z**2) for z, value in zip(LEVELS, found.values(), strict=True))
    sentence = f"At Z = {listing(LEVELS)} it is {listing(f'{value:.5f}' for value in found.values())}."
    return found, judge(off <= CLOSE), sentence


@claim(
    "A1.scheme",
    "With ε as large as 0.1 and Z as small as 3, the scheme outperforms linear compression",
    "with plain ramps, ε in units of Zx: the mean squared error is below 1/24 at each of Z = 3, 4, 5 and 8 and "
    "ε = 0.01, 0.02, 0.05 and 0.1",
    null=lambda: {"wider": 5.0},
)
def beats_linear(wider: float = 1.0) -> Measured:
    """A ramp of the floor and one of its inverse for every level but the first."""
    found = np.array([[error(scheme(z, wider * width)) for width in WIDTHS] for z in LEVELS])
    sentence = f"At Z = 3 and ε = 0.1 it is {found[0, -1]:.4f}, in all {span(found, '.4f')}; linear has {LINEAR:.4f}."
    measured = {"Z = 3": found[0].tolist(), "largest": float(found.max())}
    return measured, judge(bool((found < LINEAR).all())), sentence


@claim(
    "A1.unit",
    "It does so only if ε is counted in levels: ramps 0.1 wide in x itself lose to linear compression",
    "with plain ramps, Z = 3: above 1/24 where a ramp takes 0.1 of x, which is ε = 0.3, and below it where ε = 0.1",
    kind="ours",
    null=lambda: {"wide": 0.1},
)
def in_which_unit(wide: float = 0.3) -> Measured:
    """The paper does not say in which unit ε is."""
    levels, own = error(scheme(3, 0.1)), error(scheme(3, wide))
    sentence = (
        f"A ramp of 0.1 levels leaves {levels:.4f}, one of 0.1 of x {own:.4f}; linear has {LINEAR:.4f}."
    )
    return {"levels": levels, "x": own}, judge(levels < LINEAR < own), sentence


@claim(
    "A1.gap",
    "A gap that keeps y away from the decoder's ramps halves the error",
    "Z = 3, ε = 0.1: with y stored as (1 − ε) y, the mean squared error is at most 0.5 times that of plain ramps "
    "(differently: 0.7 times)",
    kind="ours",
    bars=("most",),
    null=lambda: {"gap": False},
)
def with_a_gap(most: float = 0.5, gap: bool = True) -> Measured:
    """What is lost then is lost where the encoder's ramps are."""
    plain, own = error(scheme(3, 0.1)), error(scheme(3, 0.1, gap))
    sentence = f"It is {own:.4f} with a gap and {plain:.4f} without."
    return {"with a gap": own, "plain": plain}, judge(own <= most * plain, own <= 0.7 * plain), sentence


def none_learned(data: xr.Dataset) -> tuple[xr.Dataset]:
    """A1 with linear models in the networks' places."""
    return (data.assign(error=data.error.copy(data=data.linear_error.values)),)


@claim(
    "A1.trained-linear",
    "A trained linear model finds nothing better than 1/24",
    "two features at density 1, one hidden dimension: the best start's loss a feature is within 0.001 of 1/24",
    sources=("A1",),
    kind="ours",
    bars=("close",),
    null=lambda data: (data.assign(linear_error=data.error),),
)
def trained_linear(data: xr.Dataset, close: float = 1e-3) -> Measured:
    """Its loss is taken on drawn rows."""
    best = float(data.linear_error.min())
    return (
        {"best": best},
        judge(abs(best - LINEAR) <= close),
        f"The best has {best:.5f}; 1/24 is {LINEAR:.5f}.",
    )


@claim(
    "A1.networks",
    "Small networks find a compression as good as the scheme",
    "numbers at density 1, 16 ReLUs on either side of t: the best start has at most the error of the scheme with Z = 3 "
    "and ε = 0.1 with a gap (differently: at most that of plain ramps)",
    sources=("A1",),
    kind="ours",
    null=none_learned,
)
def as_good(data: xr.Dataset) -> Measured:
    """The scheme at Z = 3 takes 5 ReLUs on either side."""
    best, middle = float(data.error.min()), float(data.error.median())
    gap, plain = error(scheme(3, 0.1, True)), error(scheme(3, 0.1))
    sentence = (
        f"The best has {best:.4f} and the median {middle:.4f}; the scheme has {gap:.4f}, and {plain:.4f} without "
        "a gap."
    )
    return (
        {"best": best, "median": middle, "gap": gap, "plain": plain},
        judge(best <= gap, best <= plain),
        sentence,
    )


@claim(
    "A1.usual",
    "Most networks do better than linear compression",
    "numbers at density 1: nine in ten starts have at most half of 1/24 (differently: half of the starts)",
    sources=("A1",),
    kind="ours",
    bars=("most",),
    null=none_learned,
)
def usually_better(data: xr.Dataset, most: float = 0.5) -> Measured:
    """A start can be stuck with a t that both numbers share."""
    share = float((data.error <= most * LINEAR).mean())
    sentence = (
        f"{percent(share)} of {data.sizes['start']} starts do; the worst has {float(data.error.max()):.4f}."
    )
    return {"share": share, "worst": float(data.error.max())}, judge(share >= 0.9, share >= 0.5), sentence


CLAIMS = (
    linear_ways,
    with_the_floor,
    beats_linear,
    in_which_unit,
    with_a_gap,
    trained_linear,
    as_good,
    usually_better,
)
