"""Asymmetric superposition with inhibition (F34)."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from tsup import circuits
from tsup.config import AbsValue, Features
from tsup.data import sample
from tsup.models import loss
from tsup.paper.claim import Measured, claim
from tsup.paper.computation.analysis import motif_counts, shuffled
from tsup.paper.computation.claims.sparsity import by_density
from tsup.paper.verdict import Verdict, judge
from tsup.words import percent, span


def by_chance(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F34 with every neuron's read-out shuffled among the features, in all starts and in the best."""
    rng = np.random.default_rng(35)
    dealt = {name: data[name].copy(data=shuffled(data[name].values, rng)) for name in ("W2", "starts_W2")}
    return (data.assign(dealt),)


@claim(
    "F34.motif",
    "Asymmetric storage makes one feature interfere with the other but hardly the reverse, and inhibition turns that "
    "interference negative",
    "in the motif by hand: the strong interference at least ten times the weak one before inhibition, below 0 after",
    kind="identity",
)
def motif() -> Measured:
    """On the spot: what the motif's first neuron does alone, and with its inhibitor."""
    model = circuits.motif()
    alone = model["W2"] * np.array([1, 0, 1, 1])
    before, after = (circuits.effects(model["W1"], W2) for W2 in (alone, model["W2"]))
    strong, weak, inhibited = float(before[0, 1, 0]), float(before[1, 0, 1]), float(after[0, 1, 0])
    turned = f"{inhibited:g}".replace("-", "−")
    sentence = (
        f"Alone the strong one is {strong / weak:g} times the weak one; inhibition turns it from "
        f"{strong:g} to {turned}."
    )
    measured = {"strong": strong, "weak": weak, "after inhibition": inhibited}
    return measured, judge(strong >= 10 * weak and inhibited < 0), sentence


@claim(
    "F34.search",
    "Trained models use the motif",
    "at every density up to 0.2, at least half of the starts hold an instance, and the shuffled models hold fewer "
    "than a tenth as many",
    sources=("F34",),
    thresholds=("ratio", "useful"),
    turns="holds differently at a ratio of 1, which shuffled models pass too often, and at one of 4, which is too much "
    "for many starts",
    bars=("least",),
    null=by_chance,
)
def search(data: xr.Dataset, ratio: float = 2.0, useful: float = 0.2, least: float = 0.5) -> Measured:
    """By the rule of `tsup.circuits.motifs`."""
    found, chance = motif_counts(data.starts_W1.values, data.starts_W2.values, ratio, useful)
    share, mean, null = (found > 0).mean(1), found.mean(1), chance.mean(1)
    at = data.density.values <= 0.2
    measured = {
        "densities": by_density(data.density.values),
        "share of starts": by_density(share),
        "instances a model": by_density(mean),
        "shuffled": by_density(null),
        "in the best": [
            len(circuits.motifs(W1, W2, ratio, useful))
            for W1, W2 in zip(data.W1.values, data.W2.values, strict=True)
        ],
    }
    sentence = (
        f"At densities up to 0.2, {span(100 * share[at], '.0f')} % of the starts hold one; models "
        f"hold {mean[at].mean():.1f} "
        f"in the mean, shuffled ones {null[at].mean():.2f}."
    )
    holds = bool((share[at] >= least).all() and (null[at] < mean[at] / 10).all())
    return measured, judge(holds, bool(share.max() >= least)), sentence


