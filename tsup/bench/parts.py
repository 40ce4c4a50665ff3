"""Where a step of the CPU backend goes: drawing rows, arithmetic on them, and the rest, on one thread."""

import time
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any, no_type_check

import numpy as np
from numba import njit

from tsup.backends.cpu.arguments import Adam, Model, Shard, Source
from tsup.backends.cpu.arrays import Stack, stack
from tsup.backends.cpu.noise import OPTIONS
from tsup.backends.inputs import adam_steps
from tsup.bench.workloads import WORKLOADS, Workload

MOST = 10  # models of a workload that are taken apart
REPEATS = 5
NAMES = ("draw", "arithmetic", "rest")


def drawing(kernel: ModuleType) -> Callable[..., None]:
    """A compiled function that draws the batches of `steps` steps of one model, and does nothing with them."""
    draw_block, draw_entries = kernel.draw_block, kernel.draw_entries
    address, least = kernel.address, kernel.DENSE

    @njit(**OPTIONS)
    @no_type_check
    def draw(steps, source, plan, work):
        X, rows = work.blocks.X, source.rows
        dense = source.highest >= least
        size = X.shape[1] if dense else plan.part
        for step in range(steps):
            for block in range((rows + size - 1) // size):
                if dense:
                    draw_block(X, source, step, block)
                else:
                    here, at = min(size, rows - block * size), address(source.key, step, block)
                    draw_entries(here, source, at, work.gaps, work.entries)

    return draw


def gradients(kernel: ModuleType) -> Callable[..., None]:
    """A compiled function that finds the gradients of `steps` batches of one model, without an update."""
    batch_gradient, split = kernel.batch_gradient, kernel.split

    @njit(**OPTIONS)
    @no_type_check
    def find(steps, state, G, settings, source, k, shard, work):
        parameters, gradients = split(state.P[k], settings.shape), split(G, settings.shape)
        own = settings.weights[k], settings.penalties[k]
        model = Model(parameters, gradients, settings.objective, *own)
        for step in range(steps):
            batch_gradient(model, source, step, settings.plan, shard, work)

    return find


def seconds(run: Callable[[int], Any], least: float) -> float:
    """A thread's seconds a step of what runs for a number of steps: the best of several runs of about so long."""
    steps = 8
    while True:
        start = time.thread_time()
        run(steps)
        if time.thread_time() - start >= least:
            break
        steps *= 2
    found = []
    for _ in range(REPEATS):
        start = time.thread_time()
        run(steps)
        found.append((time.thread_time() - start) / steps)
    return min(found)


def _model(
    made: Stack, k: int, draw: Callable[..., None], find: Callable[..., None], least: float
) -> list[float]:
    """Seconds that one step of model k takes to draw, for arithmetic, and for the rest."""
    kernel, settings, G = made.kernel, made.settings, np.zeros(made.layout.size, np.float32)
    work = kernel.workspace(settings.shape, settings.plan, False)
    density, shard = settings.density[k], Shard(0, 1)
    source = Source(settings.world, density, density.max(), settings.keys[k], settings.rows)
    planned = cache(partial(adam_steps, made.setup, 0))

    def train(steps: int) -> None:
        state, losses = Adam(*(part.copy() for part in made.adam)), np.zeros(len(made.losses), np.float32)
        kernel.train(np.array([k]), state, G, settings, 0, planned(steps), shard, True, losses)

    step = seconds(train, least)
    drawn = seconds(lambda steps: draw(steps, source, settings.plan, work), least)
    work.blocks.X[:] = 0
    found = seconds(lambda steps: find(steps, made.adam, G, settings, source, k, shard, work), least)
    return [drawn, max(found - drawn, 0.0), max(step - max(found, drawn), 0.0)]


def parts(name: str, least: float = 0.1) -> list[dict[str, Any]]:
    """Microseconds of a step of each model of a workload, or of ten of them: draw, arithmetic and rest.

    Of those that are trained by rows; for one that follows its active entries the two cannot be told apart.
    least: seconds of one timing. On one thread, whatever the machine has.
    """
    load = WORKLOADS[name]
    few = Workload(**{**vars(load), "models": min(load.models, MOST)})
    return [part for setup in few.setups(10**6) for part in _parts(name, stack(setup), least)]


def _parts(name: str, made: Stack, least: float) -> list[dict[str, Any]]:
    by_rows = [k for k in range(made.setup.models) if made.followed is None or not made.followed.takes[k]]
    if not by_rows:
        return []
    take = partial(_model, made, draw=drawing(made.kernel), find=gradients(made.kernel), least=least)
    return [
        {"workload": name, "density": float(p)}
        | {part: 1e6 * value for part, value in zip(NAMES, take(k), strict=True)}
        for k, p in enumerate(made.settings.density.max(1))
        if k in by_rows
    ]
