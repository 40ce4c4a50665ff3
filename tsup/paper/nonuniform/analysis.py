"""Which arrangement five features are in (F18), and models in a row aligned with each other (F18, F21)."""

from itertools import permutations, product

import numpy as np
from jaxtyping import Float

from tsup.errors import InputError
from tsup.geometry.branch import aligned
from tsup.geometry.pose import canonical
from tsup.measure import cosines, represented

PAIRS = ((0, 1), (2, 3), (4, 5))


def arrangement(W: Float[np.ndarray, "2 5"], norm: float = 0.5, near: float = 0.05) -> str:
    """The branch of `BRANCHES` that a model belongs to, or "other".

    pentagon: all five represented (norm above `norm`), none antipodal (a cosine within `near` of −1). Digons: four
    represented in two antipodal pairs; without 0 if that is the feature that is left out.
    """
    kept = represented(W, norm)
    pairs = np.triu((cosines(W) < near - 1) & kept & kept[:, None]).sum()
    if kept.all() and pairs == 0:
        return "pentagon"
    if kept.sum() == 4 and pairs == 2:
        return "digons with 0" if kept[0] else "digons without 0"
    return "other"


def align_features(W: Float[np.ndarray, "at 2 feature"]) -> Float[np.ndarray, "at 2 feature"]:
    """Models of five features in two dimensions, of which those from 1 on are alike, so that their names are free.

    W: (at, 2, 5). In the last model feature 0 points up and the others are numbered clockwise from it; each other
    model lies as near as it can to the one after it. Raises InputError for other shapes. Row F18.
    """
    stack = _stack(W, 5)
    last = canonical(stack[-1])
    order = np.argsort(np.arctan2(last[0, 1:], last[1, 1:]) % (2 * np.pi)) + 1
    orders = [(0, *others) for others in permutations(range(1, 5))]
    return aligned(np.stack([last[:, [0, *order]], *stack[-2::-1]]), orders)[::-1]


def align_pairs(W: Float[np.ndarray, "at 2 feature"]) -> Float[np.ndarray, "at 2 feature"]:
    """Models of three pairs in two dimensions, in which pairs are alike, and so are the members of each.

    W: (at, 2, 6). In the first model the middle of the first pair points up and the others are numbered clockwise
    from it; each other model lies as near as it can to the one before. Raises InputError for other shapes. Row F21.
    """
    stack = _stack(W, 6)
    middles = stack[0][:, ::2] + stack[0][:, 1::2]
    along = middles[:, 0] / max(float(np.linalg.norm(middles[:, 0])), 1e-12)
    first = np.array([[along[1], -along[0]], along]) @ stack[0]
    clockwise = np.arctan2(first[0], first[1])
    middle = np.arctan2(*(first[:, ::2] + first[:, 1::2])) % (2 * np.pi)
    pairs = [0, *(np.argsort(middle[1:]) + 1)]
    past = (clockwise - middle.repeat(2) + np.pi) % (2 * np.pi)
    order = [2 * k + i for k in pairs for i in past.reshape(3, 2).argsort(1)[k]]
    swaps = list(product((0, 1), repeat=3))
    orders = [
        [2 * pair + (swap ^ side) for pair, swap in zip(three, swapped, strict=True) for side in (0, 1)]
        for three in permutations(range(3))
        for swapped in swaps
    ]
    return aligned(np.stack([first[:, order], *stack[1:]]), orders)


def _stack(W: np.ndarray, n: int) -> np.ndarray:
    stack = np.asarray(W, dtype=float)
    if stack.shape[1:] != (2, n) or not len(stack):
        raise InputError(f"W must have shape (at, 2, {n}), got {stack.shape}")
    return stack


def components(W: Float[np.ndarray, "*model 2 6"]) -> Float[np.ndarray, "2 *model pair"]:
    """The norms of W(a + b)/√2 and of W(a − b)/√2 for every pair: its first and its second principal component."""
    a, b = W[..., ::2].astype(float), W[..., 1::2].astype(float)
    return np.linalg.norm(np.stack([a + b, a - b]), axis=-2) / np.sqrt(2)
