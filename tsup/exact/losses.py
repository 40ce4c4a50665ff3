"""The expected loss of a model on sparse uniform features, and its gradient, exactly: no samples."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tsup.errors import InputError
from tsup.exact import effort, smooth
from tsup.exact.cubes import count
from tsup.exact.moments import patterns, slopes, values

Number = float | int | np.ndarray | tuple | list
BLOCK = 2**22


class Gradient(NamedTuple):
    """The loss (*model), and its derivatives by W (*model, hidden, feature) and b (*model, feature)."""

    loss: np.ndarray
    W: np.ndarray
    b: np.ndarray


def _weights(name: str, value: Number, n: int, top: float) -> np.ndarray:
    found = np.asarray(value, dtype=float)
    limit = "(0, 1]" if top == 1 else "≥ 0 and finite"
    bad = ~(((found > 0) if top == 1 else (found >= 0)) & (found <= top) & np.isfinite(found))
    if bad.any():
        raise InputError(f"{name} must be {'in ' if top == 1 else ''}{limit}, got {found[bad].flat[0]:g}")
    if found.ndim and found.shape[-1] not in (1, n):
        raise InputError(f"{name} must be a number or have {n} features last, got shape {found.shape}")
    return found[..., None] if found.ndim == 0 else found


def checked(W: np.ndarray, b: np.ndarray, density: Number, importance: Number) -> tuple[np.ndarray, ...]:
    """W (model, hidden, feature) and the others (model, feature), after the leading shape; or InputError."""
    W, b = np.asarray(W, dtype=float), np.asarray(b, dtype=float)
    if W.ndim < 2:
        raise InputError(f"W must have shape (…, hidden, feature), got {W.shape}")
    n = W.shape[-1]
    if b.ndim < 1 or b.shape[-1] != n:
        raise InputError(f"b must have shape (…, {n}) to go with W, got {b.shape}")
    for name, array in (("W", W), ("b", b)):
        if not np.isfinite(array).all():
            raise InputError(f"{name} must be finite, got {array[~np.isfinite(array)].flat[0]}")
    p, i = _weights("density", density, n, 1.0), _weights("importance", importance, n, np.inf)
    try:
        lead = np.broadcast_shapes(W.shape[:-2], b.shape[:-1], p.shape[:-1], i.shape[:-1])
    except ValueError:
        shapes = f"{W.shape}, {b.shape}, {p.shape} and {i.shape}"
        raise InputError(
            f"W, b, density and importance must share their leading axes, got {shapes}"
        ) from None
    wide = [np.broadcast_to(v, (*lead, n)).reshape(-1, n) for v in (b, p, i)]
    return (np.array(lead, int), np.broadcast_to(W, (*lead, *W.shape[-2:])).reshape(-1, *W.shape[-2:]), *wide)


def most_active(n: int, max_active: int | None) -> int:
    """How many features may be active together. Raises InputError for a number that is not in 0 … n."""
    if max_active is not None and not 0 <= max_active <= n:
        raise InputError(f"max_active must be in 0 … n = {n}, got {max_active}")
    return n if max_active is None else max_active


def chances(active: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The probability of every pattern: (model, pattern)."""
    return np.where(active, p[:, None], 1 - p[:, None]).prod(-1)


def from_moments(
    W: np.ndarray, b: np.ndarray, mean: np.ndarray, variance: np.ndarray, importance: np.ndarray
) -> np.ndarray:
    """The loss of a linear model from the mean and the variance of every independent feature."""
    error = np.eye(W.shape[-1]) - W.swapaxes(-1, -2) @ W
    off = (error @ mean[..., None])[..., 0] - b
    spread = (error**2 @ variance[..., None])[..., 0]
    return (importance * (off**2 + spread)).sum(-1)


def _relu(W: np.ndarray, b: np.ndarray, p: np.ndarray, importance: np.ndarray, most: int) -> np.ndarray:
    active = patterns(W.shape[-1], most)
    squares, crosses = values(W.swapaxes(-1, -2) @ W, b, most)
    errors = squares - 2 * crosses + active.T / 3
    return (importance[..., None] * errors * chances(active, p)[:, None]).sum((-1, -2))


