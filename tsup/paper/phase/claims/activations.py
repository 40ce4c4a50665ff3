"""Phase diagrams of other activation functions (C1)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.phase.analysis import areas, dearer, explained
from tsup.paper.phase.claims.trained import any_start, dearer_in_words
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, percent

NAMES = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "square": "square"}


def one_density(data: xr.Dataset) -> tuple[xr.Dataset]:
    """C1 with the densest models at every density."""
    W, b = (data[k].isel(density=[-1] * data.sizes["density"]) for k in ("W", "b"))
    return (data.assign(W=data.W.copy(data=W.values), b=data.b.copy(data=b.values)),)


def alike(*data: xr.Dataset) -> tuple[xr.Dataset, ...]:
    """Four diagrams of one activation function."""
    (found,) = data
    return (found.isel(activation=[0, 0, 0, 0]),)


@claim(
    "C1.area",
    "How much is superposed, over the diagram, depends on the activation function",
    "the share of its variance that the output explains of the worse explained of the two features, averaged over the "
    "diagram, differs by 0.1 or more between ReLU, GELU, SiLU and square; differently: by 0.03",
    sources=("C1",),
    bars=("least", "some"),
    null=alike,
)
def area(data: xr.Dataset, least: float = 0.1, some: float = 0.03) -> Measured:
    """Two features in one dimension, ten starts a point; nothing is counted above a threshold."""
    worse = explained(data).min(-1).mean((1, 2))
    found = {str(name): float(share) for name, share in zip(data.activation.values, worse, strict=True)}
    most, fewest = max(found, key=found.__getitem__), min(found, key=found.__getitem__)
    sentence = (
        f"The explained share is greatest under {NAMES[most]}, {percent(found[most])}, and least under "
        f"{NAMES[fewest]}, {percent(found[fewest])}."
    )
    return found, judge(bool(np.ptp(worse) >= least), bool(np.ptp(worse) >= some)), sentence


@claim(
    "C1.three",
    "Each of them has all three phases",
    "at least 5 % of the points for every phase and activation, a feature being learned where the output explains "
    "more than a quarter of its variance",
    sources=("C1",),
    thresholds=("returned",),
    bars=("least",),
    null=one_density,
)
def three(data: xr.Dataset, returned: float = 0.25, least: float = 0.05) -> Measured:
    """The smallest phase of each, and the share that is superposed."""
    found = areas(data, returned)
    smallest = {name: min(shares) for name, shares in found.items()}
    superposed = {f"superposed under {name}": shares[2] for name, shares in found.items()}
    fewest = min(smallest, key=smallest.__getitem__)
    sentence = (
        f"Of {len(found)} functions, the smallest phase is one of {NAMES[fewest]}, with "
        f"{percent(smallest[fewest])} of "
        f"the points."
    )
    return smallest | superposed, judge(min(smallest.values()) >= least), sentence


@claim(
    "C1.specks",
    "The best of ten starts is as good as training gets",
    "nowhere does it cost over 1 % more than the exact optimum; differently: at most at 1 % of the points of each "
    "activation",
    sources=("C1",),
    expected=Verdict.DIFFERS,
    kind="ours",
    thresholds=("by",),
    bars=("most",),
    null=any_start,
)
def specks(data: xr.Dataset, by: float = 0.01, most: float = 0.01) -> Measured:
    """Exact losses; where it does, all ten starts ended in a worse minimum."""
    over = dearer(data)
    measured = {
        str(name): dearer_in_words(one, by) for name, one in zip(data.activation.values, over, strict=True)
    }
    share = (over > by).mean((1, 2))
    sentence = (
        f"It costs over {percent(by)} more at {of((over > by).sum(), over.size, 'point')}; most are under "
        f"{NAMES[str(data.activation.values[share.argmax()])]}, {percent(share.max())} of its points."
    )
    return measured, judge(bool((over <= by).all()), bool(share.max() <= most)), sentence


CLAIMS = (
    area,
    three,
    specks,
)
