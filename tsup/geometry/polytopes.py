"""Polytopes with vertices on the unit sphere, and the exact dimensionality of each vertex (F16)."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from tsup.errors import InputError

Vertices = Float[np.ndarray, "dimension vertex"]


def single() -> Vertices:
    """One vertex in one dimension: a feature with a dimension of its own."""
    return np.ones((1, 1))


def digon() -> Vertices:
    """An antipodal pair in one dimension."""
    return np.array([[1.0, -1.0]])


def polygon(k: int) -> Vertices:
    """The regular k-gon in the plane, its first vertex up. Raises InputError for k below 3."""
    if k < 3:
        raise InputError(f"k must be at least 3, got {k}")
    angle = 2 * np.pi * np.arange(k) / k
    return np.array([np.sin(angle), np.cos(angle)])


def simplex(m: int) -> Vertices:
    """The regular simplex of m + 1 vertices in m ≥ 1 dimensions, with cosines −1/m. Raises InputError for m below 1."""
    if m < 1:
        raise InputError(f"m must be at least 1, got {m}")
    W = np.zeros((m, m + 1))
    for a in range(m):
        W[a, a] = np.sqrt(1 - (W[:a, a] ** 2).sum())
        W[a, a + 1 :] = (-1 / m - W[:a, a] @ W[:a, a + 1]) / W[a, a]
    return W


def antiprism(k: int, height: float | None = None) -> Vertices:
    """Two regular k-gons at ±height, turned against each other by half a step.

    The default height, 1/√3, makes the vertices a tight frame: every dimensionality is 3/(2k). Raises InputError for
    k below 2 and a height that is not in (0, 1).
    """
    z = 3**-0.5 if height is None else float(height)
    if k < 2 or not 0 < z < 1:
        raise InputError(f"an antiprism needs k ≥ 2 and a height in (0, 1), got {k} and {z:g}")
    angle = np.pi * np.arange(2 * k) / k
    radius = np.sqrt(1 - z**2)
    return np.array([radius * np.cos(angle), radius * np.sin(angle), z * (-1.0) ** np.arange(2 * k)])


def cube() -> Vertices:
    """The cube."""
    signs = np.indices((2, 2, 2)).reshape(3, 8)
    return (1 - 2.0 * signs) / np.sqrt(3)


def icosahedron() -> Vertices:
    """The icosahedron."""
    golden = (1 + 5**0.5) / 2
    one, long = np.meshgrid([1.0, -1.0], [golden, -golden])
    pairs = np.array([one.ravel(), long.ravel(), np.zeros(4)])
    return np.concatenate([np.roll(pairs, turn, axis=0) for turn in range(3)], 1) / np.hypot(1, golden)


def tegum(*parts: Float[np.ndarray, "_ _"]) -> Vertices:
    """The tegum product: the parts in orthogonal subspaces. Raises InputError without parts."""
    if not parts:
        raise InputError("tegum must have at least one part, got none")
    W = np.zeros((sum(len(part) for part in parts), sum(part.shape[1] for part in parts)))
    row = column = 0
    for part in parts:
        W[row : row + part.shape[0], column : column + part.shape[1]] = part
        row, column = row + part.shape[0], column + part.shape[1]
    return W


def _shares(*amounts: tuple[int, int, int]) -> tuple[Fraction, ...]:
    """Each (numerator, denominator, count) as so many fractions."""
    return tuple(Fraction(a, b) for a, b, count in amounts for _ in range(count))


_KNOWN: Mapping[str, tuple[Callable[[], Vertices], tuple[Fraction, ...]]] = {
    "single": (single, _shares((1, 1, 1))),
    "digon": (digon, _shares((1, 2, 2))),
    "triangle": (lambda: polygon(3), _shares((2, 3, 3))),
    "square": (lambda: polygon(4), _shares((1, 2, 4))),
    "pentagon": (lambda: polygon(5), _shares((2, 5, 5))),
    "hexagon": (lambda: polygon(6), _shares((1, 3, 6))),
    "heptagon": (lambda: polygon(7), _shares((2, 7, 7))),
    "octagon": (lambda: polygon(8), _shares((1, 4, 8))),
    "tetrahedron": (lambda: simplex(3), _shares((3, 4, 4))),
    "octahedron": (lambda: tegum(digon(), digon(), digon()), _shares((1, 2, 6))),
    "triangular bipyramid": (lambda: tegum(polygon(3), digon()), _shares((2, 3, 3), (1, 2, 2))),
    "pentagonal bipyramid": (lambda: tegum(polygon(5), digon()), _shares((2, 5, 5), (1, 2, 2))),
    "square antiprism": (lambda: antiprism(4), _shares((3, 8, 8))),
    "cube": (cube, _shares((3, 8, 8))),
    "icosahedron": (icosahedron, _shares((1, 4, 12))),
    "4-simplex": (lambda: simplex(4), _shares((4, 5, 5))),
    "5-simplex": (lambda: simplex(5), _shares((5, 6, 6))),
    "tetrahedron × digon": (lambda: tegum(simplex(3), digon()), _shares((3, 4, 4), (1, 2, 2))),
    "triangle × triangle": (lambda: tegum(polygon(3), polygon(3)), _shares((2, 3, 6))),
}
NAMES = tuple(_KNOWN)


def _find(name: str) -> tuple[Callable[[], Vertices], tuple[Fraction, ...]]:
    if name not in _KNOWN:
        raise InputError(f"polytope must be one of {', '.join(NAMES)}, got {name!r}")
    return _KNOWN[name]


def named(name: str) -> Vertices:
    """The polytope of a name in `NAMES`. Raises InputError for another name."""
    return _find(name)[0]()


def exact(name: str) -> tuple[Fraction, ...]:
    """The dimensionality of every vertex of `named(name)`, exactly. Raises InputError for an unknown name."""
    return _find(name)[1]