def _blocks(models: int, n: int, cubes: int) -> list[slice]:
    size = max(1, BLOCK // (n * n * cubes))
    return [slice(start, start + size) for start in range(0, models, size)]


def loss(
    W: Float[np.ndarray, "..."],
    b: Float[np.ndarray, "..."],
    density: Number,
    importance: Number = 1.0,
    activation: str = "relu",
    max_active: int | None = None,
) -> Float[np.ndarray, "..."]:
    """E Σ_i I_i (x_i − f(WᵀWx + b)_i)²: every x_i is 0, or uniform on [0, 1] with its density.

    activation: f is "relu", "linear", or by quadrature "gelu", "silu" or "square".
    W (…, hidden, feature), b (…, feature); density in (0, 1] and importance ≥ 0: a number, or one a feature
    (…, feature). Leading axes broadcast. max_active: leave out patterns with more active features, whose probability
    is `neglected`. Raises InputError for bad values, shapes that do not match and, without max_active, more than 9
    features under "relu", or 4 under those by quadrature, and for what would take more than an hour.
    """
    if activation not in ("relu", "linear", *smooth.FUNCTIONS):
        raise InputError(f"activation must be relu, linear, gelu, silu or square, got {activation!r}")
    lead, *arrays = checked(W, b, density, importance)
    if activation == "linear":
        W_, b_, p, weight = arrays
        mean = p / 2
        return from_moments(W_, b_, mean, p / 3 - mean**2, weight).reshape(tuple(lead))
    n = arrays[0].shape[-1]
    most = most_active(n, max_active)
    active = patterns(n, most)
    W_, b_, p, weight = arrays
    effort.announce(effort.seconds(len(W_), n, most, activation, derivatives=False), len(W_), n)
    if activation != "relu":
        a, odds = W_.swapaxes(-1, -2) @ W_, chances(active, p)
        return smooth.losses(a, b_, odds, weight, active, activation).reshape(tuple(lead))
    parts = _blocks(len(W_), n, count(n, most))
    found = [_relu(W_[part], b_[part], p[part], weight[part], most) for part in parts]
    return np.concatenate(found).reshape(tuple(lead)) if found else np.zeros(tuple(lead))


def gradient(
    W: Float[np.ndarray, "..."],
    b: Float[np.ndarray, "..."],
    density: Number,
    importance: Number = 1.0,
    max_active: int | None = None,
    activation: str = "relu",
) -> Gradient:
    """The loss with its derivatives by W and b, for arguments as `loss` takes them, but for "linear".

    Raises InputError as `loss` does.
    """
    _, *arrays = checked(W, b, density, importance)
    n, models = arrays[0].shape[-1], len(arrays[0])
    most = most_active(n, max_active)
    patterns(n, most)
    effort.announce(effort.seconds(models, n, most, activation), models, n)
    return derivatives(W, b, density, importance, max_active, activation)


def derivatives(
    W: Float[np.ndarray, "..."],
    b: Float[np.ndarray, "..."],
    density: Number,
    importance: Number = 1.0,
    max_active: int | None = None,
    activation: str = "relu",
) -> Gradient:
    """What `gradient` returns, however long it takes."""
    if activation not in ("relu", *smooth.FUNCTIONS):
        raise InputError(f"activation must be relu, gelu, silu or square, got {activation!r}")
    lead, W_, b_, p, weight = checked(W, b, density, importance)
    n = W_.shape[-1]
    most = most_active(n, max_active)
    active, a = patterns(n, most), W_.swapaxes(-1, -2) @ W_
    if activation != "relu":
        value, slope, db = smooth.gradient(a, b_, chances(active, p), weight, active, activation)
        dW, shape = W_ @ (slope + slope.swapaxes(-1, -2)), tuple(lead)
        return Gradient(value.reshape(shape), dW.reshape(*shape, *dW.shape[1:]), db.reshape(*shape, n))
    odds = 2 * weight[..., None] * chances(active, p)[:, None]
    plain, by_input = slopes(a, b_, most)
    slope = (odds[..., None] * by_input).sum(-2)
    dW = W_ @ (slope + slope.swapaxes(-1, -2))
    shape = tuple(lead)
    value = _relu(W_, b_, p, weight, most).reshape(shape)
    return Gradient(value, dW.reshape(*shape, *dW.shape[1:]), (odds * plain).sum(-1).reshape(*shape, n))


def neglected(density: Float[np.ndarray, " feature"], max_active: int) -> float:
    """The probability that more than max_active of independent features are active together, in [0, 1]."""
    odds = np.ones(1)
    for p in density:
        odds = np.convolve(odds, [1 - p, p])
    return float(odds[max_active + 1 :].sum())
