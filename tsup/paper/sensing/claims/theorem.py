"""The toy model as an algorithm of compressed sensing (A2)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim
from tsup.paper.sensing import theorem
from tsup.paper.sensing.analysis import constant
from tsup.paper.verdict import Verdict, judge
from tsup.words import listing, percent, span

N = 200
BOUNDED = (4, 6, 10, 20)


def _kept(share: float, trials: int = 2000) -> tuple[float, float]:
    """Shares of points at this share of `reach` whose largest entries stay, of those moved straight and of the rest."""
    rng = np.random.default_rng(0)
    x = theorem.vectors(rng, trials, N, 10, 0.0)
    kept = theorem.is_kept(x, theorem.moved(rng, x, share))
    return float(kept[: trials // 2].mean()), float(kept[trials // 2 :].mean())


@claim(
    "A2.reach",
    "The k largest entries of T(x) are those of x if T(x) is nearer to x than x's smallest entry over √2",
    "of 2,000 points at 0.999 of this distance, half of them straight at an exchange: all; of those straight at it, at "
    "1.001 of the distance: none",
    kind="identity",
)
def near_enough() -> Measured:
    """x has 10 of 200 entries, uniform on [0, 1]."""
    inside, outside = _kept(0.999), _kept(1.001)
    sentence = (
        f"Just within it {percent(min(inside))} are kept, just beyond it {percent(outside[0])} of those "
        "moved straight."
    )
    measured = {"within": list(inside), "beyond": list(outside)}
    return measured, judge(min(inside) == 1 and outside[0] == 0), sentence


@claim(
    "A2.condition",
    "For that it is enough that ε is smaller than the smallest entry of x",
    "of 2,000 points at 0.9 of x's smallest entry, half of them straight at an exchange: all keep the entries of x",
    expected=Verdict.FAILS,
    null=lambda: {"share": 2.0},
)
def as_printed(share: float = 0.9) -> Measured:
    """The paper has the (k + 1)th largest entry of x, which for a k-sparse x is 0; the kth is meant."""
    straight, other = _kept(share * np.sqrt(2))
    sentence = (
        f"At {share:g} of the smallest entry {percent(straight)} are kept of those moved straight, {percent(other)} of "
        "the others."
    )
    return {"straight": straight, "other": other}, judge(min(straight, other) == 1), sentence


@claim(
    "A2.exact",
    "Where T(x) is near enough to x, the k largest entries and a least-squares fit return x itself",
    "random columns, n = 200, m = 90, 128 and 181, k = 1 and 2 equal entries, 60 vectors each: wherever T(x), with "
    "any of 21 biases, is within A2.reach, x is found to 1e-6, and this is so in at least a fifth of all cases",
    null=lambda: {"drop": False},
)
def exact(drop: bool = True) -> Measured:
    """Without dropping entries the fit has too many unknowns."""
    support = theorem.kept if drop else theorem.everywhere
    tried = [theorem.decoded(m, N, k, support=support) for m in (90, 128, 181) for k in (1, 2)]
    found, met = (
        np.concatenate([one.found for one in tried]),
        np.concatenate([one.met.any(0) for one in tried]),
    )
    sentence = (
        f"It is near enough for {int(met.sum())} of {len(met)} vectors, of which "
        f"{percent(found[met].mean())} are found."
    )
    measured = {"near enough": int(met.sum()), "of": len(met), "found": float(found[met].mean())}
    return measured, judge(bool(found[met].all() and met.mean() >= 0.2)), sentence


@claim(
    "A2.premise",
    "Random columns bring T(x) near enough only where very few entries are active",
    "n = 200, m = 100, equal entries, the bias with which most are near enough: for k = 1 at least half of 60 vectors, "
    "for k = 10 at most a tenth",
    kind="ours",
    bars=("most",),
    null=lambda: {"m": N},
)
def premise(m: int = 100, most: float = 0.1) -> Measured:
    """Of the null the columns are orthogonal."""
    shares = [float(theorem.decoded(m, N, k).met.mean(-1).max()) for k in (1, 2, 3, 5, 10)]
    sentence = (
        f"With 1 entry active it is {percent(shares[0])} of the vectors, with 3 {percent(shares[2])} and with 10 "
        f"{percent(shares[-1])}."
    )
    return {"k": [1, 2, 3, 5, 10], "share": shares}, judge(shares[0] >= 0.5 and shares[-1] <= most), sentence


@claim(
    "A2.bound",
    "As an algorithm of compressed sensing the toy model needs m = Ω(k log(n/k))",
    "random columns, n = 200, k = 4, 6, 10 and 20 equal entries: the m at which half of 60 vectors are found, over "
    "k log(n/k), is never below LASSO's constant of F38",
    sources=("F38",),
    bars=("scale",),
    null=lambda data: (data, 1.0, False),
)
def needs_at_least(data: xr.Dataset, scale: float = 1.0, guess: bool = True) -> Measured:
    """A decoder that is told which entries are active needs k dimensions only."""
    support = theorem.kept if guess else theorem.told
    m = np.array([theorem.needed(N, k, support) for k in BOUNDED])
    ratio = m / (np.array(BOUNDED) * np.log(N / np.array(BOUNDED)))
    sentence = (
        f"It needs {listing(f'{one:.0f}' for one in m)} dimensions, {span(ratio, '.1f')} times k log(n/k); LASSO needs "
        f"{constant(data):.2f} times."
    )
    measured = {"k": list(BOUNDED), "m": m.tolist(), "ratio": ratio.tolist()}
    return measured, judge(bool((ratio >= scale * constant(data)).all())), sentence


CLAIMS = (near_enough, as_printed, exact, premise, needs_at_least)
