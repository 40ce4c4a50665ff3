"""Which arrangements of three features in two dimensions are best (F13)."""

import numpy as np
import xarray as xr

from tsup.measure import PHASES
from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.phase.analysis import kinds, triangles
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, percent, span


def moved(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F13 with exact optima that lie anywhere in the diagram."""
    W = data.exact_W.values
    order = np.random.default_rng(13).permutation(W.shape[0] * W.shape[1])
    return (data.assign(exact_W=data.exact_W.copy(data=W.reshape(-1, *W.shape[2:])[order].reshape(W.shape))),)


def thirds(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F13 with three features at equal angles as the exact optimum everywhere."""
    turns = 2 * np.pi / 3 * np.arange(3)
    W = np.broadcast_to(np.stack([np.cos(turns), np.sin(turns)]), data.exact_W.shape)
    return (data.assign(exact_W=data.exact_W.copy(data=W)),)


@claim(
    "F13.more-important",
    "An extra feature that matters more than the others is never superposed",
    "at every point with r ≥ 1.1 the exact optimum has it learned, its inner products with other learned features "
    "within 0.1; differently: at 95 %",
    sources=("F13",),
    expected=Verdict.DIFFERS,
    thresholds=("learned", "product", "above"),
    turns=AT_ONE,
    bars=("most",),
    null=moved,
)
def more_important(
    data: xr.Dataset, learned: float = 0.5, product: float = 0.1, above: float = 0.1, most: float = 0.05
) -> Measured:
    """At 100 × 100 points; where it is superposed, all three features are: a triangle."""
    W = data.exact_W.values[data.exact_ratio.values >= 1 + above]
    alone = kinds(W, learned, product) == PHASES.index("dedicated")
    others, found = int((~alone).sum()), int((~alone & triangles(W, product)).sum())
    measured = {
        "dedicated": float(alone.mean()),
        "of points": alone.size,
        "others": others,
        "of them triangles": found,
    }
    sentence = (
        f"It has a direction of its own at {percent(alone.mean())} of {alone.size:,} points; "
        f"{of(found, others, 'other')} are triangles."
    )
    return measured, judge(bool(alone.all()), bool((~alone).mean() <= most)), sentence


@claim(
    "F13.four",
    "The four arrangements that the paper compares suffice: all three in joint superposition can be left out",
    "nowhere at 100 × 100 points is the exact optimum a triangle, all three inner products below −0.1; differently: at "
    "most at 5 % of them",
    sources=("F13",),
    expected=Verdict.DIFFERS,
    thresholds=("product",),
    bars=("most",),
    null=thirds,
)
def four(data: xr.Dataset, product: float = 0.1, most: float = 0.05) -> Measured:
    """The paper leaves out W ⊥ (1, 1, 1)."""
    found = triangles(data.exact_W.values, product)
    rows, columns = np.nonzero(found)
    p, r = data.exact_density.values[columns], data.exact_ratio.values[rows]
    measured: dict[str, float | list[float]] = {"share of points": float(found.mean())}
    where = ""
    if found.any():
        measured |= {
            "densities": [float(p.min()), float(p.max())],
            "ratios": [float(r.min()), float(r.max())],
        }
        where = f", at densities from {span(p, '.2f')} and r from {span(r, '.2f')}"
    sentence = f"A triangle is best at {percent(found.mean())} of {found.size:,} points{where}."
    return measured, judge(not found.any(), bool(found.mean() <= most)), sentence


CLAIMS = (
    more_important,
    four,
)
