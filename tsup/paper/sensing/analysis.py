"""Where recovery begins, the lower bound that follows, and how many features trained models have beside it (F38)."""

from functools import cache

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm as normal

from tsup.errors import InputError

CALIBRATED = (0.02, 0.2)  # densities from which the constant of the bound is read
HALF = 0.5


def surprisal(density: Float[np.ndarray, "*any"] | float | int) -> Float[np.ndarray, "*any"]:
    """−p log p for densities p in (0, 1]: what one feature asks of the dimensions, times a constant (F38)."""
    p = np.asarray(density, dtype=float)
    if ((p <= 0) | (p > 1)).any():
        raise InputError(f"density must be in (0, 1], got {p[(p <= 0) | (p > 1)].flat[0]:g}")
    return np.asarray(p * np.abs(np.log(p)))


def half(data: xr.Dataset, decoder: str) -> Float[np.ndarray, " density"]:
    """The dimensions m at which the decoder finds half of the vectors; NaN where it never does.

    The last place at which the rate passes one half from below, interpolated over log m.
    """
    rate = data.rate.sel(decoder=decoder).transpose("density", "measured").values
    m = np.log(data.measured.values)
    return np.array([crossing(m, one) for one in rate])


def crossing(m: Float[np.ndarray, " measured"], rate: Float[np.ndarray, " measured"]) -> float:
    """exp of the place over log m at which a rate last passes one half from below; NaN where it never does."""
    rises = np.flatnonzero((rate[:-1] < HALF) & (rate[1:] >= HALF))
    if not len(rises):
        return np.nan
    k = rises[-1]
    share = (HALF - rate[k]) / (rate[k + 1] - rate[k])
    return float(np.exp(m[k] + share * (m[k + 1] - m[k])))


def constants(data: xr.Dataset, decoder: str = "LASSO") -> Float[np.ndarray, " density"]:
    """m at half of the vectors over −n p log p, at every density; NaN where p is 1 or it is never half."""
    asked = data.sizes["feature"] * surprisal(data.density.values)
    return half(data, decoder) / np.where(asked > 0, asked, np.nan)


def calibrated(data: xr.Dataset) -> Bool[np.ndarray, " density"]:
    """At which densities the constant is read."""
    p = data.density.values
    return (p >= CALIBRATED[0]) & (p <= CALIBRATED[1])


def constant(data: xr.Dataset) -> float:
    """The constant C of the bound m ≥ −C n p log p: the median of LASSO's `constants` at sparse densities.

    LASSO is one way to recover, so that this is what is enough for it; no claim that less is impossible.
    """
    return float(np.median(constants(data)[calibrated(data)]))


def most(
    dimensions: Float[np.ndarray, "..."] | Int[np.ndarray, "..."] | int,
    density: Float[np.ndarray, "..."] | float | int,
    constant: float | int,
) -> Float[np.ndarray, "..."]:
    """The most features that the bound allows in so many dimensions: m / (−C p log p); infinite at density 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.asarray(dimensions) / (constant * surprisal(density)))


def learned(data: xr.Dataset, norm: float = 0.5) -> Int[np.ndarray, "dimensions density"]:
    """How many features the best start represents (see `tsup.measure.represented`)."""
    return (data.norm.values > norm).sum(-1)


def allowed(data: xr.Dataset, scale: float = 1.0) -> Float[np.ndarray, "dimensions density"]:
    """`most` for every trained model, with the measured constant times `scale`."""
    return most(data.dimensions.values[:, None], data.density.values, scale * constant(data))


def binding(data: xr.Dataset, scale: float = 1.0) -> Bool[np.ndarray, "dimensions density"]:
    """Where the bound allows fewer features than there are, so that a model could break it."""
    return allowed(data, scale) < data.sizes["feature"]


def largest_constant(data: xr.Dataset, norm: float = 0.5) -> float:
    """The largest constant with which every trained model stays under the bound."""
    count, p = learned(data, norm), data.density.values
    sparse = p < 1
    room = data.dimensions.values[:, None] / surprisal(p[sparse])
    return float((room / np.maximum(count[:, sparse], 1)).min())


def _weak(delta: float) -> float:
    """k/m at which recovery of x ≥ 0 from m = δn Gaussian measurements turns, for large n (Donoho et al. 2009)."""

    def share(z: float) -> float:
        tail = (1 + z**2) * normal.cdf(-z) - z * normal.pdf(z)
        return -(1 - tail / delta) / (1 + z**2 - tail)

    return -float(minimize_scalar(share, bounds=(0, 8), method="bounded").fun)


@cache
def transition(density: float) -> float:
    """m/n at which the convex decoder turns from never to always for x ≥ 0 with a share p of entries active, n → ∞.

    The weak threshold of Donoho and Tanner. Raises InputError for densities outside (0, 1).
    """
    if not 0 < density < 1:
        raise InputError(f"density must be in (0, 1), got {density:g}")
    return float(brentq(lambda delta: delta * _weak(delta) - density, 1e-6, 1 - 1e-9))


def about(data: xr.Dataset) -> str:
    """A phrase for captions: how all models of F38 were trained, which differ in m only."""
    each = data.dimensions.values
    own = f"m = {each[-1]}"
    return str(data.attrs[f"about_m={each[-1]}"]).replace(own, f"m = {each[0]} to {each[-1]}")
