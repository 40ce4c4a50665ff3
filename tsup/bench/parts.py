"""Where a step of the CPU backend goes: drawing rows, arithmetic on them, and the rest, on one thread."""

import time
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any, no_type_check

import numpy as np
from numba import njit

from tsup.backends.cpu.noise import OPTIONS
from tsup.backends.cpu.stack import Stack, stack
from tsup.backends.inputs import adam_steps
from tsup.bench.workloads import WORKLOADS, Workload

MOST = 10  # models of a workload that are taken apart
REPEATS = 5
NAMES = ("draw", "arithmetic", "rest")


def drawing(kernel: ModuleType) -> Callable[..., None]:
    """A compiled function that draws the batches of `steps` steps of one model, and does nothing with them."""
    dense, events, address, least = kernel.dense, kernel.events, kernel.address, kernel.DENSE

    @njit(**OPTIONS)
    @no_type_check
    def draw(steps, world, density, top, key, rows, part, work):
        gates, members, exclusive, low, span = world
        X, buffers, (lane, feature, value) = work[0][0], work[2], work[3]
        size = X.shape[1] if top >= least else part
        for step in range(steps):
            for block in range((rows + size - 1) // size):
                here, at = min(size, rows - block * size), address(key, step, block)
                if top >= least:
                    dense(X, gates, members, exclusive, density, low, span, at, here)
                else:
                    events(
                        here,
                        gates,
                        members,
                        exclusive,
                        density,
                        top,
                        low,
                        span,
                        at,
                        buffers,
                        lane,
                        feature,
                        value,
                    )

    return draw


def gradients(kernel: ModuleType) -> Callable[..., None]:
    """A compiled function that finds the gradients of `steps` batches of one model, without an update."""
    share, split = kernel.share, kernel.split

    @njit(**OPTIONS)
    @no_type_check
    def find(steps, P, G, shape, kind, im, world, density, top, key, rows, plan, work):
        net, slopes = split(P, shape), split(G, shape)
        for step in range(steps):
            share(net, slopes, kind, im, world, density, top, key, step, rows, plan, 0, 1, work)

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
    shape, kind, importance, world, density, keys, _, rows, plan = made.fixed
    kernel, top, G = made.kernel, density[k].max(), np.zeros(made.P.shape[1], np.float32)
    work = kernel.workspace(shape, plan, False)
    own, planned = (world, density[k], top, keys[k], rows), cache(partial(adam_steps, made.setup, 0))

    def whole(steps: int) -> None:
        parameters = (part[k : k + 1].copy() for part in (made.P, made.M, made.V))
        one = importance[k : k + 1], world, density[k : k + 1], keys[k : k + 1], made.fixed[6][k : k + 1]
        kernel.train(
            *(np.array([0]), *parameters, G, shape, kind, *one, rows, plan, 0),
            *(planned(steps), (0, 1), True, np.zeros(1, np.float32)),
        )

    step = seconds(whole, least)
    drawn = seconds(lambda steps: draw(steps, *own, plan[1], work), least)
    work[0][0][:] = 0
    found = seconds(
        lambda steps: find(steps, made.P[k], G, shape, kind, importance[k], *own, plan, work), least
    )
    return [drawn, max(found - drawn, 0.0), max(step - max(found, drawn), 0.0)]


def parts(name: str, least: float = 0.1) -> list[dict[str, Any]]:
    """Microseconds of a step of each model of a workload, or of ten of them: draw, arithmetic and rest.

    least: seconds of one timing. On one thread, whatever the machine has.
    """
    load = WORKLOADS[name]
    few = Workload(**{**vars(load), "models": min(load.models, MOST)})
    made = stack(few.setup(10**6))
    take = partial(_model, made, draw=drawing(made.kernel), find=gradients(made.kernel), least=least)
    return [
        {"workload": name, "density": float(p)}
        | {part: 1e6 * value for part, value in zip(NAMES, take(k), strict=True)}
        for k, p in enumerate(made.density.max(1))
    ]
