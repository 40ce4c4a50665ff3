"""What an absolute-value model computes, and what its neurons contribute (F31–F34)."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup import circuits
from tsup.config import AbsValue, Features
from tsup.data import sample
from tsup.models import hidden

ROWS = 2**15
ACTIVE = 0.05  # of what the largest weight alone can do: below it, activations come from weights that are all but 0


def shuffled(
    W2: Float[np.ndarray, "*model feature hidden"], rng: np.random.Generator
) -> Float[np.ndarray, "*model feature hidden"]:
    """W2 with every neuron's read-out dealt out anew among the features."""
    return rng.permuted(W2, axis=-2)


def motif_counts(
    W1: Float[np.ndarray, "*model hidden feature"],
    W2: Float[np.ndarray, "*model feature hidden"],
    ratio: float = 2.0,
    least: float = 0.2,
) -> tuple[Int[np.ndarray, "*model"], Int[np.ndarray, "*model"]]:
    """How many instances `tsup.circuits.motifs` finds in every model, and finds when read-outs are `shuffled`."""
    stacks = W2, shuffled(W2, np.random.default_rng(34))
    found, chance = (
        [len(circuits.motifs(W1[place], stack[place], ratio, least)) for place in np.ndindex(W1.shape[:-2])]
        for stack in stacks
    )
    return np.reshape(found, W1.shape[:-2]), np.reshape(chance, W1.shape[:-2])


def computed(data: xr.Dataset, share: float = 0.5) -> Int[np.ndarray, " density"]:
    """How many features' absolute values the best model computes: more than this share of their variance explained."""
    return (data.explained.sel(model="trained").values > share).sum(-1)


def causes(
    driver: Int[np.ndarray, " row"],
    weights: Float[np.ndarray, " feature"],
    bands: Sequence[tuple[float, float]],
) -> Float[np.ndarray, "band 3"]:
    """By band of rows, (from, to) in [0, 1], the shares whose driver has the largest weight, the second, or another.

    driver: the feature that pushes a neuron up most in each row. weights: of the neuron.
    """
    first, second = np.argsort(-np.abs(weights), kind="stable")[:2]
    found = []
    for band in bands:
        start, stop = (round(share * len(driver)) for share in band)
        own = driver[start : max(stop, start + 1)]
        found.append([float((own == first).mean()), float((own == second).mean())])
    return np.array([[one, two, 1 - one - two] for one, two in found])


def contributions(
    W1: Float[np.ndarray, "hidden feature"],
    density: float,
    neuron: int,
    active: float = ACTIVE,
    rows: int = ROWS,
    seed: int = 33,
) -> tuple[Float[np.ndarray, " active"], Int[np.ndarray, " active"]]:
    """The activations of one neuron where they exceed `active` of its largest weight, falling, and the feature that
    pushes it up most in each."""
    x = sample(Features(W1.shape[1], density, low=-1), rows, seed)[0]
    h = hidden(AbsValue(len(W1)), {"W1": W1}, x)[:, neuron]
    order = np.argsort(-h, kind="stable")[: int((h > active * np.abs(W1[neuron]).max()).sum())]
    return h[order], (x[order] * W1[neuron]).argmax(-1)
