"""Leverage and dimensionality (C8)."""

import numpy as np
import xarray as xr

from tsup.geometry import polytopes
from tsup.measure import dimensionality, leverage
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import judge
from tsup.words import bound as power
from tsup.words import span


@claim(
    "C8.bound",
    "A feature's dimensionality is at most its leverage score, and leverage scores sum to the rank",
    "D_i ≤ τ_i + 1e-9 for every feature and |Στ_i − rank W| ≤ 1e-6, in the shown models of every density",
    sources=("F14",),
    kind="identity",
)
def bound(data: xr.Dataset) -> Measured:
    """Over all shown models; and how much of the leverage is dimensionality."""
    W = data.W.values.astype(float)
    D, tau = dimensionality(W), leverage(W)
    excess = float((D - tau).max())
    off = float(np.abs(tau.sum(-1) - np.linalg.matrix_rank(W)).max())
    ratios = (D.sum(-1) / tau.sum(-1)).tolist()
    found = {"largest D − τ": excess, "sum off by": off, "ΣD/Στ by density": [round(r, 3) for r in ratios]}
    sentence = (
        f"In {len(W)} models D exceeds τ by less than {power(max(excess, 0))}; ΣD is {span(ratios, '.3f')} of Στ, "
        f"which is the rank to {power(off)}."
    )
    return found, judge(excess <= 1e-9 and off <= 1e-6), sentence


@claim(
    "C8.tight",
    "Dimensionality equals leverage exactly for tight frames",
    "equal within 1e-12 for every hand-built polytope; smaller by more than 0.001 in sum for an antiprism of another "
    "height",
    kind="identity",
)
def tight() -> Measured:
    """Largest difference for tight frames, and the gap of one that is not."""
    equal = max(
        float(np.abs(dimensionality(W) - leverage(W)).max()) for W in map(polytopes.named, polytopes.NAMES)
    )
    other = polytopes.antiprism(4, 0.4)
    gap = float((leverage(other) - dimensionality(other)).sum())
    sentence = (
        f"They differ by less than {power(equal)} for {len(polytopes.NAMES)} polytopes, and by {gap:.2f} in sum for "
        f"the other antiprism."
    )
    return {"tight": equal, "not tight": gap}, judge(equal <= 1e-12 and gap > 1e-3), sentence


CLAIMS = (
    bound,
    tight,
)
