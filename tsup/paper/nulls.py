"""Results without an effect, which several claims must not hold on."""

import numpy as np
import xarray as xr


def sparse_first(data: xr.Dataset) -> tuple[xr.Dataset]:
    """The models in the reverse order of density."""
    return (data.isel(density=slice(None, None, -1)).assign_coords(density=data.density.values),)


def scattered(data: xr.Dataset, *names: str) -> tuple[xr.Dataset]:
    """Weights of these names (…, hidden, feature) whose columns keep their norms and point in random directions."""
    rng, made = np.random.default_rng(0), {}
    for name in names:
        W = data[name]
        drawn = rng.normal(size=W.shape)
        norms, drawn_norms = (np.linalg.norm(v, axis=-2, keepdims=True) for v in (W.values, drawn))
        made[name] = W.copy(data=drawn * (norms / drawn_norms))
    return (data.assign(made),)
