"""Polytopes, the Thomson problem and low-rank matrices (F16, F17)."""

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float

from tsup import exact as exactly
from tsup.geometry import factors, polytopes, simplices, thomson
from tsup.measure import cosines, dimensionality, norms, tegum_factors
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import Verdict, judge
from tsup.words import bound, count, of, span


@claim(
    "F16.exact",
    "Regular polytopes give every vertex an exact fraction of a dimension, and the fractions fill their space",
    "measured dimensionality of every hand-built polytope within 1e-12 of its fraction, summing to the dimension",
    kind="identity",
    bars=("within",),
)
def exact(within: float = 1e-12) -> Measured:
    """Every polytope of `tsup.geometry.polytopes`."""
    worst, full = 0.0, True
    for name in polytopes.NAMES:
        W, shares = polytopes.named(name), polytopes.exact(name)
        worst = max(worst, float(np.abs(dimensionality(W) - [float(share) for share in shares]).max()))
        full &= sum(shares) == len(W)
    sentence = f"The fractions of {count(len(polytopes.NAMES), 'polytope')} are exact to {bound(worst)}."
    return (
        {"polytopes": len(polytopes.NAMES), "largest error": worst},
        judge(worst <= within and full),
        sentence,
    )


@claim(
    "F16.tegum",
    "A triangular bipyramid is a triangle and a digon: features in orthogonal factors keep their own fractions",
    "2/3 three times and 1/2 twice within 1e-12, never 3/5; the graph of features falls into exactly these factors, "
    "for this and all other tegum products here",
    kind="identity",
    bars=("within",),
)
def tegum(within: float = 1e-12) -> Measured:
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
    sentence = (
        f"The corners of the triangle have {D[0]:.3f} of a dimension, those of the digon {D[-1]:.3f}; "
        f"{'all' if right else 'not all'} {len(parts) ** 2} products fall into their factors."
    )
    measured = {"dimensionality": D.tolist(), "products recognised": right}
    return measured, judge(right and error <= within), sentence


THOMSON = {
    3: {"triangle": 1},
    4: {"tetrahedron": 1},
    5: {"triangle": 1, "digon": 1},
    6: {"digon": 3},
    7: {"pentagon": 1, "digon": 1},
    8: {"square antiprism": 1},
}


@cache
def settled(number: int) -> Float[np.ndarray, "3 charge"]:
    """Charges on a sphere where they rest."""
    return thomson.minimise(number, starts=6)


def thrown(number: int) -> Float[np.ndarray, "3 charge"]:
    """As many charges, anywhere on the sphere."""
    points = np.random.default_rng(16).normal(size=(3, number))
    return np.asarray(points / np.linalg.norm(points, axis=0))


@claim(
    "F16.thomson",
    "The polytopes are solutions of the Thomson problem",
    "three to eight charges on a sphere settle in the triangle, tetrahedron, triangular bipyramid, octahedron, "
    "pentagonal bipyramid and square antiprism, with dimensionalities within 1e-4 of the polytopes'; differently: "
    "the same polytopes, less exactly",
    expected=Verdict.DIFFERS,
    thresholds=("tolerance", "match"),
    turns="does not hold where a polytope may be off by half as much: the antiprism of eight charges is then unknown",
    bars=("within",),
    null=lambda: {"points_of": thrown},
)
def charges(
    points_of: Callable[[int], np.ndarray] = settled,
    tolerance: float = 0.1,
    match: float = 0.15,
    within: float = 1e-4,
) -> Measured:
    """Largest difference of a dimensionality by number of charges."""
    off, same = {}, True
    for number, expected in THOMSON.items():
        points = points_of(number)
        found = factors.recognise(points, tolerance, match)
        same &= factors.tally(found) == expected
        exact = np.concatenate(
            [np.full(len(polytopes.exact(f.name)), float(polytopes.exact(f.name)[0])) for f in found]
            if all(f.name in polytopes.NAMES for f in found)
            else [np.full(number, np.inf)]
        )
        order = [i for f in found for i in f.features]
        off[f"{number} charges"] = float(np.abs(dimensionality(points)[order] - exact).max())
    if not same:
        return off, Verdict.FAILS, f"Some settle in another polytope, of {len(off)} numbers of charges."
    *rest, worst = sorted(off, key=off.__getitem__)
    sentence = (
        f"All settle in their polytopes: with {worst} dimensionalities are off by {off[worst]:.1g}, "
        "with other numbers "
        f"by less than {bound(off[rest[-1]])}."
    )
    return off, judge(max(off.values()) <= within, True), sentence


