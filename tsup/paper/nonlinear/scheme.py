"""Two numbers in one: t = (⌊Zx⌋ + y) / Z, with the jumps of the floor as they are or as ramps of ReLUs (A1).

x and y are in [0, 1), Z ≥ 1 is the number of levels, and ε ≥ 0 the width of a ramp in units of Zx, in which levels are
1 wide. With a `gap`, y is stored as (1 − ε)y, so that no y lies where the decoder's ramps are.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tsup.errors import InputError

Values = Float[np.ndarray, "*point"]
LINEAR = 1 / 24  # the mean squared error of both linear ways, for x and y uniform on [0, 1)


class Scheme(NamedTuple):
    """Levels Z, ramp width ε, and whether there is a gap."""

    levels: int
    width: float
    gap: bool = False


def scheme(levels: int, width: float | int, gap: bool = False) -> Scheme:
    """A scheme, checked. Raises InputError for levels below 1 and for widths outside [0, 1)."""
    if levels < 1:
        raise InputError(f"levels must be a whole number ≥ 1, got {levels}")
    if not 0 <= width < 1:
        raise InputError(f"width must be in [0, 1), got {width:g}")
    return Scheme(levels, float(width), gap)


def steps(u: Values, levels: int, width: float, before: bool = False) -> Values:
    """The number of jumps at 1, …, Z − 1 that lie at or below u, each a ramp that rises over `width`.

    The ramp at j is ReLU((u − j)/ε) − ReLU((u − j)/ε − 1): it begins at j, or `before` it ends there. Width 0 is the
    floor, cut off at Z − 1.
    """
    j = np.arange(1, levels).reshape(-1, *[1] * u.ndim)
    if width == 0:
        return (u >= j).sum(0).astype(float)
    v = (u - j) / width + before
    return (np.maximum(v, 0) - np.maximum(v - 1, 0)).sum(0)


def encode(one: Scheme, x: Values, y: Values) -> Values:
    """t, in [0, 1]."""
    stored = (1 - one.width) * y if one.gap else y
    return (steps(one.levels * x, one.levels, one.width) + stored) / one.levels


def decode(one: Scheme, t: Values) -> tuple[Values, Values]:
    """x and y again: the middle of x's level, and what is left of t, by ramps that lie in the gap if there is one."""
    level = steps(one.levels * t, one.levels, one.width, before=one.gap)
    y = one.levels * t - level
    return (level + 0.5) / one.levels, y / (1 - one.width) if one.gap else y


def grid(points: int) -> tuple[Float[np.ndarray, "point point"], Float[np.ndarray, "point point"]]:
    """x and y on the midpoints of so many cells a side."""
    at = (np.arange(points) + 0.5) / points
    x, y = np.meshgrid(at, at)
    return x, y


def ranked(t: Float[np.ndarray, "y x"]) -> Float[np.ndarray, "y x"]:
    """t as the share of all points that have less of it, in [0, 1): codes of any scale beside one another."""
    return (t.ravel().argsort(kind="stable").argsort(kind="stable") / t.size).reshape(t.shape)


def errors(one: Scheme, points: int = 400) -> Float[np.ndarray, "point point"]:
    """The squared error on a grid (y, x), the mean of that of x and that of y."""
    x, y = grid(points)
    back_x, back_y = decode(one, encode(one, x, y))
    return ((back_x - x) ** 2 + (back_y - y) ** 2) / 2


def error(one: Scheme, points: int = 400) -> float:
    """The mean squared error for x and y uniform on [0, 1), to about 1e-5 at 400 points a side."""
    return float(errors(one, points).mean())


def linear_errors(points: int = 400) -> dict[str, float]:
    """The same of both linear ways: to keep one and answer the other with ½, and to answer both with the average."""
    x, y = grid(points)
    kept = ((y - 0.5) ** 2).mean() / 2
    average = (((x + y) / 2 - x) ** 2 + ((x + y) / 2 - y) ** 2).mean() / 2
    return {"pick one": float(kept), "average": float(average)}
