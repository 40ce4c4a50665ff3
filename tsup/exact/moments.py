"""The moments that the expected loss and its gradient need, for every pattern of active features."""

from collections.abc import Iterator

import numpy as np

from tsup.exact.cubes import Geometry, Level, choose, levels, place


def _over_faces(level: Level, heights: tuple[np.ndarray, np.ndarray], values: np.ndarray) -> np.ndarray:
    """Σ over faces of height × moment; values (…, output, state of any level below[, feature])."""
    below, above = level.faces
    if values.ndim > heights[0].ndim - 1:
        low, high = (h[..., None] for h in heights)
        return (low * values[..., below, :] + high * values[..., above, :]).sum(-2)
    return (heights[0] * values[..., below] + heights[1] * values[..., above]).sum(-1)


def _levels(a: np.ndarray, c: np.ndarray, most: int) -> Iterator[tuple[int, Level, Geometry, tuple]]:
    for k, level in enumerate(levels(a.shape[-1], most)):
        at = place(level, a, c)
        index = np.broadcast_to(level.features, (*at.apex.shape[:-1], k))
        w = np.take_along_axis(at.apex, index, -1)
        yield k, level, at, (w, 1 - w)


def values(a: np.ndarray, c: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """E r² and E[x_i r] for output i, over every cube with nothing fixed at 1: two arrays (…, output, pattern).

    a (…, output, feature), c (…, output); patterns in the order of `patterns`.
    """
    squares, means, crosses = (np.zeros((*c.shape, 0)) for _ in range(3))
    for k, level, at, heights in _levels(a, c, most):
        varies, fixed = level.varies.T, level.fixed.T.astype(float)
        own_w = np.diagonal(at.apex, axis1=-3, axis2=-1).swapaxes(-1, -2)
        own_a = np.diagonal(a, axis1=-2, axis2=-1)[..., None]
        spread = (a * a) @ varies.astype(float) / 12
        square = choose(at, at.middle**2 + spread, _over_faces(level, heights, squares) / (k + 2))
        mean = choose(at, at.middle, _over_faces(level, heights, means) / (k + 1))
        crossed = (_over_faces(level, heights, crosses) + own_w * mean) / (k + 2)
        cross = np.where(varies, choose(at, at.middle / 2 + own_a / 12, crossed), fixed * mean)
        squares, means, crosses = (
            np.concatenate([old, new], -1)
            for old, new in ((squares, square), (means, mean), (crosses, cross))
        )
    bare = _all_varying(a.shape[-1], most)
    return squares[..., bare], crosses[..., bare]


def slopes(a: np.ndarray, c: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """E[(r − x_i) 1(r > 0)] (…, output, pattern), and with a further factor x_j (…, output, pattern, feature)."""
    n = a.shape[-1]
    shape = (*c.shape, 0)
    share, mean = np.zeros(shape), np.zeros(shape)
    by_mean, first, second = (np.zeros((*shape, n)) for _ in range(3))
    own = np.arange(n)
    for k, level, at, heights in _levels(a, c, most):
        varies, fixed = level.varies, level.fixed.astype(float)
        w = at.apex
        own_w = w[..., own, :, own].transpose(*range(1, w.ndim - 1), 0).swapaxes(-1, -2)[..., None]
        p = choose(at, np.ones_like(at.middle), _over_faces(level, heights, share) / max(k, 1))
        m = choose(at, at.middle, _over_faces(level, heights, mean) / (k + 1))
        linear = at.middle[..., None] / 2 + a[..., None, :] / 12
        x_r = choose(at, linear, (_over_faces(level, heights, by_mean) + w * m[..., None]) / (k + 2))
        x_r = np.where(varies, x_r, fixed * m[..., None])
        x_1 = choose(at, np.array(0.5), (_over_faces(level, heights, first) + w * p[..., None]) / (k + 1))
        x_1 = np.where(varies, x_1, fixed * p[..., None])
        own_1 = np.diagonal(x_1, axis1=-3, axis2=-1).swapaxes(-1, -2)[..., None]
        both = (_over_faces(level, heights, second) + own_w * x_1 + w * own_1) / (k + 2)
        flat = np.where(np.eye(n, dtype=bool)[:, None, :], 1 / 3, 1 / 4)
        both = choose(at, np.broadcast_to(flat, both.shape), both)
        own_varies, own_fixed = varies.T[..., None], fixed.T[..., None]
        both = np.where(varies, np.where(own_varies, both, own_fixed * x_1), fixed * own_1)
        share, mean = np.concatenate([share, p], -1), np.concatenate([mean, m], -1)
        by_mean, first, second = (
            np.concatenate([old, new], -2) for old, new in ((by_mean, x_r), (first, x_1), (second, both))
        )
    bare = _all_varying(n, most)
    own_first = np.diagonal(first, axis1=-3, axis2=-1).swapaxes(-1, -2)
    return (mean - own_first)[..., bare], (by_mean - second)[..., bare, :]


def _all_varying(n: int, most: int) -> np.ndarray:
    """Ranks of the cubes with nothing fixed at 1: one for every pattern."""
    return np.flatnonzero(np.concatenate([~level.fixed.any(1) for level in levels(n, most)]))


def patterns(n: int, most: int) -> np.ndarray:
    """Which features are active in every pattern: (pattern, feature)."""
    return np.concatenate([level.varies[~level.fixed.any(1)] for level in levels(n, most)])
