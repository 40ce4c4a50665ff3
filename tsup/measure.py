"""Measures of a weight matrix: which features it represents, and how they share its dimensions. NumPy only.

Every function takes W of shape (…, hidden, feature), column i being the embedding of feature i, and works on the last
two axes, so that a stack of models is measured in one call. All raise InputError for a W with fewer than two axes, or
with entries that are not finite.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Int

from tsup import gate
from tsup.errors import InputError

Weights = Float[np.ndarray, "*model hidden feature"]
PerFeature = Float[np.ndarray, "*model feature"]
Pairs = Float[np.ndarray, "*model feature feature"]
PHASES = ("not learned", "dedicated", "superposed")
MOST_JOINED = 5_000  # features whose pairs fit in memory, and are joined within half a minute


def _checked(W: np.ndarray) -> np.ndarray:
    W = np.asarray(W, dtype=float)
    if W.ndim < 2:
        raise InputError(f"W must have shape (…, hidden, feature), got {W.shape}")
    if not np.isfinite(W).all():
        raise InputError(f"W must be finite, got {W[~np.isfinite(W)].flat[0]}")
    return W


def _divided(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, and 0 where b is 0."""
    a, b = np.broadcast_arrays(a, b)
    return np.divide(a, b, out=np.zeros(a.shape), where=b > 0)


def scaled(W: Weights, axis: int = -2) -> tuple[Weights, Int[np.ndarray, "..."]]:
    """W with its largest entry along an axis brought into [½, 1) by powers of two, and their exponents, axis kept.

    That is exact, so that squares of the scaled W neither vanish below 1e-162 nor overflow, and nothing else changes.
    """
    W = _checked(W)
    if axis not in (-2, -1):
        raise InputError(f"axis must be -2 or -1, got {axis}")
    exponents = np.frexp(np.abs(W).max(axis, keepdims=True, initial=0))[1]
    return np.ldexp(W, -exponents), exponents


def norms(W: Weights) -> PerFeature:
    """‖W_i‖, ≥ 0; about 1 for a represented feature and 0 for one that isn't (F07)."""
    V, exponents = scaled(W)
    return np.ldexp(np.linalg.norm(V, axis=-2), exponents[..., 0, :])


def gram(W: Weights) -> Pairs:
    """WᵀW: what comes out for feature i when feature j goes in, before bias and ReLU (F06)."""
    W = _checked(W)
    return W.swapaxes(-1, -2) @ W


def cosines(W: Weights) -> Pairs:
    """Ŵ_i · Ŵ_j, in [−1, 1]; 0 for a feature of norm 0."""
    V, _ = scaled(W)
    lengths = norms(V)
    return _divided(gram(V), lengths[..., :, None] * lengths[..., None, :]).clip(-1, 1)


def _projections(W: Weights, relative: bool = False) -> Pairs:
    """(Ŵ_i · W_j)², rows i; if relative, in units of the power of two that scales W_i, squared."""
    V, exponents = scaled(W)
    shift = exponents - exponents.swapaxes(-1, -2) if relative else exponents
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(_divided(gram(V), norms(V)[..., :, None]), shift) ** 2


def interference(W: Weights) -> PerFeature:
    """Σ_{j≠i} (Ŵ_i · W_j)² (F07): 0 if orthogonal to all, ≥ 1 if others can fire i as hard as i itself can."""
    return (_projections(W) * (1 - np.eye(np.shape(W)[-1]))).sum(-1)


def dimensionality(W: Weights) -> PerFeature:
    """D_i = ‖W_i‖² / Σ_j (Ŵ_i · W_j)², j = i included, in [0, 1] (F15); 0 for a feature of norm 0.

    Small norms do not make D_i small: filter by `represented` before reading a D_i as a learned feature's.
    """
    return _divided(norms(scaled(W)[0]) ** 2, _projections(W, relative=True).sum(-1))


