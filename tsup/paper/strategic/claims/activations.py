"""What an activation buys, with superposition and without (F36)."""

import numpy as np
from jaxtyping import Float

from tsup.paper.claim import Measured, claim
from tsup.paper.strategic.analysis import (
    ARRANGEMENTS,
    worth,
)
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, percent

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


CLAIMS = (
    less_per_activation,
    asymptotically,
)
