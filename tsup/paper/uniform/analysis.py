"""How much of the dimensions features fill (C5)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.geometry import factors


def filled(
    data: xr.Dataset, represented: float = 0.5, tolerance: float = 0.1, match: float = 0.15
) -> Float[np.ndarray, "length n density"]:
    """The share of the dimensions that known polytopes fill, on average over starts (see `factors.filled`)."""
    W = data.W.transpose("length", "n", "density", "replica", "hidden", "feature").values.astype(float)
    models = W.reshape(-1, *W.shape[-2:])
    shares = [factors.filled(one, represented, tolerance, match) for one in models]
    return np.reshape(shares, W.shape[:-2]).mean(-1)