def dimensions_per_feature(W: Weights) -> Float[np.ndarray, "*model"]:
    """D* = m / ‖W‖_F², > 0 (F14); infinite for W = 0."""
    squared = (_checked(W) ** 2).sum((-1, -2))
    return np.divide(np.shape(W)[-2], squared, out=np.full(squared.shape, np.inf), where=squared > 0)


def leverage(W: Weights) -> PerFeature:
    """τ_i = W_iᵀ (W Wᵀ)⁺ W_i, in [0, 1], summing to rank W; D_i ≤ τ_i (C8)."""
    W = _checked(W)
    V = np.ldexp(W, -scaled(W)[1].max((-1, -2), keepdims=True, initial=-1074))
    return (np.linalg.pinv(V).swapaxes(-1, -2) * V).sum(-2)


def represented(W: Weights, threshold: float | int = 0.5) -> Bool[np.ndarray, "*model feature"]:
    """Whether ‖W_i‖ > threshold (F08)."""
    return norms(W) > threshold


def phase(
    norm: Float[np.ndarray, "*model"],
    interference: Float[np.ndarray, "*model"],
    learned: float | int = 0.5,
    shared: float | int = 0.25,
) -> Int[np.ndarray, "*model"]:
    """What becomes of a feature of this norm and interference, as a place in `PHASES` (F12).

    Not learned with a norm up to `learned`, else dedicated with an interference up to `shared`, else superposed. In
    one dimension the interference of another feature whose norm is ½ is ¼. Raises InputError for shapes that do not
    broadcast.
    """
    try:
        norm, interference = np.broadcast_arrays(norm, interference)
    except ValueError:
        raise InputError(
            f"interference must go with norm of shape {np.shape(norm)}, got {np.shape(interference)}"
        ) from None
    return np.where(norm > learned, np.where(interference > shared, 2, 1), 0)


def neurons(W: Weights, threshold: float | int = 0.25) -> Bool[np.ndarray, "*model hidden feature"]:
    """Whether a neuron holds a feature: |W_ai| > threshold (F27). A neuron that holds one is monosemantic (F28).

    Says something of the model only where a nonlinearity makes the hidden basis privileged.
    """
    return np.abs(_checked(W)) > threshold


def neuron_order(W: Float[np.ndarray, "hidden feature"]) -> Int[np.ndarray, " hidden"]:
    """Neurons by their largest weight's feature, then by the size of that weight; those that hold none come last."""
    size = np.abs(_checked(W))
    empty = ~neurons(W).any(1)
    return np.lexsort((-size.max(1), size.argmax(1), empty))


def features_per_neuron(W: Weights) -> Float[np.ndarray, "*model hidden"]:
    """(Σ_i W_ai²)² / Σ_i W_ai⁴, in [1, n]: over how many features a neuron's weight is spread (F26).

    1 if it has a single weight, k if k weights are equal in size, whatever their scale; 0 for a neuron of zeros.
    """
    squares = scaled(W, axis=-1)[0] ** 2
    return _divided(squares.sum(-1) ** 2, (squares**2).sum(-1))


def antipodal(W: Weights, cosine: float | int = -0.9) -> Bool[np.ndarray, "*model feature feature"]:
    """Whether i and j are represented and point in opposite directions: Ŵ_i · Ŵ_j < cosine (F08)."""
    kept = represented(W)
    return (cosines(W) < cosine) & kept[..., :, None] & kept[..., None, :]


