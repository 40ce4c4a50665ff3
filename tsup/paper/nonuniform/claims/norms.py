"""How long the vectors of a pentagon are, beside their biases (F18)."""

import numpy as np
import xarray as xr

from tsup import measure
from tsup.paper.claim import Measured, claim
from tsup.paper.nonuniform.claims.pentagon import PENTAGON, exact_difference
from tsup.paper.verdict import judge
from tsup.words import percent


def unit(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F18 with vectors of norm 1 and biases as they are."""
    W = data.branch_W
    return (data.assign(branch_W=W / np.sqrt((W**2).sum("hidden"))),)


@claim(
    "F18.norms",
    "The norms of a pentagon's vectors make up for its negative biases: ‖W_i‖ = 1/(1 − t), with t the bias's size",
    "for every feature of every exact pentagon that is the best arrangement, ‖W_i‖ within 3 % of 1/(1 − t); "
    "differently: ‖W_i‖² within 3 % of it",
    sources=("F18",),
    bars=("near",),
    null=unit,
)
def norms(data: xr.Dataset, near: float = 0.03) -> Measured:
    """On the branch of the pentagon, where it has the least loss."""
    best = exact_difference(data) < 0
    W, b = (data[name].sel(branch=PENTAGON).values[best] for name in ("branch_W", "branch_b"))
    length, expected = measure.norms(W), 1 / (1 + b)
    off, off_square = (float(np.abs(one / expected - 1).max()) for one in (length, length**2))
    sentence = (
        f"Over {length.size} features ‖W_i‖ is off by up to {percent(off)}, and ‖W_i‖² by up to "
        f"{percent(off_square)}; t is up to {-b.min():.2f}."
    )
    measured = {"norm": off, "square of the norm": off_square, "largest t": float(-b.min())}
    return measured, judge(off <= near, off_square <= near), sentence


CLAIMS = (norms,)
