"""The geometry of equal features: dimensions per feature (F14), clusters (F15), polytopes (F16, F17) and C8."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup import exact as exactly
from tsup.geometry import factors, polytopes, simplices, thomson
from tsup.measure import cosines, dimensionality, leverage, norms, tegum_factors
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge

LISTED = {"3/4": 3 / 4, "2/3": 2 / 3, "1/2": 1 / 2, "2/5": 2 / 5, "3/8": 3 / 8, "0": 0.0}
WITHIN = 0.01


def untrained(data: xr.Dataset) -> tuple[xr.Dataset]:
    """D* of weights as they start, of variance 2/(n + m): (n + m)/2n at every density."""
    start = (data.sizes["feature"] + data.sizes["hidden"]) / (2 * data.sizes["feature"])
    return (data.assign(per_feature=xr.full_like(data.per_feature, start)),)


def even(data: xr.Dataset) -> tuple[xr.Dataset]:
    """D* that falls evenly with log p from the first value to the last, in every start."""
    at = -np.log(data.density)
    first, last = (data.per_feature.isel(density=k, drop=True) for k in (0, -1))
    star = first + (last - first) * (at - at[0]) / (at[-1] - at[0])
    return (data.assign(per_feature=star.transpose("density", "replica")),)


def shuffled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """The same values of D*, each at another density."""
    order = np.random.default_rng(14).permutation(data.sizes["density"])
    return (data.assign(per_feature=(data.per_feature.dims, data.per_feature.values[order])),)


@claim(
    "F14.dense",
    "Dimensions per feature, D* = m/‖W‖², start at 1 for dense features",
    "D* from 1 − 0.02 to 1 + 0.01 for every start at densities of 0.9 and above; differently: within 0.1",
    sources=("F14",),
    bars=("below", "above"),
    null=untrained,
)
def dense(data: xr.Dataset, below: float = 0.02, above: float = 0.01) -> Measured:
    """Least and largest D* there."""
    star = data.per_feature.values[data.density.values >= 0.9]
    return {"least": float(star.min()), "largest": float(star.max())}, judge(
        bool(star.min() >= 1 - below and star.max() <= 1 + above), bool(np.abs(star - 1).max() <= 0.1)
    )


@claim(
    "F14.plateau",
    "D* has a plateau at one half",
    "at neighbouring densities whose 1/(1−S) spans a factor of 1.3 or more, the mean over starts is within 0.03 of 1/2 "
    "and falls with log p at most a quarter as steeply as from the densest to the sparsest; differently: half",
    sources=("F14",),
    thresholds=("near",),
    bars=("factor", "steep"),
    null=even,
)
def plateau(data: xr.Dataset, near: float = 0.03, factor: float = 1.3, steep: float = 0.25) -> Measured:
    """The flattest such run of densities."""
    ordered = data.sortby("density", ascending=False)
    p, mean = ordered.density.values, ordered.per_feature.mean("replica").values
    found = flattest(p, mean, near, factor)
    if found is None:
        return {"densities": "none"}, Verdict.FAILS
    share = _fall(p[found], mean[found]) / _fall(p, mean)
    measured = {
        "densities": p[found].tolist(),
        "D*": mean[found].tolist(),
        "factor": float(p[found].max() / p[found].min()),
        "steepness": share,
    }
    return measured, judge(share <= steep, share <= 0.5)


def _fall(p: np.ndarray, star: np.ndarray) -> float:
    """How much D* falls from the first density to the last, for a unit of log p."""
    return float((star[0] - star[-1]) / np.log(p[0] / p[-1]))


def flattest(
    p: Float[np.ndarray, " density"], star: Float[np.ndarray, " density"], near: float, factor: float
) -> slice | None:
    """The run of neighbouring densities, falling by a factor, whose D* is near ½ and falls least; None without one."""
    inside, runs = np.abs(star - 0.5) <= near, []
    for first in range(len(p)):
        for last in range(first + 1, len(p)):
            run = slice(first, last + 1)
            if inside[run].all() and p[first] / p[last] >= factor:
                runs.append(run)
    return min(runs, key=lambda run: abs(_fall(p[run], star[run])), default=None)


@claim(
    "F14.falls",
    "D* falls as features become sparser",
    "the mean over starts never rises by more than 0.01 from one density to the next sparser one; differently: 0.03",
    sources=("F14",),
    bars=("most",),
    null=shuffled,
)
def falls(data: xr.Dataset, most: float = 0.01) -> Measured:
    """Largest rise, and the ends."""
    ordered = data.sortby("density", ascending=False)
    mean = ordered.per_feature.mean("replica").values
    rise = float(np.diff(mean).max())
    found = {"largest rise": rise, "first": float(mean[0]), "last": float(mean[-1])}
    return found, judge(rise <= most, rise <= 0.03)


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
    count = 0
    for name, value in LISTED.items():
        at = clusters(D, kept if value else np.ones_like(kept), value, within, least, share, times)
        where = data.density.values[at.mean(-1) > most]
        count += bool(where.size)
        densities = ", ".join(f"{p:g}" for p in where) or "no density"
        found[name] = f"at {densities}; {int(at.sum())} of {at.size} starts"
    return found, judge(count == len(LISTED), count >= 3)


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
    return found, judge(excess <= 0.02 and bool((rank <= hidden).all()))


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
    return {"features": total, "share in digons": share, "factors where most": str(best[1])}, judge(
        1 - share <= others, share >= 0.5
    )


@claim(
    "F16.exact",
    "Regular polytopes give every vertex an exact fraction of a dimension, and the fractions fill their space",
    "measured dimensionality of every hand-built polytope within 1e-12 of its fraction, summing to the dimension",
    kind="identity",
)
def exact() -> Measured:
    """Every polytope of `tsup.geometry.polytopes`."""
    worst, full = 0.0, True
    for name in polytopes.NAMES:
        W, shares = polytopes.named(name), polytopes.exact(name)
        worst = max(worst, float(np.abs(dimensionality(W) - [float(share) for share in shares]).max()))
        full &= sum(shares) == len(W)
    return {"polytopes": len(polytopes.NAMES), "largest error": worst}, judge(worst <= 1e-12 and full)


@claim(
    "F16.tegum",
    "A triangular bipyramid is a triangle and a digon: features in orthogonal factors keep their own fractions",
    "2/3 three times and 1/2 twice within 1e-12, never 3/5; the graph of features falls into exactly these factors, "
    "for this and all other tegum products here",
    kind="identity",
)
def tegum() -> Measured:
    """Turned at random first, so that no axis gives a factor away."""
    generator, right = np.random.default_rng(16), True
    parts = ("triangle", "digon", "tetrahedron", "pentagon", "single", "square antiprism")
    for first in parts:
        for second in parts:
            W = polytopes.tegum(polytopes.named(first), polytopes.named(second))
            turn, _ = np.linalg.qr(generator.standard_normal((len(W), len(W))))
            label = np.repeat([0, 1], [len(polytopes.exact(first)), len(polytopes.exact(second))])
            right &= bool((tegum_factors(turn @ W) == label).all())
            right &= [f.name for f in factors.recognise(turn @ W)] == [first, second]
    D = dimensionality(polytopes.named("triangular bipyramid"))
    error = float(np.abs(D - [2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2]).max())
    return {"dimensionality": D.tolist(), "products recognised": right}, judge(right and error <= 1e-12)


THOMSON = {
    3: {"triangle": 1},
    4: {"tetrahedron": 1},
    5: {"triangle": 1, "digon": 1},
    6: {"digon": 3},
    7: {"pentagon": 1, "digon": 1},
    8: {"square antiprism": 1},
}


@claim(
    "F16.thomson",
    "The polytopes are solutions of the Thomson problem",
    "three to eight charges on a sphere settle in the triangle, tetrahedron, triangular bipyramid, octahedron, "
    "pentagonal bipyramid and square antiprism, with dimensionalities within 1e-4 of the polytopes'; differently: "
    "the same polytopes, less exactly",
    expected=Verdict.DIFFERS,
    kind="identity",
)
def charges() -> Measured:
    """Largest difference of a dimensionality by number of charges."""
    off, same = {}, True
    for count, expected in THOMSON.items():
        points = thomson.minimise(count, starts=6)
        found = factors.recognise(points)
        same &= factors.tally(found) == expected
        exact = np.concatenate(
            [np.full(len(polytopes.exact(f.name)), float(polytopes.exact(f.name)[0])) for f in found]
            if all(f.name in polytopes.NAMES for f in found)
            else [np.full(count, np.inf)]
        )
        order = [i for f in found for i in f.features]
        off[f"{count} charges"] = float(np.abs(dimensionality(points)[order] - exact).max())
    return off, judge(same and max(off.values()) <= 1e-4, same)


@claim(
    "F17.simplex",
    "A model that drops one direction shared by all n inputs holds them as a regular simplex",
    "W ⊥ (1, …, 1) has norms √((n−1)/n), cosines −1/(n−1) and dimensionalities (n−1)/n within 1e-12, for n = 2 … 30",
    kind="identity",
)
def simplex() -> Measured:
    """Largest differences over n."""
    worst = {"norms": 0.0, "cosines": 0.0, "dimensionalities": 0.0}
    for n in range(2, 31):
        W = simplices.projection(np.ones(n))
        pairs = cosines(W)[~np.eye(n, dtype=bool)]
        worst["norms"] = max(worst["norms"], float(np.abs(norms(W) - np.sqrt((n - 1) / n)).max()))
        worst["cosines"] = max(worst["cosines"], float(np.abs(pairs + 1 / (n - 1)).max()))
        worst["dimensionalities"] = max(
            worst["dimensionalities"], float(np.abs(dimensionality(W) - (n - 1) / n).max())
        )
    return worst, judge(max(worst.values()) <= 1e-12)


@claim(
    "F17.gram",
    "Symmetric positive semidefinite matrices of low rank are arrangements of features, up to a turn",
    "the Gram matrix of every polytope here gives back vertices with the same Gram matrix within 1e-7 in as many "
    "dimensions",
    kind="identity",
)
def arrangements() -> Measured:
    """Largest difference of an entry."""
    worst = 0.0
    for name in polytopes.NAMES:
        W = polytopes.named(name)
        G = W.T @ W
        again = simplices.from_gram(G, len(W))
        worst = max(worst, float(np.abs(again.T @ again - G).max()))
    return {"polytopes": len(polytopes.NAMES), "largest difference": worst}, judge(worst <= 1e-7)


@claim(
    "F17.forgotten",
    "Of equal features, the best direction not to represent is the sum of all",
    "three features in two dimensions and four in three: the least exact loss from 16 starts is a regular simplex's at "
    "densities 0.7, 0.6, 0.3, 0.1 and 0.03; differently: at some of them",
    expected=Verdict.DIFFERS,
    kind="identity",
)
def forgotten() -> Measured:
    """The polytopes of the best model by density."""
    found: dict[str, str] = {}
    regular = []
    for n, name in ((3, "triangle"), (4, "tetrahedron")):
        for p in (0.7, 0.6, 0.3, 0.1, 0.03):
            tally = factors.tally(factors.recognise(exactly.optimum(n, n - 1, p, starts=16).W[0]))
            found[f"{n} features at {p:g}"] = ", ".join(
                f"{count} {kind}" for kind, count in sorted(tally.items())
            )
            regular.append(tally == {name: 1})
    return found, judge(all(regular), any(regular))


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
    return found, judge(excess <= 1e-9 and off <= 1e-6)


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
    return {"tight": equal, "not tight": gap}, judge(equal <= 1e-12 and gap > 1e-3)


CLAIMS = (
    dense,
    plateau,
    falls,
    listed,
    sums,
    digons,
    exact,
    tegum,
    charges,
    simplex,
    arrangements,
    forgotten,
    bound,
    tight,
)
