"""Sparse coding: sparse autoencoders on the activations of trained toy models (F39, C6)."""

from dataclasses import replace
from typing import Any

from tsup import sparse_coding
from tsup.config import Features, ReluOutput, Setup, Training
from tsup.paper.experiment import Experiment, Plan
from tsup.paper.sparse import schema as files
from tsup.paper.sparse.analysis import DENSITY, STARTS
from tsup.paper.sparse.autoencoders import fifty, pentagon
from tsup.sparse_coding import L1, BatchTopK, Gated, JumpReLU, Matryoshka, Search, TopK

SECTION = "The strategic picture of superposition"
MEASURED = 2**13
Penalties = tuple[float, ...]


def grid(
    latents: int, l1: Penalties, k: tuple[int, ...], mean_k: Penalties, jump: Penalties, gated: Penalties
) -> Any:
    """As many configurations of every kind as there are penalties, in the order of `KINDS`."""
    return (
        *(L1(latents, one) for one in l1),
        *(TopK(latents, one) for one in k),
        *(BatchTopK(latents, one) for one in mean_k),
        *(JumpReLU(latents, one) for one in jump),
        *(Gated(latents, one) for one in gated),
        *(Matryoshka(latents, one) for one in mean_k),
    )


def _pentagon(toy: Training, tried: sparse_coding.Training, final: sparse_coding.Training, rows: int) -> Plan:
    coders = grid(
        5,
        l1=(0.06, 0.12, 0.2, 0.3, 0.4),
        k=(1, 2, 3, 4, 5),
        mean_k=(0.075, 0.11, 0.15, 0.2, 0.3),
        jump=(0.01, 0.03, 0.06, 0.1, 0.15),
        gated=(0.2, 0.3, 0.45, 0.6, 0.8),
    )
    return Plan(
        {"pentagon": Setup(features=Features(5, DENSITY), model=ReluOutput(2), training=toy)},
        main="pentagon",
        options={"rows": rows},
        searches={"tried": Search(coders, tried), "final": Search(coders, final)},
    )


def _fifty(
    toy: Training,
    each: sparse_coding.Training,
    seeds: tuple[int, int, int, int],
    sizes: tuple[int, ...],
    rows: int,
) -> Plan:
    """seeds: of configurations that are tried, of the chosen ones, of the others, and of parents and children."""
    coders = grid(
        60,
        l1=(0.05, 0.1, 0.2, 0.3, 0.4),
        k=(1, 2, 3, 4, 6),
        mean_k=(0.75, 1.5, 2.25, 3.0, 5.0),
        jump=(0.01, 0.03, 0.06, 0.1, 0.2),
        gated=(0.1, 0.2, 0.3, 0.45, 0.6),
    )
    pairs = grid(
        8,
        l1=(0.05, 0.1, 0.2, 0.3, 0.4),
        k=(1, 2, 3, 4, 5),
        mean_k=(0.5, 0.7, 0.9, 1.2, 1.6),
        jump=(0.03, 0.06, 0.1, 0.2, 0.3),
        gated=(0.2, 0.3, 0.45, 0.6, 0.8),
    )
    several: Any = (*(L1(size, 0.3) for size in sizes), *(TopK(size, 2) for size in sizes))
    tried, final, other, absorbing = (replace(each, seeds=count) for count in seeds)
    return Plan(
        {"fifty": Setup(features=Features(50, DENSITY), model=ReluOutput(20), training=toy)},
        main="fifty",
        options={"rows": rows, "pairs": 4, "pair_density": 0.15, "given": 0.5},
        searches={
            "tried": Search(coders, replace(tried, seed=100)),
            "final": Search(coders, final),
            "null": Search(coders, other),
            "sizes": Search(several, replace(other, seeds=2)),
            "pairs": Search(pairs, replace(absorbing, lr=0.01)),
        },
    )


FAST = sparse_coding.Training(steps=60, batch=64, lr=0.01, seeds=2)
SHOWN = (0, 20, 50, 100, 200, 300, 400, 600, 800, 1200, 1600, 2000)
EXPERIMENTS = (
    Experiment(
        id="F39",
        title="Sparse coding as the inverse problem: a pentagon found again",
        section=SECTION,
        plans={
            "quick": _pentagon(
                Training(steps=500, batch=256, lr=0.01, replicas=8),
                FAST,
                replace(FAST, seeds=2 * STARTS, snapshots=(0, 30, 60)),
                1024,
            ),
            "paper": _pentagon(
                Training(steps=8000, batch=1024, lr=0.005, replicas=40),
                sparse_coding.Training(steps=2000, batch=512, lr=0.01, seeds=STARTS, seed=100),
                sparse_coding.Training(steps=2000, batch=512, lr=0.01, seeds=10 * STARTS, snapshots=SHOWN),
                MEASURED,
            ),
        },
        compute=pentagon,
        schema=files.PENTAGON,
    ),
    Experiment(
        id="C6",
        title="Sparse autoencoders find the features, and count them",
        section="Comments and replications",
        plans={
            "quick": _fifty(
                Training(steps=300, batch=128, lr=0.01, replicas=2),
                FAST,
                (1, 3, 1, 1),
                (20, 45, 50, 55, 60, 80),
                512,
            ),
            "paper": _fifty(
                Training(steps=12000, batch=1024, lr=0.005, replicas=8),
                sparse_coding.Training(steps=2000, batch=128, lr=0.01, resamples=10),
                (2, 10, 3, 3),
                (20, 30, 40, 45, 50, 55, 60, 80),
                MEASURED,
            ),
        },
        compute=fifty,
        schema=files.FIFTY,
    ),
)
