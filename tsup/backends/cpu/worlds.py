"""How active entries are drawn, and which models follow them: choices by what each piece of work was measured to take.

They depend on nothing but the setup, so that the same one is trained in the same way on every machine.
"""

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from tsup.backends.cpu.followed import Groups, Reach
from tsup.backends.layout import padded
from tsup.config import Setup

# Nanoseconds on a core with AVX-512, fitted to 63 worlds of n from 20 to 1,000 within a quarter, mostly a tenth.
NUMBER = 0.9  # of a gate that is drawn whole, a row
EVENT = 4.0  # of an event that is jumped to
GROUP = 150.0  # of a group, whatever it holds
FOLLOWING = (
    2770.0,
    15.4,
    0.11,
    0.38,
    0.067,
    2.8,
)  # of 1, K, K n, R n, a n m and n m, as `_following` has them
SPARSE = (1030.0, 8.0, 0.34, 0.55, 0.06, 4.3)  # of 1, K, K m, R n, R n m and n m
DENSE = (1990.0, 0.23, 0.102)  # of 1, B n and B n m
WORTH = 0.9  # of the other's cost: what wins less stays as it was, to the last bit
SMALL = (
    10_000  # n · m below which models of one density stay by rows, as all that the book records were trained
)
_STEPS = 2  # of density an octave, between which groups may end
_TABLES = 2**19  # bytes of P and M that a block of columns may take


def grouped(density: Float[np.ndarray, "model gate"], rows: int) -> Groups:
    """How the gates of every model are drawn in parts of so many rows: each whole or in a group, at least cost."""
    found = [_groups(one, rows) for one in density]
    most = max(len(bounds) for _, bounds, _ in found)
    return Groups(
        np.array([order for order, _, _ in found], np.int32),
        np.array([np.pad(bounds, (0, most - len(bounds)), mode="edge") for _, bounds, _ in found], np.int32),
        np.array([whole for _, _, whole in found]),
    )


def _groups(density: Float[np.ndarray, " gate"], rows: int) -> tuple[np.ndarray, list[int], int]:
    order = np.argsort(-density, kind="stable")
    falling = density[order]
    whole = int((falling * EVENT > NUMBER).sum()) if falling[0] > falling[-1] else 0
    return order, [*range(whole), *_cuts(falling, whole, rows)], whole


def _cuts(falling: np.ndarray, first: int, rows: int) -> list[int]:
    """Where groups of falling densities begin from `first` on, and their end: the least cost over all ways to cut."""
    if first == len(falling):
        return [first]
    levels = np.floor(-_STEPS * np.log2(falling[first:]) + 1e-9)
    ends = [*(first + np.flatnonzero(np.diff(levels, prepend=levels[0] - 1))).tolist(), len(falling)]
    best: list[tuple[float, list[int]]] = [(0.0, [first])]
    for k in range(1, len(ends)):
        ways = (
            (best[j][0] + GROUP + EVENT * rows * (ends[k] - ends[j]) * falling[ends[j]], j) for j in range(k)
        )
        spent, j = min(ways)
        best.append((spent, [*best[j][1], ends[k]]))
    return best[-1][1]


def follows(setup: Setup, dense: float) -> Bool[np.ndarray, " setting"]:
    """Which settings' models follow their active entries, because that is cheaper than rows.

    dense: the density from which rows are drawn whole where they are drawn at all.
    """
    model, training = setup.model, setup.training
    if model.hidden_activation != "linear" or training.attack is not None or training.l1 is not None:
        return np.zeros(setup.features.settings, bool)
    density = setup.features.densities()
    rows = np.where(density.max(1) < dense, _sparse(setup, density), _dense(setup))
    asked = (density.min(1) < density.max(1)) | (setup.features.n * model.hidden >= SMALL)
    return asked & (_following(setup, density) < WORTH * rows)


def _work(setup: Setup, density: Float[np.ndarray, "setting feature"]) -> tuple[np.ndarray, ...]:
    """Of a batch: K active entries, R rows that have any, a features that are active in any, on average."""
    rows = setup.training.batch
    empty, idle = np.log1p(-density.clip(max=1 - 1e-12)).sum(1), ((1 - density) ** rows).sum(1)
    return rows * density.sum(1), rows * (1 - np.exp(empty)), density.shape[1] - idle


def _following(setup: Setup, density: Float[np.ndarray, "setting feature"]) -> Float[np.ndarray, " setting"]:
    (K, R, a), n, m = _work(setup, density), setup.features.n, setup.model.hidden
    return _sum(FOLLOWING, 1, K, K * n, R * n, a * n * m, n * m)


def _sparse(setup: Setup, density: Float[np.ndarray, "setting feature"]) -> Float[np.ndarray, " setting"]:
    (K, R, _), n, m = _work(setup, density), setup.features.n, setup.model.hidden
    thinned = setup.training.batch * n * density.max(1) - K
    return _sum(SPARSE, 1, K, K * m, R * n, R * n * m, n * m) + EVENT * thinned


def _dense(setup: Setup) -> float:
    entries = setup.training.batch * setup.features.n
    return _sum(DENSE, 1, entries, entries * setup.model.hidden)


def _sum(prices: tuple[float, ...], *amounts: Any) -> Any:
    return sum(price * amount for price, amount in zip(prices, amounts, strict=True))


def columns_of(setup: Setup) -> Int[np.ndarray, " setting"]:
    """Columns of a block of every setting's models, whose tables are to stay in cache."""
    _, _, active = _work(setup, setup.features.densities())
    fitting = (_TABLES / (8 * active) // 64 * 64).clip(64, 256).astype(int)
    return np.minimum(fitting, padded(setup.features.n, 16))


def reach_of(setup: Setup) -> Reach:
    """How far a batch of models that follow their entries reaches."""
    n, m, rows = setup.features.n, setup.model.hidden, setup.training.batch
    expected, _, _ = _work(setup, setup.features.densities())
    part = int(np.clip(2**20 // n, 16, rows))
    capacity = part * n + int(1.5 * expected.max()) + 1024
    return Reach(rows, part, capacity, int(columns_of(setup).max()), m)


def room(reach: Reach, n: int) -> int:
    """Bytes of one thread's scratch: entries as drawn and as dealt, features, rows, and the tables of a block."""
    most, high, wide = padded(n, 20), padded(reach.hidden, 5), padded(reach.hidden, 16)
    tables = most * (high + 2 * wide + 2 * reach.columns) + reach.columns * (2 * high + wide + 5)
    return 4 * (6 * reach.capacity + 4 * reach.rows + 36 * n + tables)
