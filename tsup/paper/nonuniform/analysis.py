"""Which arrangement five features are in (F18)."""

import numpy as np
from jaxtyping import Float

from tsup.measure import cosines, represented

PAIRS = ((0, 1), (2, 3), (4, 5))


def arrangement(W: Float[np.ndarray, "2 5"], norm: float = 0.5, near: float = 0.05) -> str:
    """The branch of `BRANCHES` that a model belongs to, or "other".

    pentagon: all five represented (norm above `norm`), none antipodal (a cosine within `near` of −1). Digons: four
    represented in two antipodal pairs; without 0 if that is the feature that is left out.
    """
    kept = represented(W, norm)
    pairs = np.triu((cosines(W) < near - 1) & kept & kept[:, None]).sum()
    if kept.all() and pairs == 0:
        return "pentagon"
    if kept.sum() == 4 and pairs == 2:
        return "digons with 0" if kept[0] else "digons without 0"
    return "other"
