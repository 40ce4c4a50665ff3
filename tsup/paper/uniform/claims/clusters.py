"""Which dimensionalities features have (F15)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup.geometry import factors
from tsup.measure import dimensionality, norms
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, of, span

LISTED = {"3/4": 3 / 4, "2/3": 2 / 3, "1/2": 1 / 2, "2/5": 2 / 5, "3/8": 3 / 8, "0": 0.0}
WITHIN = 0.01


def at_random(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Every feature of every start keeps its norm and points at random."""
    random, hidden = np.random.default_rng(15), data.sizes["hidden"]

    def turned(lengths: np.ndarray) -> np.ndarray:
        W = random.standard_normal((*lengths.shape[:-1], hidden, lengths.shape[-1]))
        return W * (lengths / norms(W))[..., None, :]

    shares = np.stack([dimensionality(turned(lengths)) for lengths in data.norm.values.astype(float)])
    shown = turned(norms(data.W.values.astype(float)))
    return (data.assign(dimensionality=(data.dimensionality.dims, shares), W=(data.W.dims, shown)),)


def clusters(
    dimensionality: Float[np.ndarray, "*start feature"],
    counted: Bool[np.ndarray, "*start feature"],
    value: float,
    within: float = WITHIN,
    least: int | float = 10,
    share: float = 0.1,
    times: float = 2.0,
) -> Bool[np.ndarray, "*start"]:
    """Whether a start has a cluster at a value, among the features that count: the rule of `F15.clusters`."""
    off = np.abs(dimensionality.astype(float) - value)
    inside = (counted & (off <= within)).sum(-1)
    beside = 2 * (counted & (off > within) & (off <= 1.5 * within)).sum(-1)  # as wide as what is inside
    return (inside >= least) & (inside >= share * counted.sum(-1)) & (inside > times * beside)


@claim(
    "F15.clusters",
    "The dimensionalities of features cluster at 3/4, 2/3, 1/2, 2/5, 3/8 and 0",
    "a cluster in a start: at least ten features, and a tenth of the represented, within 0.01 of the value, and more "
    "than twice as many per width as between 0.01 and 0.015 from it; for 0, of all features. A value counts when most "
    "starts of some density have the cluster. Holds if all six count, differently if at least three do",
    sources=("F14",),
    expected=Verdict.FAILS,
    thresholds=("represented", "within"),
    bars=("least", "share", "times", "most"),
    null=at_random,
)
def listed(
    data: xr.Dataset,
    represented: float = 0.5,
    within: float = WITHIN,
    least: float = 10,
    share: float = 0.1,
    times: float = 2.0,
    most: float = 0.5,
) -> Measured:
    """For every value, the densities where it counts and the share of all starts with the cluster.

    Why so: ten are more features than the largest polytope listed has corners, so that a single one makes no cluster;
    2/5 and 3/8 are 0.025 apart, so that what lies within 0.01 of one, and beside it, belongs to one of them only; and
    what is spread evenly is as dense beside a value as at it.
    """
    D, kept = data.dimensionality.values, data.norm.values > represented
    found: dict[str, str] = {}
    counting: list[str] = []
    for name, value in LISTED.items():
        at = clusters(D, kept if value else np.ones_like(kept), value, within, least, share, times)
        where = data.density.values[at.mean(-1) > most]
        counting += [f"{name} at {of(where.size, len(D), 'density')}"] if where.size else []
        densities = ", ".join(f"{p:g}" for p in where) or "no density"
        found[name] = f"at {densities}; {int(at.sum())} of {at.size} starts"
    which = f": {listing(counting)}" if counting else ""
    sentence = f"{of(len(counting), len(LISTED), 'value').capitalize()} count{which}."
    return found, judge(len(counting) == len(LISTED), len(counting) >= 3), sentence


@claim(
    "F15.sum",
    "The dimensionalities of a model sum to no more than its rank",
    "ΣD_i ≤ rank W + 0.02 (they are stored in half precision) in every start, with rank W ≤ m",
    sources=("F14",),
    kind="identity",
)
def sums(data: xr.Dataset) -> Measured:
    """Least and largest over all starts."""
    total = data.dimensionality.values.astype(float).sum(-1)
    rank, hidden = data["rank"].values, data.sizes["hidden"]
    excess = float((total - rank).max())
    found = {
        "least sum": float(total.min()),
        "largest sum": float(total.max()),
        "largest excess over rank": excess,
    }
    sentence = (
        f"In {total.size} runs in {hidden} dimensions the sums are {span(total, '.2f')}, above the rank by "
        f"{max(excess, 0):.4f} at most."
    )
    return found, judge(excess <= 0.02 and bool((rank <= hidden).all())), sentence


@claim(
    "F15.digons",
    "Features of dimensionality 1/2 are antipodal pairs",
    "of the features within 0.01 of 1/2 in the shown models, all but 0.05 or fewer are recognised as members of a "
    "digon; differently: half",
    sources=("F14",),
    thresholds=("represented", "within", "tolerance", "match"),
    bars=("others",),
    null=at_random,
)
def digons(
    data: xr.Dataset,
    represented: float = 0.5,
    within: float = WITHIN,
    tolerance: float = 0.1,
    match: float = 0.15,
    others: float = 0.05,
) -> Measured:
    """All densities together, with the tally of factors where such features are most."""
    member = total = 0
    best: tuple[int, dict[str, int]] = (0, {})
    for W in data.W.values.astype(float):
        half = (np.abs(dimensionality(W) - 0.5) <= within) & (norms(W) > represented)
        found = factors.recognise(factors.directions(W, represented), tolerance, match)
        pairs = [i for factor in found if factor.name == "digon" for i in factor.features]
        member, total = member + int(half[pairs].sum()), total + int(half.sum())
        best = max(best, (int(half.sum()), factors.tally(found)), key=lambda pair: pair[0])
    share = member / max(total, 1)
    measured = {"features": total, "share in digons": share, "factors where most": str(best[1])}
    sentence = f"In the shown models {of(member, total, 'feature')} within {within:g} of 1/2 are in a digon."
    return measured, judge(1 - share <= others, share >= 0.5), sentence


CLAIMS = (
    listed,
    sums,
    digons,
)
