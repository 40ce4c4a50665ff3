"""The CPU backend: compiled kernels, threads over models, and over blocks of rows when models are few."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np

from tsup import threads
from tsup.backends.covered import uncovered
from tsup.backends.cpu.arguments import Shard
from tsup.backends.cpu.arrays import (
    SPLIT_WORK,
    Stack,
    kernels_for,
    layout_of,
    plan_of,
    stack,
    tile_height,
)
from tsup.backends.cpu.compile import fused, is_compiled, tiled
from tsup.backends.equations import FORMS
from tsup.backends.inputs import adam_steps
from tsup.backends.stage import Stage, Start, stages_at
from tsup.config import Features, ReluOutput, Setup, Training

__all__ = [
    "compile_all",
    "covers",
    "is_ready",
    "kernels_for",
    "memory",
    "stack",
    "stages",
    "tile_height",
]

COMPILE_SECONDS = 20  # of one module of kernels
TINY_SHAPES = (
    (2, 1),
    (3, 2),
    (5, 2),
)  # of the book's long runs: their fused kernels are compiled with the others
EVERY: tuple[tuple[int, ...], ...] = (*((height,) for height in range(1, 7)), *TINY_SHAPES)


def covers(setup: Setup) -> str | None:
    """What keeps the backend from training this setup; None where nothing does."""
    return uncovered(setup)


def is_ready(setup: Setup) -> bool:
    """Whether kernels for this setup are compiled."""
    return is_compiled(tiled(tile_height(setup.model.hidden)))


def _compile(which: tuple[int, ...]) -> None:
    """Compile one module of kernels (see `compile_all`)."""
    n, m, *_ = which if len(which) > 1 else (6, which[0])
    setup = Setup(features=Features(n, 0.5), model=ReluOutput(m), training=Training(steps=1, batch=16))
    small = stack(setup)
    kernel = _module(which)
    steps, G = adam_steps(setup, 0, 1), np.empty(small.layout.size, np.float32)
    kernel.train(np.arange(1), small.adam, G, small.settings, 0, steps, Shard(0, 1), True, small.losses)
    kernel.update(0, small.adam, G, small.settings.rates, steps[0])


def _module(which: tuple[int, ...]):
    if len(which) == 1:
        return tiled(*which)
    n, m, *form = which
    return fused(n, m, *form or (FORMS["relu"],))


def compile_all(every: Sequence[tuple[int, ...]] = EVERY) -> None:
    """Compile kernels on all cores, once on a machine.

    every: (height,) of tiles, (n, m) of tiny models with a ReLU, or (n, m, form) with another activation. By default
    the tiled kernels, which serve every model, n and m, and the book's fused ones.
    """
    with ProcessPoolExecutor(threads.available(), mp_context=get_context("spawn")) as pool:
        list(pool.map(_compile, [which for which in every if not is_compiled(_module(which))]))


def _train_each(own: Stack, pool: ThreadPoolExecutor, start: int, stop: int) -> None:
    """Threads over models: the densest first, in pieces that leave no thread waiting long."""
    order = np.argsort(-own.settings.density.max(1), kind="stable")
    pieces = min(len(order), 8 * threads.available())
    steps = adam_steps(own.setup, start, stop)

    def run(chosen: np.ndarray) -> None:
        G = np.empty(own.layout.size, np.float32)
        own.kernel.train(chosen, own.adam, G, own.settings, start, steps, Shard(0, 1), True, own.losses)

    # Contiguous, as they were compiled for: another layout would be compiled again.
    list(pool.map(run, (order[k::pieces].copy() for k in range(pieces))))


def _train_split(own: Stack, pool: ThreadPoolExecutor, start: int, stop: int) -> None:
    """Threads over blocks of rows: all of them work on one model at a time."""
    kernel, count = own.kernel, threads.available()
    G, losses = (
        np.empty((count, own.layout.size), np.float32),
        np.zeros((count, own.setup.models), np.float32),
    )
    for k in range(own.setup.models):
        for step, adam_step in enumerate(adam_steps(own.setup, start, stop), start):

            def run(i: int, k: int = k, step: int = step, one: np.ndarray = adam_step[None]) -> None:
                shard = Shard(i, count)
                kernel.train(np.array([k]), own.adam, G[i], own.settings, step, one, shard, False, losses[i])

            list(pool.map(run, range(count)))
            kernel.update(k, own.adam, G.sum(0), own.settings.rates, adam_step)
    own.losses[:] = losses.sum(0)


def _advance(setup: Setup) -> Callable[[Stack, ThreadPoolExecutor, int, int], None]:
    work = setup.features.n * setup.model.hidden * setup.training.batch
    return _train_split if setup.models < threads.available() and work >= SPLIT_WORK else _train_each


def memory(setup: Setup) -> int:
    """Bytes of parameters, optimiser state and one block of rows a thread."""
    n, layout = setup.features.n, layout_of(setup)
    n_pad, m_pad, parameters = layout.features, layout.hidden, layout.size
    width, part, by_entry = plan_of(setup)
    wide = m_pad + 15
    attacked = setup.training.attack is not None
    sight = ((n_pad + 2) * width + n * n) * attacked
    block = sight + 2 * (n_pad + m_pad) * width + (2 * n_pad + width) * wide * by_entry + 3 * part * n
    kept = 3 * parameters + 4 * n + 2 * parameters  # with importances, densities, and the copy handed over
    return 4 * (setup.models * kept + threads.available() * (block + parameters + 600))


def stages(setup: Setup, device: str, stops: Sequence[int], start: Start | None = None) -> Iterator[Stage]:
    """Train the stack and yield it at every step of `stops`."""
    start = start or Start()
    own, advance = stack(setup, start), _advance(setup)
    with ThreadPoolExecutor(threads.available()) as pool:
        yield from stages_at(
            stops,
            start.step,
            lambda begin, stop: advance(own, pool, begin, stop),
            lambda step: own.layout.stage(step, *own.adam, own.losses),
        )
