"""Moments of ReLU(c + a·x) for x uniform on a cube, for every pattern of active features at once, without cancellation.

On a cube of k active features, r = ReLU(z + a·x) vanishes on one side of the plane z + a·x = 0. Seen from a point w of
that plane within the cube, r is homogeneous of degree 1, and the cube is the union of 2k pyramids with apex w, one over
every face. A function that is homogeneous of degree p about w has over a pyramid 1/(k + p) of the height times its mean
over the face, so that

    (k + 2) E r² = Σ_j (1 − w_j) E[r² | x_j = 1] + w_j E[r² | x_j = 0]

Faces are cubes of one dimension less. Every term is positive and nothing is divided by a weight, so that the sum is as
accurate for weights near 0 as for any other. Where r is positive on the whole cube, moments are those of a linear
function. Each state is a cube: which features vary, and which of the others are fixed at 1 rather than 0.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from tsup.errors import InputError

LIMIT = 50_000


@dataclass(frozen=True)
class Level:
    """The cubes of one dimension k: their features, their rank among all states, and the ranks of their faces."""

    varies: np.ndarray  # (state, feature) bool
    fixed: np.ndarray  # (state, feature) bool: those at 1
    features: np.ndarray  # (state, k)
    faces: np.ndarray  # (2, state, k): ranks of the faces x_j = 0 and x_j = 1


def count(n: int, most: int) -> int:
    """How many cubes there are with at most `most` features that vary or are fixed at 1."""
    from math import comb

    return sum(comb(n, k) * 2**k for k in range(most + 1))


@lru_cache(maxsize=8)
def levels(n: int, most: int) -> tuple[Level, ...]:
    """All cubes of n features by dimension. Raises InputError for too many."""
    if count(n, most) > LIMIT:
        raise InputError(
            f"n must be small enough for a sum over {LIMIT:,} cubes, got n = {n} with {count(n, most):,}; "
            "give max_active, the most features that are active together"
        )
    rank: dict[tuple[frozenset[int], frozenset[int]], int] = {}
    found = []
    for k in range(most + 1):
        states = [
            (frozenset(q), frozenset(v))
            for q in combinations(range(n), k)
            for size in range(most - k + 1)
            for v in combinations(sorted(set(range(n)) - set(q)), size)
        ]
        rank |= {state: len(rank) + place for place, state in enumerate(states)}
        features = np.array([sorted(q) for q, _ in states], dtype=int).reshape(len(states), k)
        faces = np.array(
            [
                [[rank[q - {j}, v | ({j} if at else frozenset())] for j in sorted(q)] for q, v in states]
                for at in (0, 1)
            ],
            dtype=int,
        ).reshape(2, len(states), k)
        varies, fixed = (np.array([[j in s[which] for j in range(n)] for s in states]) for which in (0, 1))
        found.append(Level(varies, fixed, features, faces))
    return tuple(found)


@dataclass(frozen=True)
class Geometry:
    """How the plane z + a·x = 0 lies in every cube of a level, for every output: arrays (…, output, state)."""

    middle: np.ndarray  # z + a·½
    positive: np.ndarray  # r is linear on the whole cube
    negative: np.ndarray  # r vanishes on it
    apex: np.ndarray  # (…, output, state, feature): w, each in [0, 1]


def place(level: Level, a: np.ndarray, c: np.ndarray) -> Geometry:
    """a (…, output, feature) and c (…, output)."""
    z = c[..., None] + a @ level.fixed.T.astype(float)
    varies = level.varies.T.astype(float)
    top, bottom = z + np.maximum(a, 0) @ varies, z + np.minimum(a, 0) @ varies
    positive, negative = bottom >= 0, (top <= 0) & (bottom < 0)
    width = np.where(top > bottom, top - bottom, 1)
    at = np.clip(-bottom / width, 0, 1)[..., None]
    apex = np.where((a >= 0)[..., None, :], at, 1 - at)
    return Geometry(z + a @ varies / 2, positive, negative, apex)


def choose(at: Geometry, linear: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """`linear` where r is linear, 0 where it vanishes, `mixed` elsewhere; trailing axes beyond the state broadcast."""
    extra = (1,) * (mixed.ndim - at.positive.ndim)
    positive, negative = (m.reshape(*m.shape, *extra) if extra else m for m in (at.positive, at.negative))
    return np.where(positive, linear, np.where(negative, 0.0, mixed))
