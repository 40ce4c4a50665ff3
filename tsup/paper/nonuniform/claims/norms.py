"""How long the vectors of a pentagon are, beside their biases (F18)."""

import numpy as np
import xarray as xr

from tsup import measure
from tsup.paper.claim import Measured, claim
from tsup.paper.nonuniform.claims.pentagon import PENTAGON, exact_difference
from tsup.paper.verdict import Verdict, judge
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
    expected=Verdict.FAILS,
    bars=("near",),
    null=unit,
)
def norms(data: xr.Dataset, near: float = 0.03) -> Measured:
    """On the branch of the pentagon, where it has the least loss."""
    best = exact_difference(data) < 0
    W, b = (data[name].sel(branch=PENTAGON).values[best] for name in ("branch_W", "branch_b"))
    off, off_square = (np.abs(measure.norms(W) ** power * (1 + b) - 1) for power in (1, 2))
    equal = int(np.abs(data["at"].values[best] - 0.05).argmin())
    sentence = (
        f"With all at one density ‖W_i‖ is off by {percent(off[equal].max())} and ‖W_i‖² by "
        f"{percent(off_square[equal].max())}; over all pentagons by up to {percent(off.max())} and "
        f"{percent(off_square.max())}."
    )
    measured = {"norm": off.max(), "square of the norm": off_square.max(), "largest t": -b.min()}
    holds, differently = bool(off.max() <= near), bool(off_square.max() <= near)
    return {name: float(value) for name, value in measured.items()}, judge(holds, differently), sentence


CLAIMS = (norms,)
