"""Sparse batches: independent, correlated and anticorrelated features (F05, F19).

One uniform draw u decides both whether a feature is on, u < p, and how large it is, u / p, which is again uniform on
[0, 1]. Members of sets take their magnitudes from a second draw, and so do all features where these are not uniform,
of 53 bits, so that their tails are drawn. A correlated set shares the u of its first member; in
an anticorrelated set that same u / p chooses the one member that is on. The draw has 24 bits, and 53 where a density is
below 1e-4, for which 24 would be too coarse.

Here in NumPy, for looking at; `tsup.draws` draws the same numbers for the trainers.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from tsup import gate
from tsup.config import Features, at_least, seed_of, spawn_seeds
from tsup.config.magnitude import Uniform
from tsup.errors import InputError

FINE = 1e-4
Draw = Callable[
    [int, Any], Any
]  # own data: from a count of rows and a torch.Generator to a tensor (row, feature)


def sample(features: Features, rows: int, seed: int = 0) -> Float[np.ndarray, "setting row feature"]:
    """A batch for looking at: `rows` ≥ 1 rows of every setting of `features` (F05). Raises InputError for rows < 1."""
    try:
        rows = at_least("rows", 1).func(rows)  # type: ignore[call-arg]
    except ValueError as error:
        raise InputError(str(error)) from None
    seeds = spawn_seeds(seed, features.settings)
    return np.stack([_batch(features, k, rows, seed_of(own)) for k, own in enumerate(seeds)])


def _batch(features: Features, setting: int, rows: int, seed: int) -> Float[np.ndarray, "row feature"]:
    shape, density = (rows, features.n), features.densities()[setting]
    # The 32-bit Mersenne twister, which PyTorch draws from as well.
    words = np.random.RandomState(seed % 2**32)
    size = _coarse(words, shape) / density.astype(np.float32)
    if density.min() < FINE:
        size = (_fine(words, shape) / density).astype(np.float32)
    on = size < 1
    members = [i for tied in (*features.correlated, *features.anticorrelated) for i in tied]
    if members:
        _tie(features, on, size)
    magnitude = features.distribution
    if not isinstance(magnitude, Uniform):
        size = _fine(words, shape)
    elif members:
        size[:, members] = _coarse(words, (rows, len(members)))
    return np.where(on, magnitude.sample(size), np.float32(0))


def _words(words: np.random.RandomState, shape: tuple[int, ...]) -> np.ndarray:
    return np.frombuffer(words.bytes(4 * math.prod(shape)), "<u4").reshape(shape)


def _coarse(words: np.random.RandomState, shape: tuple[int, int]) -> Float[np.ndarray, "row column"]:
    """Uniform on [0, 1), of 24 bits."""
    return (_words(words, shape) & 0xFFFFFF).astype(np.float32) * np.float32(2**-24)


def _fine(words: np.random.RandomState, shape: tuple[int, int]) -> Float[np.ndarray, "row column"]:
    """Uniform on [0, 1), of 53 bits."""
    high, low = np.moveaxis(_words(words, (*shape, 2)).astype(np.uint64), -1, 0)
    return ((high << np.uint64(32) | low) & np.uint64(2**53 - 1)) * 2.0**-53


def _tie(
    features: Features, on: Bool[np.ndarray, "row feature"], size: Float[np.ndarray, "row feature"]
) -> None:
    """Let the members of sets be on together, or one at a time."""
    for members in features.correlated:
        on[:, members] = on[:, members[:1]]
    for members in features.anticorrelated:
        chosen = (size[:, members[0]] * np.float32(len(members))).astype(int).clip(max=len(members) - 1)
        on[:, members] = on[:, members[:1]] & (chosen[:, None] == np.arange(len(members)))


gate.close(globals())
