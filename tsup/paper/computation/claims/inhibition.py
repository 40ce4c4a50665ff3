"""Asymmetric superposition with inhibition (F34)."""

import numpy as np
import xarray as xr

from tsup import circuits
from tsup.paper.claim import Measured, claim
from tsup.paper.computation.analysis import motif_counts, shuffled
from tsup.paper.computation.claims.sparsity import by_density
from tsup.paper.verdict import judge
from tsup.words import span


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


CLAIMS = (
    motif,
    search,
    pays,
)
