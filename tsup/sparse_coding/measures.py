"""How well sparse codes find features that are known: arrays in, arrays out. NumPy and SciPy only.

Directions are columns (hidden, feature), as a model's W has them; a decoder's are rows (latent, hidden).
"""

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import linear_sum_assignment

from tsup import gate
from tsup.errors import InputError


def _unit(vectors: np.ndarray, axis: int) -> np.ndarray:
    """Of length 1, however large or small they are; those of length 0 stay."""
    exponents = np.frexp(np.abs(vectors).max(axis, keepdims=True, initial=0))[1]
    near = np.ldexp(vectors, -exponents)
    norms = np.linalg.norm(near, axis=axis, keepdims=True)
    return near / np.where(norms > 0, norms, 1)


def cosines(
    directions: Float[np.ndarray, "hidden feature"], decoder: Float[np.ndarray, "*seed latent hidden"]
) -> Float[np.ndarray, "*seed feature latent"]:
    """The cosine of every feature's direction with every latent's, 0 for a direction of length 0."""
    return np.swapaxes(_unit(decoder, -1) @ _unit(directions, 0), -1, -2)


def best_cosines(
    directions: Float[np.ndarray, "hidden feature"], decoder: Float[np.ndarray, "*seed latent hidden"]
) -> Float[np.ndarray, "*seed feature"]:
    """The largest cosine of every feature's direction with one of the latents'.

    Its mean over features is the *mean max cosine similarity* of Sharkey et al. 2022 (C6). More latents find a larger
    one by chance: compare it with `best_cosines` of as many random directions.
    """
    return cosines(directions, decoder).max(-1, initial=-1)


def matched(
    codes: Float[np.ndarray, "row latent"], x: Float[np.ndarray, "row feature"]
) -> tuple[Int[np.ndarray, " pair"], Int[np.ndarray, " pair"], Float[np.ndarray, " pair"]]:
    """Latents and features in pairs, each in one at most, whose correlations over the rows have the largest sum.

    Returns the latents, the features and their correlations, 0 where one of the two does not vary. The mean
    correlation is called MCC. Raises InputError for fewer than 2 rows.
    """
    if len(x) < 2:
        raise InputError(f"x must have at least 2 rows, got {len(x)}")
    correlation = _unit(codes - codes.mean(0), 0).T @ _unit(x - x.mean(0), 0)
    latents, features = linear_sum_assignment(-correlation)
    return latents, features, correlation[latents, features]


def alive(
    codes: Float[np.ndarray, "*seed row latent"], least: float | int = 1e-3
) -> Bool[np.ndarray, "*seed latent"]:
    """Which latents are on in more than a share `least` ≥ 0 of the rows; the others are dead.

    Raises InputError for another share.
    """
    if not 0 <= least < 1:
        raise InputError(f"least must be in [0, 1), got {least:g}")
    return np.asarray((codes > 0).mean(-2) > least)


def active(codes: Float[np.ndarray, "*seed row latent"]) -> Float[np.ndarray, "*seed"]:
    """How many latents are on in a row, in the mean: L₀."""
    return np.asarray((codes > 0).sum(-1).mean(-1))


def unexplained(
    h: Float[np.ndarray, "row hidden"], reconstruction: Float[np.ndarray, "*seed row hidden"]
) -> Float[np.ndarray, "*seed"]:
    """The squared error over the variance of the activations: 0 for a perfect reconstruction, 1 for their mean.

    Raises InputError for activations that do not vary.
    """
    variance = np.square(h - h.mean(0)).sum(-1).mean()
    if not variance > 0:
        raise InputError("h must vary between its rows, got rows that are all the same")
    return np.asarray(np.square(h - reconstruction).sum(-1).mean(-1) / variance)


def scale(
    h: Float[np.ndarray, "row hidden"], reconstruction: Float[np.ndarray, "*seed row hidden"]
) -> Float[np.ndarray, "*seed"]:
    """The factor γ by which reconstructions are to be divided to come nearest to the activations.

    Below 1 they are too short, which is *shrinkage*; 1 is unbiased (Rajamanoharan et al. 2024, Gated). NaN for
    reconstructions that are 0.
    """
    inner = (h * reconstruction).sum((-2, -1))
    square = np.square(reconstruction).sum((-2, -1))
    return np.asarray(np.where(inner != 0, square, np.nan) / np.where(inner != 0, inner, 1))


def amplitude(
    codes: Float[np.ndarray, "row latent"], x: Float[np.ndarray, "row feature"]
) -> Float[np.ndarray, " pair"]:
    """For every pair of `matched`, the slope of the code on the feature where both are on.

    On a feature whose direction has length w, which is decoded by a unit direction, w is the unshrunk slope; divide by
    it. NaN for pairs that are never on together. Raises InputError as `matched` does.
    """
    latents, features, _ = matched(codes, x)
    f, own = codes[:, latents], x[:, features]
    both = (f > 0) & (own != 0)
    square = np.where(both, own**2, 0).sum(0)
    return np.where(square > 0, np.where(both, f * own, 0).sum(0), np.nan) / np.where(square > 0, square, 1)


def silent(
    codes: Float[np.ndarray, "row latent"],
    x: Float[np.ndarray, "row feature"],
    latents: Int[np.ndarray, " pair"],
    parents: Int[np.ndarray, " pair"],
    children: Int[np.ndarray, " pair"],
) -> tuple[Float[np.ndarray, " pair"], Float[np.ndarray, " pair"]]:
    """How often a parent's latent is off though the parent is on: with its child, and without it.

    latents: the latent that stands for each parent. parents, children: features, a pair each.

    *Absorption* is the first without the second: the latent of the child has taken over what the parent's should say
    (Chanin et al. 2024). NaN where parent and child are never on together, or never apart. Raises InputError for places
    that are not there.
    """
    for name, places, size in (
        ("latents", latents, codes.shape[1]),
        ("parents", parents, x.shape[1]),
        ("children", children, x.shape[1]),
    ):
        if ((places < 0) | (places >= size)).any():
            raise InputError(f"{name} must be in 0 … {size - 1}, got {places.tolist()}")
    off, on, child = codes[:, latents] == 0, x[:, parents] != 0, x[:, children] != 0
    return _share(off, on & child), _share(off, on & ~child)


def _share(what: Bool[np.ndarray, "row pair"], where: Bool[np.ndarray, "row pair"]) -> np.ndarray:
    count = where.sum(0)
    return np.where(count > 0, (what & where).sum(0), np.nan) / np.maximum(count, 1)


gate.close(globals())
