"""What is measured of sparse autoencoders on the pentagon (F39) and on fifty features in twenty dimensions (C6)."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup.sparse_coding import measures

DENSITY = 0.03
KINDS = ("L1", "TopK", "BatchTopK", "JumpReLU", "Gated", "Matryoshka")
STARTS = 4  # of a run on the pentagon
RANDOM_SEED = 39
NESTED, FREE = "nested", "independent"


def by_kind(values: np.ndarray) -> dict[str, float]:
    """A number a kind, by its name."""
    return dict(zip(KINDS, np.asarray(values, float).tolist(), strict=True))


def nearest(active: Float[np.ndarray, "*kind tried"], wanted: float) -> Int[np.ndarray, "*kind"]:
    """The place of the configuration whose number of active latents is nearest in ratio to what is wanted.

    This is how all kinds are tuned: by how sparse the codes are, and by nothing that knows the directions.
    """
    return np.asarray(np.abs(np.log(np.maximum(active, 1e-9) / wanted)).argmin(-1))


def random_cosine(
    W: Float[np.ndarray, "hidden feature"], latents: int, times: int
) -> Float[np.ndarray, " time"]:
    """Mean over features of the largest cosine with as many random directions as there are latents."""
    drawn = np.random.default_rng(RANDOM_SEED).normal(size=(times, latents, len(W)))
    return measures.best_cosines(W, drawn).mean(-1)


def best_of(data: xr.Dataset) -> Float[np.ndarray, "kind run"]:
    """The mean largest cosine of the start of least loss, for every run of F39."""
    place = data.loss.argmin("start")
    return data.cosine.isel(start=place).transpose("kind", "run").values


def at_sparsity(
    active: Sequence[float] | np.ndarray, values: Sequence[float] | np.ndarray, wanted: float
) -> float:
    """A value that was measured at several numbers of active latents, at a number between them, on a logarithmic axis.

    Beyond the ends it is that of the end.
    """
    order = np.argsort(active)
    return float(np.interp(np.log(wanted), np.log(np.asarray(active)[order]), np.asarray(values)[order]))


def truly_active(data: xr.Dataset, density: float) -> float:
    """Features that are on in a row, in the mean."""
    return data.sizes["feature"] * density
