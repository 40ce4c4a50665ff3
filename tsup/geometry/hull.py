"""Edges and faces of a polytope, for drawing it (F16)."""

from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.spatial import ConvexHull, QhullError

from tsup.errors import InputError


def faces(W: Float[np.ndarray, "3 vertex"], tolerance: float = 1e-6) -> list[tuple[int, ...]]:
    """The faces of the convex hull in three dimensions, each as its vertices in order around it, seen from outside.

    Triangles whose planes agree within tolerance are one face. Raises InputError for other shapes and for vertices
    in a plane.
    """
    points = np.asarray(W, dtype=float).T
    if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
        raise InputError(f"W must be finite and have shape (3, vertex), got {np.shape(W)}")
    try:
        hull = ConvexHull(points)
    except (QhullError, ValueError):
        raise InputError(
            f"W must have at least 4 vertices that span three dimensions, got {len(points)}"
        ) from None
    found: list[tuple[np.ndarray, set[int]]] = []
    for plane, corners in zip(hull.equations, hull.simplices, strict=True):
        same = (members for other, members in found if np.abs(other - plane).max() < tolerance)
        members = next(same, None)
        if members is None:
            found.append((plane, set(corners.tolist())))
        else:
            members.update(corners.tolist())
    return [_counter_clockwise(points, plane[:3], sorted(members)) for plane, members in found]


def _counter_clockwise(points: np.ndarray, normal: np.ndarray, members: list[int]) -> tuple[int, ...]:
    """The members of a face, counter-clockwise around its outer normal."""
    middle = points[members].mean(0)
    first = points[members[0]] - middle
    second = np.cross(normal, first)
    apart = points[members] - middle
    order = np.argsort(np.arctan2(apart @ second, apart @ first))
    return tuple(members[k] for k in order)


def edges(W: Float[np.ndarray, "dimension vertex"]) -> list[tuple[int, int]]:
    """The edges of the convex hull in one, two or three dimensions, as pairs of vertices in increasing order.

    Raises InputError for other dimensions, and where the vertices do not span theirs.
    """
    W = np.asarray(W, dtype=float)
    if W.ndim != 2 or not 1 <= len(W) <= 3:
        raise InputError(f"W must have 1, 2 or 3 dimensions, got shape {W.shape}")
    if len(W) == 1:
        return [(min(W[0].argmin(), W[0].argmax()).item(), max(W[0].argmin(), W[0].argmax()).item())]
    loops = faces(W) if len(W) == 3 else [_polygon(W)]
    pairs = {(min(pair), max(pair)) for loop in loops for pair in pairwise((*loop, loop[0]))}
    return sorted(pairs)


def _polygon(W: np.ndarray) -> tuple[int, ...]:
    """The corners of a polygon, counter-clockwise."""
    try:
        return tuple(ConvexHull(W.T).vertices.tolist())
    except (QhullError, ValueError):
        raise InputError(f"W must have at least 3 vertices that span the plane, got {W.shape[1]}") from None