def tegum_factors(W: Weights, tolerance: float | int = 0.1) -> Int[np.ndarray, "*model feature"]:
    """The tegum factor of each represented feature, numbered from 0 in order of its first feature; −1 for the rest.

    Factors are the connected components of the graph of represented features that joins i and j when
    |Ŵ_i · Ŵ_j| > tolerance (F16): features in different factors are orthogonal within tolerance. Raises InputError for
    more than 5,000 features.
    """
    kept = represented(W)
    if not kept.size:
        return np.zeros(kept.shape, dtype=int)
    if np.shape(W)[-1] > MOST_JOINED:
        raise InputError(
            f"W must have at most {MOST_JOINED:,} features, got {np.shape(W)[-1]:,}; see geometry.factors.groups"
        )
    joined = (np.abs(cosines(W)) > tolerance) & kept[..., :, None] & kept[..., None, :]
    reach = joined | np.eye(np.shape(W)[-1], dtype=bool)
    for _ in range(int(np.ceil(np.log2(max(np.shape(W)[-1], 2))))):
        reach = (reach.astype(np.float32) @ reach.astype(np.float32)) > 0
    first = reach.argmax(-1)
    leads = kept & (first == np.arange(np.shape(W)[-1]))
    number = leads.cumsum(-1) - 1
    return np.where(kept, np.take_along_axis(number, first, axis=-1), -1)


def gaps(W: Float[np.ndarray, "2 feature"]) -> Float[np.ndarray, " kept"]:
    """The angles in degrees between neighbouring represented features of a two-dimensional model, summing to 360 (F01).

    In order around the circle. Raises InputError unless W has two rows.
    """
    W = _checked(W)
    if W.shape[:-1] != (2,):
        raise InputError(f"W must have shape (2, feature), got {W.shape}")
    x, y = W[:, represented(W)]
    angles = np.sort(np.degrees(np.arctan2(y, x)))
    return np.diff(angles, append=angles[:1] + 360)


def level(W: Float[np.ndarray, "hidden feature"], tolerance: float | int = 0.1) -> str:
    """The strictest property of a linear representation h = Wx, from the represented features alone (F04).

    "basis-aligned": every one lies along its own hidden dimension; "no superposition": they are linearly independent,
    so that WᵀW restricted to them is invertible; "linear": neither. Deviations up to tolerance pass.
    """
    columns = _checked(W)[:, represented(W)]
    directions = columns / np.linalg.norm(columns, axis=0)
    aligned = np.abs(directions) > tolerance
    if (aligned.sum(0) == 1).all() and (aligned.sum(1) <= 1).all():
        return "basis-aligned"
    values = np.linalg.svd(directions, compute_uv=False)
    independent = columns.shape[1] <= columns.shape[0] and values.min() > tolerance
    return "no superposition" if independent else "linear"


def _encoded(encode: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    h = np.asarray(gate.numbers("what encode returns", encode(x.copy())))
    if h.ndim != 2 or len(h) != len(x) or not np.isfinite(h).all():
        raise InputError(f"encode must return {len(x)} finite rows for {len(x)}, got {gate.shown(h)}")
    return h.astype(float)


def level_of(encode: Callable[[np.ndarray], np.ndarray], n: int, points: int = 4) -> str:
    """The strictest property of a representation given as a function from x (row, n) to h (row, hidden) (F04).

    Tried on a grid of `points` values in [0, 1] for each of the n features. "not decomposable": two inputs share a
    representation; "decomposable": none do, but h is not linear in x; otherwise `level` of its matrix. Raises
    InputError for a grid of more than a million points, and for a function that fails or whose rows do not match.
    """
    if n < 1 or points < 2:
        raise InputError(f"n must be at least 1 and points at least 2, got {n} and {points}")
    if n > 20 or points**n > 10**6:
        raise InputError(f"points**n must be at most 1,000,000, got {points}**{n}")
    x = np.stack(np.meshgrid(*[np.linspace(0, 1, points)] * n), -1).reshape(-1, n)
    h, origin, W = (_encoded(encode, rows) for rows in (x, np.zeros((1, n)), np.eye(n)))
    if not h.shape[1] == origin.shape[1] == W.shape[1]:
        raise InputError(
            f"encode must return rows of one length, got {h.shape[1]}, {origin.shape[1]} and {W.shape[1]}"
        )
    W = W.T
    if np.allclose(h, x @ W.T, atol=1e-6) and np.allclose(origin, 0, atol=1e-6):
        return level(W)
    return "decomposable" if len(np.unique(h.round(6), axis=0)) == len(x) else "not decomposable"


gate.close(globals())
