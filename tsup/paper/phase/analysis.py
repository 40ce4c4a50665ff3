"""Which phase a model is in (F12, F13, C1)."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup import exact
from tsup.exact import theory
from tsup.measure import gram, norms


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
