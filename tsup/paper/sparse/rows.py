"""Sparse coding: sparse autoencoders on the activations of trained toy models (F39, C6)."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import xarray as xr

from tsup import sparse_coding
from tsup.config import Features, Model, ReluOutput, Setup, Training
from tsup.paper import schema
from tsup.paper.assemble import trained, trained_by
from tsup.paper.experiment import Experiment, Job, Plan
from tsup.paper.sparse import schema as files
from tsup.paper.sparse.analysis import FREE, NESTED, nearest
from tsup.sparse_coding import (
    L1,
    BatchTopK,
    Gated,
    JumpReLU,
    Matryoshka,
    Search,
    TopK,
    Trained,
    counting,
    measures,
)

SECTION = "The strategic picture of superposition"
DENSITY, MEASURED = 0.03, 2**13
STARTS = 4
KINDS = ("L1", "TopK", "BatchTopK", "JumpReLU", "Gated", "Matryoshka")
Penalties = tuple[float, ...]


def grid(
    latents: int, l1: Penalties, k: Penalties, mean_k: Penalties, jump: Penalties, gated: Penalties
) -> Any:
    """As many configurations of every kind as there are penalties, in the order of `KINDS`."""
    return (
        *(L1(latents, one) for one in l1),
        *(TopK(latents, int(one)) for one in k),
        *(BatchTopK(latents, one) for one in mean_k),
        *(JumpReLU(latents, one) for one in jump),
        *(Gated(latents, one) for one in gated),
        *(Matryoshka(latents, one) for one in mean_k),
    )


class Look:
    """Activations of one model, rows of them to measure on, and how many features are on in a row."""

    def __init__(self, inputs: Any, model: Model, W: np.ndarray, rows: int, wanted: float):
        self.source = sparse_coding.Hidden(inputs, model, {"W": W})
        self.W, self.wanted = np.asarray(W, float), wanted
        self.x, self.h = self.source.pairs(rows, seed=39)


def tuned(look: Look, search: Search) -> tuple[list[list[Trained]], dict[str, np.ndarray]]:
    """Every configuration, (kind, tried), and which of each kind has about as many latents on as there are features."""
    found = sparse_coding.train(look.source, search.coders, search.training)
    tried = len(found) // len(KINDS)
    by_kind = [list(found[k * tried : (k + 1) * tried]) for k in range(len(KINDS))]
    active = _each(by_kind, lambda one: measures.active(one.codes(look.h)).mean())
    return by_kind, {
        "sparsity": _each(by_kind, lambda one: one.coder.sparsity),
        "tried_active": active,
        "chosen": nearest(active, look.wanted),
    }


def _each(found: list[list[Trained]], measure: Any) -> np.ndarray:
    return np.array([[measure(one) for one in kind] for kind in found], float)


def _chosen(search: Search, places: np.ndarray) -> list[Any]:
    """The configuration of every kind at these places."""
    tried = len(search.coders) // len(KINDS)
    return [search.coders[k * tried + int(place)] for k, place in enumerate(places)]


def _truth(look: Look, coders: list[Any], training: sparse_coding.Training) -> np.ndarray:
    """The loss of trainings that start at the true directions, one of every kind."""
    one = replace(training, seeds=1, resamples=0, snapshots=())
    found = sparse_coding.train(look.source, coders, one, init=look.W.T)
    return np.array([kind.loss[0] for kind in found])


def pentagon(job: Job) -> xr.Dataset:
    """All kinds on a pentagon: every configuration, and the chosen ones from many starts, with their paths."""
    run = trained(job, "pentagon").best()
    search, final = (job.plan.searches[name] for name in ("tried", "final"))
    look = Look(run.features, run.model, run.W[0], int(job.plan.options["rows"]), 5 * DENSITY)
    by_kind, about = tuned(look, search)
    coders = _chosen(search, about["chosen"])
    found = sparse_coding.train(look.source, coders, final.training)
    cosine = np.stack([measures.best_cosines(look.W, one.decoder).mean(-1) for one in found])
    loss = np.stack([one.loss for one in found])
    shown = look.h[(look.x > 0).any(1)][:400]
    values = {
        **about,
        "W": look.W,
        "truth_loss": _truth(look, coders, final.training),
        "h": shown,
        "cosine": cosine.reshape(len(KINDS), -1, STARTS),
        "loss": loss.reshape(len(KINDS), -1, STARTS),
        "path": np.stack([one.best().snapshots[:, 0] for one in found]),
        "tried_decoder": np.stack([[one.best().decoder[0] for one in kind] for kind in by_kind]),
        "step": final.training.snapshots,
        "feature": np.arange(run.features.n),
        "kind": list(KINDS),
    }
    return schema.dataset(files.PENTAGON, values, trained_by(run) | _about(coders, final))


def _about(coders: list[Any], final: Search) -> dict[str, str]:
    return {"about_autoencoders": Search(cast(Any, tuple(coders)), final.training).about}


def fifty(job: Job) -> xr.Dataset:
    """All kinds on fifty features in twenty dimensions; sizes; a Gaussian; features that need others."""
    run = trained(job, "fifty").best()
    plan = job.plan
    look = Look(run.features, run.model, run.W[0], int(plan.options["rows"]), 50 * DENSITY)
    by_kind, about = tuned(look, plan.searches["tried"])
    coders = _chosen(plan.searches["tried"], about["chosen"])
    found = sparse_coding.train(look.source, coders, plan.searches["final"].training)
    values: dict[str, Any] = {
        **about,
        **_frontier(look, by_kind),
        **_of_seeds(look, found),
        **_without_features(look, coders, plan.searches["null"]),
        **_sizes("size", look.source, look.h, plan.searches["sizes"]),
        **_sizes("null_size", *_gaussian(look), plan.searches["sizes"]),
        **_absorbed(job),
        "W": look.W,
        "truth_loss": _truth(look, coders, plan.searches["final"].training),
        "feature": np.arange(run.features.n),
        "kind": list(KINDS),
        "sized": list(dict.fromkeys(one.kind for one in plan.searches["sizes"].coders)),
        "size": list(dict.fromkeys(one.latents for one in plan.searches["sizes"].coders)),
        "world": [NESTED, FREE],
    }
    return schema.dataset(files.FIFTY, values, trained_by(run) | _about(coders, plan.searches["final"]))


def _frontier(look: Look, by_kind: list[list[Trained]]) -> dict[str, np.ndarray]:
    """Of every configuration that was tried, the mean over its seeds."""
    return {
        "tried_unexplained": _each(
            by_kind, lambda one: measures.unexplained(look.h, one.reconstruct(look.h)).mean()
        ),
        "tried_scale": _each(
            by_kind, lambda one: np.nanmean(measures.scale(look.h, one.reconstruct(look.h)))
        ),
        "tried_cosine": _each(by_kind, lambda one: measures.best_cosines(look.W, one.decoder).mean()),
    }


def _of_seeds(look: Look, found: tuple[Trained, ...]) -> dict[str, np.ndarray]:
    """Of the chosen configurations, every seed."""
    parts = []
    for one in found:
        codes, made = one.codes(look.h), one.reconstruct(look.h)
        parts.append(
            {
                "cosine": measures.best_cosines(look.W, one.decoder),
                "correlation": np.array([measures.matched(own, look.x)[2].mean() for own in codes]),
                "active": measures.active(codes),
                "unexplained": measures.unexplained(look.h, made),
                "scale": measures.scale(look.h, made),
                "alive": measures.alive(codes).sum(-1),
                "loss": one.loss,
                "decoder": one.best().decoder[0],
            }
        )
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def _gaussian(look: Look) -> tuple[Any, np.ndarray]:
    """Activations without features, with the covariance of those that have some; and rows of them to measure on."""
    import torch

    source = sparse_coding.Gaussian(look.h)
    rows = source(len(look.h), torch.Generator().manual_seed(40))
    return source, rows.numpy().astype(float)


def _without_features(look: Look, coders: list[Any], search: Search) -> dict[str, np.ndarray]:
    source, h = _gaussian(look)
    found = sparse_coding.train(source, coders, search.training)
    return {
        "null_cosine": np.stack([measures.best_cosines(look.W, one.decoder) for one in found]),
        "null_unexplained": np.stack([measures.unexplained(h, one.reconstruct(h)) for one in found]),
    }


def _sizes(prefix: str, source: Any, h: np.ndarray, search: Search) -> dict[str, np.ndarray]:
    """Error, latents alive and directions in common with the next larger size; the largest with itself, other seeds."""
    found = sparse_coding.train(source, search.coders, search.training)
    kinds = list(dict.fromkeys(one.kind for one in search.coders))
    rows: dict[str, list[list[Any]]] = {name: [] for name in ("error", "alive", "common")}
    for kind in kinds:
        own = [one for one in found if one.coder.kind == kind]
        on = [measures.alive(one.codes(h)) for one in own]
        rows["error"].append([measures.unexplained(h, one.reconstruct(h)) for one in own])
        rows["alive"].append([each.sum(-1) for each in on])
        rows["common"].append([_common(own, on, k) for k in range(len(own))])
    return {f"{prefix}_{name}": np.array(values) for name, values in rows.items()}


def _common(own: list[Trained], on: list[np.ndarray], k: int) -> list[int]:
    """Directions that the living latents of one size have in common with those of the next, another seed's."""
    after = min(k + 1, len(own) - 1)
    seeds = len(own[k].seeds)
    pairs = [(seed, (seed + 1) % seeds) for seed in range(seeds)]
    return [
        counting.common(own[k].decoder[a][on[k][a]], own[after].decoder[b][on[after][b]]) for a, b in pairs
    ]


