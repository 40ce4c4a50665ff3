"""What the rows of sparse coding train and measure: autoencoders on activations that are known (F39, C6)."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import xarray as xr

from tsup import sparse_coding
from tsup.config import Model, ReluOutput
from tsup.paper import schema
from tsup.paper.assemble import trained, trained_by
from tsup.paper.experiment import Job
from tsup.paper.sparse import schema as files
from tsup.paper.sparse.analysis import DENSITY, FREE, KINDS, NESTED, STARTS, nearest
from tsup.sparse_coding import Search, Trained, counting, measures


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
