"""Random and almost-orthogonal directions: how angles spread, and how many directions fit (F03). NumPy only.

Directions are unit columns of W (hidden, feature), as everywhere. Angles are in degrees; a tolerance of 1 means that
every pair stands at 89° to 91°.
"""

import numpy as np
from jaxtyping import Float

from tsup import gate
from tsup.errors import InputError
from tsup.measure import cosines

_ROUND = 256  # directions tried at once
_POINTS = 100_001


def _checked(m: int, degrees: float | int = 1.0) -> None:
    if m < 2:
        raise InputError(f"m must be at least 2, got {m}")
    if not 0 < degrees < 90:
        raise InputError(f"degrees must be in (0, 90), got {degrees}")


def random_directions(count: int, m: int, seed: int = 0) -> Float[np.ndarray, "hidden feature"]:
    """`count` independent directions in m dimensions, every direction being equally likely, as columns.

    Raises InputError unless count ≥ 1 and m ≥ 2.
    """
    _checked(m)
    if count < 1:
        raise InputError(f"count must be at least 1, got {count}")
    return _unit_rows(count, m, np.random.default_rng(seed)).T


def _unit_rows(count: int, m: int, random: np.random.Generator) -> np.ndarray:
    vectors = random.standard_normal((count, m))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def pair_cosines(W: Float[np.ndarray, "hidden feature"]) -> Float[np.ndarray, " pair"]:
    """The cosine of every pair of columns, each pair once. Among random directions their deviation is 1/√m."""
    return cosines(W)[np.triu_indices(W.shape[1], 1)]


def pack(
    m: int, degrees: float | int, patience: int = 8, seed: int = 0
) -> Float[np.ndarray, "hidden feature"]:
    """Directions that a greedy search keeps: each stands within `degrees` of a right angle to all kept before it.

    It draws random directions and stops after `patience` rounds of 256 without a single one that fits. What it finds
    is a lower bound: more may fit, and in few dimensions even m exactly orthogonal ones are more. Raises InputError
    unless m ≥ 2, 0 < degrees < 90 and patience ≥ 1.
    """
    _checked(m, degrees)
    if patience < 1:
        raise InputError(f"patience must be at least 1, got {patience}")
    random, limit = np.random.default_rng(seed), np.sin(np.radians(degrees))
    kept, waited = np.empty((0, m)), 0
    while waited < patience:
        tried = _unit_rows(_ROUND, m, random)
        tried = tried[(np.abs(tried @ kept.T) <= limit).all(1)]
        waited = 0 if len(tried) else waited + 1
        kept = np.vstack([kept, tried[_greedy(tried, limit)]])
    return kept.T


def _greedy(rows: np.ndarray, limit: float) -> list[int]:
    """The first row, and every later one whose cosines with those already chosen stay within the limit."""
    fits = np.abs(rows @ rows.T) <= limit
    chosen: list[int] = []
    for k in range(len(rows)):
        if fits[k, chosen].all():
            chosen.append(k)
    return chosen


def chance_apart(m: int, degrees: float | int) -> float:
    """The chance that two random directions in m dimensions stand more than `degrees` from a right angle.

    The angle from a right angle has density proportional to cos^(m−2). Raises InputError unless m ≥ 2 and
    0 < degrees < 90.
    """
    _checked(m, degrees)
    start = np.radians(degrees)
    return float(np.exp((m - 2) * np.log(np.cos(start)) + _log_area(m, start) - _log_area(m, 0.0)))


def _log_area(m: int, start: float) -> float:
    """The logarithm of ∫ (cos θ / cos start)^(m−2) dθ from `start` to 90°, leaving out what is below 1e-30 of it."""
    stop = min(np.pi / 2, start + 12 / np.sqrt(m))
    angle = np.linspace(start, stop, _POINTS)[:-1] + (stop - start) / (2 * (_POINTS - 1))
    logs = (m - 2) * (np.log(np.cos(angle)) - np.log(np.cos(start)))
    return float(np.log(np.exp(logs).mean() * (stop - start)))


def at_least(m: int, degrees: float | int) -> float:
    """A number of directions that certainly fits: m, or one over `chance_apart` where that is larger.

    While fewer are placed, the directions that any of them rules out cannot cover the sphere, so that one more fits.
    Infinite where it exceeds the range of a float. Raises InputError as `chance_apart` does.
    """
    chance = chance_apart(m, degrees)
    return max(float(m), 1 / chance if chance > 0 else np.inf)


def at_most(m: int, degrees: float | int) -> float:
    """A number of directions that certainly cannot be exceeded, by Welch's bound; infinite where it says nothing.

    N directions in m dimensions have Σ cos² ≥ N²/m over all ordered pairs, so that cosines of at most ε allow
    N ≤ m (1 − ε²) / (1 − m ε²) as long as m ε² < 1. Raises InputError as `chance_apart` does.
    """
    _checked(m, degrees)
    square = np.sin(np.radians(degrees)) ** 2
    return float(np.floor(m * (1 - square) / (1 - m * square) + 1e-9)) if m * square < 1 else np.inf


gate.close(globals())