@claim(
    "F17.simplex",
    "A model that drops one direction shared by all n inputs holds them as a regular simplex",
    "W ⊥ (1, …, 1) has norms √((n−1)/n), cosines −1/(n−1) and dimensionalities (n−1)/n within 1e-12, for n = 2 … 30",
    kind="identity",
    bars=("within",),
)
def simplex(within: float = 1e-12) -> Measured:
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
    sentence = (
        f"For n from 2 to {n} norms, cosines and dimensionalities are exact to {bound(max(worst.values()))}."
    )
    return worst, judge(max(worst.values()) <= within), sentence


@claim(
    "F17.gram",
    "Symmetric positive semidefinite matrices of low rank are arrangements of features, up to a turn",
    "the Gram matrix of every polytope here gives back vertices with the same Gram matrix within 1e-7 in as many "
    "dimensions",
    kind="identity",
    bars=("within",),
)
def arrangements(within: float = 1e-7) -> Measured:
    """Largest difference of an entry."""
    worst = 0.0
    for name in polytopes.NAMES:
        W = polytopes.named(name)
        G = W.T @ W
        again = simplices.from_gram(G, len(W))
        worst = max(worst, float(np.abs(again.T @ again - G).max()))
    sentence = f"For {count(len(polytopes.NAMES), 'polytope')} no entry is off by more than {bound(worst)}."
    return {"polytopes": len(polytopes.NAMES), "largest difference": worst}, judge(worst <= within), sentence


@cache
def best(n: int, density: float, decay: float) -> Float[np.ndarray, "hidden feature"]:
    """The best weights found for n features in n − 1 dimensions, of importance decayⁱ."""
    return exactly.optimum(n, n - 1, density, decay ** np.arange(n), starts=16).W[0]


@claim(
    "F17.forgotten",
    "Of equal features, the best direction not to represent is the sum of all",
    "three features in two dimensions and four in three: the least exact loss from 16 starts is a regular simplex's at "
    "densities 0.7, 0.6, 0.3, 0.1 and 0.03; differently: at some of them",
    expected=Verdict.DIFFERS,
    thresholds=("tolerance", "match"),
    null=lambda: {"decay": 0.3},
)
def forgotten(decay: float = 1.0, tolerance: float = 0.1, match: float = 0.15) -> Measured:
    """The polytopes of the best model by density."""
    found: dict[str, str] = {}
    regular: list[bool] = []
    at: list[float] = []
    for n, name in ((3, "triangle"), (4, "tetrahedron")):
        for p in (0.7, 0.6, 0.3, 0.1, 0.03):
            tally = factors.tally(factors.recognise(best(n, p, decay), tolerance, match))
            found[f"{n} features at {p:g}"] = ", ".join(
                f"{number} {kind}" for kind, number in sorted(tally.items())
            )
            regular.append(tally == {name: 1})
            at += [p] if regular[-1] else []
    where = f", at densities from {span(at)}" if at else ""
    sentence = f"The best model is a regular simplex in {of(sum(regular), len(regular), 'case')}{where}."
    return found, judge(all(regular), any(regular)), sentence


CLAIMS = (
    exact,
    tegum,
    charges,
    simplex,
    arrangements,
    forgotten,
)
