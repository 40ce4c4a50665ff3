"""Decoders that look for a sparse x ≥ 0 in y = Wx, and how often they find it (F38, A2).

Every decoder takes W (hidden, feature), y (hidden) and the number k of entries that are not 0. No column of W may have
norm 0.
"""

import warnings
from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Bool, Float

from tsup.errors import InputError

Matrix = Float[np.ndarray, "hidden feature"]
Vector = Float[np.ndarray, " feature"]
Decoder = Callable[[Matrix, Float[np.ndarray, " hidden"], int], Vector]
STEPS = 8  # that LARS may take for every dimension before it gives up


def gaussian(rng: np.random.Generator, hidden: int, n: int) -> Matrix:
    """Random directions: n columns of length 1, independent and uniform."""
    W = rng.normal(size=(hidden, n))
    return W / np.linalg.norm(W, axis=0)


def active(rng: np.random.Generator, n: int, k: int, low: float | int = 0.0) -> Vector:
    """A vector of which k random entries are uniform on [low, 1] and the others 0. Raises InputError for other k."""
    if not 0 <= k <= n:
        raise InputError(f"k must be from 0 to n = {n}, got {k}")
    x = np.zeros(n)
    x[rng.choice(n, k, replace=False)] = rng.uniform(low, 1, k)
    return x


def lasso(W: Matrix, y: Float[np.ndarray, " hidden"], k: int) -> Vector:
    """The end of LASSO's path, where its penalty is 0: the x ≥ 0 of least Σx with Wx = y (Donoho and Tanner)."""
    from sklearn.linear_model import lars_path

    norms = np.linalg.norm(W, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = lars_path(
            W / norms, y, method="lasso", positive=True, return_path=False, max_iter=STEPS * len(y)
        )[2]
    return found / norms


def matching(W: Matrix, y: Float[np.ndarray, " hidden"], k: int) -> Vector:
    """Orthogonal matching pursuit: k times the column nearest to what is not yet explained (Tropp and Gilbert)."""
    from sklearn.linear_model import orthogonal_mp

    norms = np.linalg.norm(W, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = orthogonal_mp(W / norms, y, n_nonzero_coefs=min(k, len(y)))
    return found / norms


def solved(W: Matrix, y: Float[np.ndarray, " hidden"], support: np.ndarray) -> Vector:
    """The x with entries on the support only whose Wx is nearest to y."""
    x = np.zeros(W.shape[1])
    x[support] = np.linalg.lstsq(W[:, support], y, rcond=None)[0]
    return x


def toy(W: Matrix, y: Float[np.ndarray, " hidden"], k: int, b: Vector | float = 0.0) -> Vector:
    """The toy model as a decoder (A2): of ReLU(Wᵀy + b) the k largest entries, then `solved` on these."""
    out = np.maximum(W.T @ y + b, 0)
    return solved(W, y, np.argsort(-out, kind="stable")[: min(k, len(y))])


LASSO, MATCHING, TOY = "LASSO", "matching pursuit", "toy model"
DECODERS: Mapping[str, Decoder] = {LASSO: lasso, MATCHING: matching, TOY: toy}


def is_found(x: Vector, found: Vector, within: float) -> bool:
    """Whether ‖x̂ − x‖ ≤ within · ‖x‖."""
    return bool(np.linalg.norm(found - x) <= within * np.linalg.norm(x))


def tried(
    W: Callable[[np.random.Generator], Matrix],
    k: int,
    trials: int,
    within: float,
    seed: int,
    decoders: Mapping[str, Decoder] = DECODERS,
) -> Bool[np.ndarray, "decoder trial"]:
    """Which of the trials every decoder finds: a matrix and a vector with k active entries each, the same for all."""
    rng = np.random.default_rng(seed)
    hits = np.zeros((len(decoders), trials), bool)
    for trial in range(trials):
        columns = W(rng)
        x = active(rng, columns.shape[1], k)
        y = columns @ x
        hits[:, trial] = [is_found(x, decode(columns, y, k), within) for decode in decoders.values()]
    return hits
