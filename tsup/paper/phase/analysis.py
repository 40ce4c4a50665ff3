"""Which phase a model is in (F12, F13, C1)."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup import exact
from tsup.exact import theory
from tsup.measure import PHASES, gram, norms


def explained(data: xr.Dataset) -> Float[np.ndarray, "activation ratio density feature"]:
    """The share of either feature's variance that the best start's output accounts for, at least 0.

    One less what it costs over p/3 − p²/4, the cost of a feature that is left out (F05); a loss is linear in the
    importances, so that two give the parts of either feature.
    """
    p, _ = np.meshgrid(data.density.values, data.ratio.values)
    found = []
    for k, name in enumerate(data.activation.values):
        W, b = (data[key].values[k].astype(float) for key in ("W", "b"))
        one, two = (exact.loss(W, b, p[..., None], np.array([1.0, r]), str(name)) for r in (1, 2))
        found.append(np.stack([2 * one - two, two - one], -1))
    return np.maximum(0, 1 - np.array(found) / theory.left_out(p)[..., None])


def kinds(
    W: Float[np.ndarray, "*model hidden feature"], learned: float = 0.5, product: float = 0.1
) -> Int[np.ndarray, "*model"]:
    """What becomes of the last feature, as a place in `measure.PHASES`.

    It is learned if its norm is above `learned`, and superposed if besides its inner product with another learned
    feature is above `product` in size, which is what three features in two dimensions have at −⅓ … −½.
    """
    kept, products = norms(W) > learned, np.abs(gram(W)[..., -1, :-1])
    beside = (kept[..., :-1] & (products > product)).any(-1)
    return np.where(kept[..., -1], np.where(beside, 2, 1), 0)


def distance(
    data: xr.Dataset, learned: float = 0.5, product: float = 0.1
) -> Float[np.ndarray, "ratio density"]:
    """How far, in decades, every trained point is from the nearest point where the exact optimum is of another kind."""
    log = np.log10
    p, r = np.meshgrid(log(data.density.values), log(data.ratio.values))
    P, R = (v.ravel() for v in np.meshgrid(log(data.exact_density.values), log(data.exact_ratio.values)))
    own, other = (kinds(data[name].values, learned, product).ravel() for name in ("optimum_W", "exact_W"))
    apart = np.hypot(p.reshape(-1, 1) - P, r.reshape(-1, 1) - R)
    return np.where(own[:, None] != other, apart, np.inf).min(1).reshape(p.shape)


def dearer(data: xr.Dataset) -> Float[np.ndarray, "*activation ratio density"]:
    """By which share the best start costs more than the exact optimum."""
    return np.asarray(data.loss.values / data.optimum_loss.values - 1)


def triangles(W: Float[np.ndarray, "*model hidden 3"], product: float = 0.1) -> np.ndarray:
    """Which models share two dimensions among all three features: every pair has an inner product below −product."""
    one, other = np.triu_indices(3, 1)
    return np.asarray((gram(W)[..., one, other] < -product).all(-1))


def areas(data: xr.Dataset, returned: float = 0.25) -> dict[str, list[float]]:
    """By activation, the share of the points where the best start does with the extra feature as `PHASES` says.

    A feature counts as learned where the output explains more than `returned` of its variance, whatever its norm.
    """
    first, extra = np.moveaxis(explained(data) > returned, -1, 0)
    kind = np.where(extra, np.where(first, 2, 1), 0)
    return {
        str(name): [float((one == k).mean()) for k in range(len(PHASES))]
        for name, one in zip(data.activation.values, kind, strict=True)
    }