def _absorbed(job: Job) -> dict[str, np.ndarray]:
    """How often parents' latents are silent, where children need their parents and where they do not."""
    search, pairs = job.plan.searches["pairs"], int(job.plan.options["pairs"])
    density, given = job.plan.options["pair_density"], job.plan.options["given"]
    W = np.linalg.qr(np.random.default_rng(39).normal(size=(2 * pairs, 2 * pairs)))[0]
    rows: dict[str, list[Any]] = {"silent_with": [], "silent_without": [], "pair_active": []}
    for nested in (True, False):
        world = sparse_coding.Hierarchy(pairs, density, given, nested)
        look = Look(
            world, ReluOutput(2 * pairs), W, int(job.plan.options["rows"]), pairs * density * (1 + given)
        )
        by_kind, about = tuned(look, search)
        chosen = [kind[place] for kind, place in zip(by_kind, about["chosen"], strict=True)]
        silent = np.array([_silent(look, one, pairs) for one in chosen])
        rows["silent_with"].append(silent[..., 0])
        rows["silent_without"].append(silent[..., 1])
        rows["pair_active"].append(
            np.take_along_axis(about["tried_active"], about["chosen"][:, None], 1)[:, 0]
        )
    return {name: np.array(values) for name, values in rows.items()}


def _silent(look: Look, one: Trained, pairs: int) -> list[list[float]]:
    """Of every seed, the mean over parents; a parent's latent is the one whose direction is nearest to the parent's."""
    parents = np.arange(pairs)
    codes = one.codes(look.h)
    nearest_latent = measures.cosines(look.W, one.decoder)[:, :pairs].argmax(-1)
    return [
        [float(np.mean(share)) for share in measures.silent(own, look.x, places, parents, pairs + parents)]
        for own, places in zip(codes, nearest_latent, strict=True)
    ]


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
SHOWN = (0, 10, 25, 50, 100, 150, 200, 300, 400, 600, 800, 1000)
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
                Training(steps=4000, batch=1024, lr=0.005, replicas=40),
                sparse_coding.Training(steps=1000, batch=512, lr=0.01, seeds=STARTS, seed=100),
                sparse_coding.Training(steps=1000, batch=512, lr=0.01, seeds=10 * STARTS, snapshots=SHOWN),
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
                Training(steps=6000, batch=1024, lr=0.005, replicas=8),
                sparse_coding.Training(steps=1000, batch=128, lr=0.005),
                (2, 10, 3, 3),
                (20, 30, 40, 45, 50, 55, 60, 80),
                MEASURED,
            ),
        },
        compute=fifty,
        schema=files.FIFTY,
    ),
)
