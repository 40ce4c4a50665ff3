"""Which polytopes a model's features form: its tegum factors, each named by its Gram spectrum (F15, F16)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse.csgraph import connected_components

from tsup import measure
from tsup.errors import InputError
from tsup.geometry import polytopes

UNKNOWN = "unknown"
WHOLE = (
    *("single", "digon", "triangle", "pentagon", "hexagon", "heptagon", "octagon"),
    *("tetrahedron", "square antiprism", "cube", "icosahedron"),
)  # those that are no tegum product


@dataclass(frozen=True)
class Factor:
    """A tegum factor: its features, the name of its polytope or "unknown", and how far it is from that.

    deviation: the largest difference of a sorted cosine, or half that of an eigenvalue of the Gram matrix of
    directions; for an unknown one, from the nearest polytope of as many vertices, infinite where there is none.
    """

    features: tuple[int, ...]
    name: str
    deviation: float


def _checked_share(name: str, value: float | int) -> float:
    if not 0 < value < 1:
        raise InputError(f"{name} must be in (0, 1), got {value:g}")
    return float(value)


def _directions(W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The represented features, and the cosines of their pairs."""
    if np.ndim(W) != 2:
        raise InputError(f"W must have shape (hidden, feature), got {np.shape(W)}")
    kept = np.flatnonzero(measure.represented(W))
    return kept, measure.cosines(np.asarray(W)[:, kept])


def _components(cosines: np.ndarray, tolerance: float | int) -> list[np.ndarray]:
    """Places of the connected components, by first place."""
    joined = np.abs(cosines) > _checked_share("tolerance", tolerance)
    count, label = connected_components(joined, directed=False)
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.bincount(label, minlength=count).cumsum()[:-1]) if count else []
    return sorted(parts, key=lambda part: int(part[0]))


def groups(
    W: Float[np.ndarray, "hidden feature"], tolerance: float | int = 0.1
) -> list[Int[np.ndarray, " member"]]:
    """The represented features in groups that no pair with |cos| > tolerance joins, by first feature.

    The same groups as `measure.tegum_factors` of one model, from a sparse graph.
    """
    kept, cosines = _directions(W)
    return [kept[part] for part in _components(cosines, tolerance)]


def _signature(cosines: Float[np.ndarray, "vertex vertex"]) -> Float[np.ndarray, " value"]:
    """Sorted cosines of pairs, and half the sorted eigenvalues."""
    pairs = np.sort(cosines[np.triu_indices(len(cosines), 1)])
    return np.concatenate([pairs, np.linalg.eigvalsh(cosines) / 2])


@cache
def _candidates(count: int) -> tuple[tuple[str, Float[np.ndarray, " value"]], ...]:
    """Every known polytope of so many vertices, with its signature."""
    shapes = {name: polytopes.named(name) for name in WHOLE if len(polytopes.exact(name)) == count}
    if count >= 5:
        shapes[f"{count - 1}-simplex"] = polytopes.simplex(count - 1)
    return tuple((name, _signature(measure.cosines(W))) for name, W in shapes.items())


def recognise(
    W: Float[np.ndarray, "hidden feature"], tolerance: float | int = 0.1, match: float | int = 0.15
) -> list[Factor]:
    """The tegum factors of the represented features, with their polytopes, by first feature.

    Norms do not matter beyond ½. tolerance: of orthogonality, in (0, 1). match: the largest deviation from a
    polytope that still counts as it. A large group is often several factors that small cross terms join: look at
    "unknown" before reading a tally. Raises InputError for a W that is no finite matrix and a tolerance
    or match out of range.
    """
    _checked_share("match", match)
    kept, cosines = _directions(W)
    return [
        _recognised(kept[part], cosines[np.ix_(part, part)], match)
        for part in _components(cosines, tolerance)
    ]


def _recognised(group: np.ndarray, cosines: np.ndarray, match: float | int) -> Factor:
    features = tuple(int(i) for i in group)
    candidates = _candidates(len(group)) if len(group) <= 64 else ()
    if not candidates:
        return Factor(features, UNKNOWN, float("inf"))
    found = _signature(cosines)
    name, off = min(
        ((name, float(np.abs(found - shape).max())) for name, shape in candidates), key=lambda pair: pair[1]
    )
    return Factor(features, name if off <= match else UNKNOWN, off)


def tally(factors: Iterable[Factor]) -> dict[str, int]:
    """How many factors there are of each name, the commonest first."""
    return dict(Counter(factor.name for factor in factors).most_common())


def directions(W: Float[np.ndarray, "hidden feature"], represented: float | int = 0.5) -> np.ndarray:
    """Unit vectors for the features with ‖W_i‖ > represented, and 0 for the others: what `recognise` then looks at."""
    norms = measure.norms(W)
    return np.where(norms > represented, W / np.where(norms > 0, norms, 1), 0)


def filled(
    W: Float[np.ndarray, "hidden feature"],
    represented: float | int = 0.5,
    tolerance: float | int = 0.1,
    match: float | int = 0.15,
) -> float:
    """The share of the hidden dimensions that known polytopes take up, in [0, 1]: 0 without features (C5).

    Of the features with ‖W_i‖ > represented; a feature alone in its dimension fills that. Raises InputError as
    `recognise` does.
    """
    found = recognise(directions(W, represented), tolerance, match)
    known = sum(_dimensions(factor.name) for factor in found if factor.name != UNKNOWN)
    return min(
        1.0, known / np.shape(W)[0]
    )  # groups that are not quite at right angles may span a little more


def _dimensions(name: str) -> int:
    """Of the space that a known polytope spans."""
    simplex = name.removesuffix("-simplex")
    return int(simplex) if simplex != name else len(polytopes.named(name))
