"""The opening figure as one model that changes with density, instead of the best of unrelated starts at each (F01)."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup import exact
from tsup.geometry import branch, pose

WITHIN = 0.01  # of the loss of the best start


def followed(opening: xr.Dataset) -> Float[np.ndarray, "density 2 feature"]:
    """The best start at the lowest density of F01, followed to the others, in poses that lie next to each other.

    Starts that differ in the order of their features are nearly tied, so that the best ones at neighbouring densities
    have little to do with each other.
    """
    last = opening.isel(density=-1)
    W, _, _ = exact.follow(
        last.W.values.astype(float),
        last.b.values.astype(float),
        opening.density.values,
        opening.importance.values,
        WITHIN,
    )
    return branch.aligned(np.stack([pose.canonical(W[0]), *W[1:]]))


def about(opening: xr.Dataset) -> str:
    """What was trained, and what was made of it."""
    least, share = opening.density.values.min(), f"{WITHIN:.0%}".replace("%", " %")
    return (
        f"{opening.about}; shown is the best start at density {least:g}, followed to the other densities on the exact "
        f"loss, within {share} of the best start at each"
    )