@claim(
    "F34.pays",
    "Models with the motif are among the best",
    "at densities of 0.1 and 0.2, the best start beats the model by hand and holds the motif",
    sources=("F34",),
    kind="ours",
    thresholds=("ratio", "least"),
    null=by_chance,
)
def pays(data: xr.Dataset, ratio: float = 2.0, least: float = 0.2) -> Measured:
    """Loss over that of the model by hand, on the same rows."""
    at = (data.density.values >= 0.1) & (data.density.values <= 0.2)
    best = data.loss.values.min(1) / data.hand_loss.values
    count = [
        len(circuits.motifs(W1, W2, ratio, least))
        for W1, W2 in zip(data.W1.values, data.W2.values, strict=True)
    ]
    here = np.array(count)[at]
    sentence = (
        f"At densities from {span(data.density.values[at])} the best start has "
        f"{span(best[at], '.2f')} of the loss by hand "
        f"and {span(here, 'd')} motifs."
    )
    measured = {"ratio": by_density(best), "instances": count}
    return measured, judge(bool((best[at] < 1).all() and min(here) > 0)), sentence


Instances = Sequence[tuple[int, int, int, int]]


def of_motif(W1: np.ndarray, W2: np.ndarray, found: Instances) -> tuple[np.ndarray, np.ndarray]:
    """Which weights belong to the motif: what its two neurons take in of i, the first also of j, and what they do to
    j, the first also to i."""
    inward, outward = np.zeros(W1.shape, bool), np.zeros(W2.shape, bool)
    for neuron, inhibitor, i, j in found:
        inward[[neuron, inhibitor], i] = inward[neuron, j] = True
        outward[j, [neuron, inhibitor]] = outward[i, neuron] = True
    return inward, outward


def of_pairs(W1: np.ndarray, W2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which weights are every neuron's largest in W1, and what that feature is read out by."""
    inward = np.abs(W1) == np.abs(W1).max(1, keepdims=True)
    return inward, inward.T


def loss_of_parts(model: xr.Dataset, parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """The loss of one of F34's models with only these weights of W1 and W2, for every part, on the same rows."""
    W1, W2, b = model.W1.values, model.W2.values, model.b.values
    world = Features(len(b), float(model.density), model.importance.values, low=-1)
    x, importance = sample(world, 2**16, seed=34)[0], model.importance.values
    return [
        float(loss(AbsValue(len(W1)), {"W1": W1 * inward, "W2": W2 * outward, "b": b}, x, importance))
        for inward, outward in parts
    ]


def chance_instances(data: xr.Dataset) -> dict[str, object]:
    """F34 with as many instances in other neurons, of other features."""
    rng = np.random.default_rng(34)
    neurons, features = data.sizes["hidden"], data.sizes["feature"]
    drawn = [
        (*rng.choice(neurons, 2, replace=False).tolist(), *rng.choice(features, 2, replace=False).tolist())
        for _ in range(2)
    ]
    return {"data": data, "found": drawn}


@claim(
    "F34.rest",
    "Few other weights remain, and the pairs of neurons with the motif are the primary story",
    "at density 0.2, of what the best model loses less than with its pairs of neurons alone, pairs and motif without "
    "any other weight gain at least 0.9; differently: 0.5",
    sources=("F34",),
    expected=Verdict.DIFFERS,
    bars=("most",),
    null=chance_instances,
)
def rest(data: xr.Dataset, most: float = 0.9, found: Instances | None = None) -> Measured:
    """The other weights are set to 0, and the biases stay. found: the instances, by default those of the rule."""
    one = data.sel(density=0.2, method="nearest")
    W1, W2 = one.W1.values, one.W2.values
    pairs = of_pairs(W1, W2)
    motif = of_motif(W1, W2, circuits.motifs(W1, W2) if found is None else found)
    inward, outward = pairs[0] | motif[0], pairs[1] | motif[1]
    alone, both, whole = loss_of_parts(
        one, [pairs, (inward, outward), (np.ones_like(inward), np.ones_like(outward))]
    )
    share, others = (alone - both) / (alone - whole), int((~inward).sum() + (~outward).sum())
    sentence = (
        f"Pairs and motif gain {percent(share)} of what all weights gain over pairs; {others} are left out."
    )
    lost = {"pairs": alone, "pairs and motif": both, "whole": whole}
    return {"share": share, **lost}, judge(share >= most, share >= 0.5), sentence


CLAIMS = (
    motif,
    search,
    pays,
    rest,
)
