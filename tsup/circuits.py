"""What the neurons of an absolute-value model compute: y' = ReLU(W₂ ReLU(W₁x) + b) (F30 – F34). NumPy only.

W1 has shape (…, hidden, feature), W2 (…, feature, hidden), b (…, feature); every function works on the last axes, so
that a stack of models is measured in one call. All raise InputError where the shapes do not agree.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from tsup import gate
from tsup.errors import InputError
from tsup.exact.theory import left_out

Inward = Float[np.ndarray, "*model hidden feature"]
Outward = Float[np.ndarray, "*model feature hidden"]
Share = float | int
MOST_WEIGHTS = 10**8
SIGNS = np.array([1.0, -1.0])


def _checked(W1: np.ndarray, W2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    W1, W2 = np.asarray(W1, float), np.asarray(W2, float)
    if W1.ndim < 2 or W2.shape != (*W1.shape[:-2], W1.shape[-1], W1.shape[-2]):
        raise InputError(
            f"W2 must have shape (…, feature, hidden) for W1 {W1.shape} (…, hidden, feature), got {W2.shape}"
        )
    return W1, W2


def by_hand(n: int, hidden: int, density: Share) -> dict[str, np.ndarray]:
    """The model without superposition: a neuron for either sign of each of the first hidden // 2 features (F31, F32).

    The other features always get their mean, density / 2. Weights by name, as `tsup.models.forward` takes them.
    Raises InputError for n or hidden below 1, and for more than 100 million weights a matrix.
    """
    if n < 1 or hidden < 1 or n * hidden > MOST_WEIGHTS:
        raise InputError(f"n and hidden must be ≥ 1 and n × hidden ≤ {MOST_WEIGHTS:,}, got {n} and {hidden}")
    W1, W2, done = np.zeros((hidden, n)), np.zeros((n, hidden)), min(hidden // 2, n)
    for i in range(done):
        W1[[2 * i, 2 * i + 1], i] = SIGNS
        W2[i, [2 * i, 2 * i + 1]] = 1
    return {"W1": W1, "W2": W2, "b": np.where(np.arange(n) < done, 0, density / 2)}


def by_hand_loss(hidden: int, density: Share, importance: Float[np.ndarray, " feature"]) -> float:
    """The exact loss of `by_hand` (F32): the variance p/3 − p²/4 of |x_i|, times I_i, for every feature left out."""
    return float((importance[hidden // 2 :] * left_out(density)).sum())


def rescaled(W1: Inward, W2: Outward) -> tuple[Inward, Outward]:
    """The same model with the largest |W1| of each neuron at 1 (F31): a row times α⁻¹, its read-out times α.

    A neuron without input stays as it is.
    """
    W1, W2 = _checked(W1, W2)
    largest = np.abs(W1).max(-1)
    largest = np.where(largest > 0, largest, 1)
    return W1 / largest[..., None], W2 * largest[..., None, :]


def alive(W1: Inward, W2: Outward, threshold: Share = 0.1) -> Bool[np.ndarray, "*model hidden"]:
    """Whether a neuron does anything: its largest read-out, rescaled, exceeds the threshold in magnitude."""
    return np.abs(rescaled(W1, W2)[1]).max(-2) > threshold


def held(
    W1: Inward, W2: Outward, threshold: Share = 0.25, living: Share = 0.1
) -> Bool[np.ndarray, "*model hidden feature"]:
    """The features that a neuron takes in: |W1| above the threshold, its largest being 1 (F32).

    None of a neuron that is not `alive` at the threshold `living`.
    """
    return (np.abs(rescaled(W1, W2)[0]) > threshold) & alive(W1, W2, living)[..., None]


def superposition(W1: Inward, W2: Outward) -> Float[np.ndarray, "*model feature"]:
    """How much a feature shares its neurons, in [0, 1): the colour of F32's stacks.

    Σ_a c_ai² (1 − c_ai² / Σ_j c_aj²) / Σ_a c_ai², with c_ai = |W1_ai| ‖W2_·a‖: 0 where every neuron that takes it in
    takes in nothing else, and for a feature that no neuron takes in.
    """
    W1, W2 = _checked(W1, W2)
    squared = W1**2 * (W2**2).sum(-2)[..., None]
    of_neuron = squared.sum(-1, keepdims=True)
    others = 1 - np.divide(squared, of_neuron, out=np.ones_like(squared), where=of_neuron > 0)
    of_feature = squared.sum(-2)
    shared = (squared * others).sum(-2)
    return np.divide(shared, of_feature, out=np.zeros_like(shared), where=of_feature > 0)


def order(W1: Inward) -> Int[np.ndarray, "*model hidden"]:
    """Neurons by their largest feature, then by its sign and size: the order of F32's stacks.

    Indices for `np.take_along_axis`.
    """
    W1 = np.asarray(W1, float)
    if not W1.shape[-1]:
        raise InputError(f"W1 must have at least one feature, got shape {W1.shape}")
    first = np.abs(W1).argmax(-1)
    weight = np.take_along_axis(W1, first[..., None], -1)[..., 0]
    return np.lexsort((-weight, first), axis=-1)


def effects(W1: Inward, W2: Outward) -> Float[np.ndarray, "*model sign output feature"]:
    """What each output receives, before bias and ReLU, when one feature alone is +1, and when it is −1 (F34).

    Axis sign is +1, −1. The diagonal should be 1; what lies off it is interference, harmless where it is negative.
    """
    W1, W2 = _checked(W1, W2)
    return np.stack([W2 @ np.maximum(sign * W1, 0) for sign in SIGNS], -3)


def pushes(
    W1: Float[np.ndarray, "hidden feature"],
    W2: Float[np.ndarray, "feature hidden"],
    feature: int,
    sign: float | int,
) -> Float[np.ndarray, "output hidden"]:
    """What every output receives from every neuron, before bias and ReLU, when one feature alone is `sign` (F34).

    Raises InputError for a feature that is not there.
    """
    W1, W2 = _checked(W1, W2)
    if not 0 <= feature < W1.shape[1]:
        raise InputError(f"feature must be in 0 … {W1.shape[1] - 1}, got {feature}")
    return W2 * np.maximum(sign * W1[:, feature], 0)


def motif() -> dict[str, np.ndarray]:
    """Asymmetric superposition and inhibition by hand, of two features on four neurons (F34).

    Neuron 0 takes in 2x₀ − ½x₁ and is read out by (½, 2); neuron 1 inhibits output 1 when x₀ > 0; neurons 2 and 3 do
    the other signs.
    """
    return {
        "W1": np.array([[2, -0.5], [1, 0], [-1, 0], [0, 1]]),
        "W2": np.array([[0.5, 0, 1, 0], [2, -5, 0, 1]]),
        "b": np.zeros(2),
    }


def motifs(
    W1: Float[np.ndarray, "hidden feature"],
    W2: Float[np.ndarray, "feature hidden"],
    ratio: Share = 2,
    least: Share = 0.2,
) -> list[tuple[int, int, int, int]]:
    """Every instance of asymmetric superposition with inhibition in one model (F34), as (neuron, inhibitor, i, j).

    The rule. The neuron takes in two features i, j with |W1_i| ≥ ratio · |W1_j| and reads them out the other way
    round, W2_j ≥ ratio · W2_i > 0. What each does to its own output, |W1_i| W2_i and |W1_j| W2_j, is at least `least`
    of the 1 that it should be. An inhibitor, another neuron, is driven by i with the same sign, and pushes output j
    down by at least half of what the neuron pushes it up; among several the strongest is named. And i, with that sign,
    pushes output j by less than `least` through all neurons together.
    """
    W1, W2 = _checked(W1, W2)
    total, found = effects(W1, W2), []
    for a, (inward, outward) in enumerate(zip(W1, W2.T, strict=True)):
        for i, j in zip(*np.nonzero(_asymmetric(inward, outward, ratio, least)), strict=True):
            side = 0 if inward[i] > 0 else 1
            pushes = W2[j] * np.maximum(SIGNS[side] * W1[:, i], 0)
            b = int(pushes.argmin())
            if pushes[b] <= -pushes[a] / 2 and total[side, j, i] < least:
                found.append((a, b, int(i), int(j)))
    return found


def _asymmetric(
    inward: np.ndarray, outward: np.ndarray, ratio: Share, least: Share
) -> Bool[np.ndarray, "i j"]:
    """Which pairs i, j one neuron stores with different and reads out with reversed magnitudes."""
    size = np.abs(inward)
    useful = (outward > 0) & (size * outward >= least)
    stored = size[:, None] >= ratio * size
    reversed_ = outward >= ratio * outward[:, None]
    return stored & reversed_ & useful[:, None] & useful


gate.close(globals())
