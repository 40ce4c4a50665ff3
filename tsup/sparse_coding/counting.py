"""How many features there are, told from sparse autoencoders alone: three ways (C6). NumPy and SciPy only.

Latents that stay alive are counted by `tsup.sparse_coding.measures.alive`; here are the knee of the loss over sizes,
and what dictionaries of two sizes have in common.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment

from tsup import gate
from tsup.errors import InputError
from tsup.sparse_coding.measures import _unit


def knee(sizes: Float[np.ndarray, " size"], losses: Float[np.ndarray, " size"]) -> float:
    """The size at which a falling loss stops to fall.

    sizes: (size,), rising, at least 3. losses: (size,), those of dictionaries of these sizes.

    Both are scaled to [0, 1], and the knee is where the curve is furthest below the line from its first to its last
    point (Satopää et al. 2011). It is one of the sizes, and no finer than they are. Raises InputError for other sizes,
    and for losses that do not fall from the first to the last.
    """
    if len(sizes) < 3 or not (np.diff(sizes) > 0).all():
        raise InputError(f"sizes must rise and be at least 3, got {sizes.tolist()}")
    if not losses[-1] < losses[0]:
        raise InputError(f"losses must fall from the first to the last, got {losses[0]:g} and {losses[-1]:g}")
    across = (sizes - sizes[0]) / (sizes[-1] - sizes[0])
    left = (losses - losses[-1]) / (losses[0] - losses[-1])
    below = (1 - across - left).round(12)  # a straight line has no knee but its first point
    return float(sizes[below.argmax()])


def common(
    one: Float[np.ndarray, "latent hidden"],
    other: Float[np.ndarray, "many hidden"],
    threshold: float | int = 0.9,
) -> int:
    """How many directions two dictionaries have in common, paired one to one.

    threshold: the cosine from which on two are the same, in (0, 1].

    Sharkey et al. 2022 compare dictionaries of different sizes by their similarity; what both have found is likely a
    feature, since spare latents of two trainings point in different directions. Raises InputError for another
    threshold.
    """
    if not 0 < threshold <= 1:
        raise InputError(f"threshold must be in (0, 1], got {threshold:g}")
    if not len(one) or not len(other):
        return 0
    same = _unit(one, -1) @ _unit(other, -1).T >= threshold
    rows, columns = linear_sum_assignment(-same.astype(float))
    return int(same[rows, columns].sum())


def distinct(
    decoder: Float[np.ndarray, "latent hidden"], threshold: float | int = 0.9
) -> Int[np.ndarray, " one"]:
    """The places of latents that point in directions of their own: each is left out that is within the cosine of an
    earlier one.

    threshold: in (0, 1]. Raises InputError for another.
    """
    if not 0 < threshold <= 1:
        raise InputError(f"threshold must be in (0, 1], got {threshold:g}")
    cosine = _unit(decoder, -1) @ _unit(decoder, -1).T
    kept: list[int] = []
    for k in range(len(decoder)):
        if not (cosine[k, kept] >= threshold).any():
            kept.append(k)
    return np.array(kept, int)


gate.close(globals())
