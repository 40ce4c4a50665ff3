"""The CPU backend: compiled kernels, threads over models, and over blocks of rows when models are few."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np

from tsup import threads
from tsup.backends.covered import uncovered
from tsup.backends.cpu.arguments import Shard
from tsup.backends.cpu.arrays import (
    SPLIT_WORK,
    Stack,
    Way,
    followed_models,
    following_way,
    kernels_for,
    layout_of,
    plan_of,
    stack,
    tile_height,
)
from tsup.backends.cpu.compile import following, fused, is_compiled, tiled
from tsup.backends.cpu.worlds import reach_of, room
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
    by_rows = tiled(tile_height(setup.model.hidden))
    if not followed_models(setup, by_rows).any():
        return is_compiled(by_rows)
    return is_compiled(by_rows) and is_compiled(following(FORMS[setup.model.output_activation]))


def _compile(which: tuple[int, ...]) -> None:
    """Compile one module of kernels (see `compile_all`)."""
    n, m, *_ = which if len(which) > 1 else (6, which[0])
    setup = Setup(features=Features(n, 0.5), model=ReluOutput(m), training=Training(steps=1, batch=16))
    small = stack(setup)
    _use(Way(_module(which), small.settings, np.ones(1, bool)), small)


def _compile_following(form: int) -> None:
    """Compile the kernels that follow active entries, with one form of output."""
    small = stack(Setup(features=Features(6, 0.5), model=ReluOutput(2), training=Training(steps=1, batch=16)))
    way = following_way(small.setup, small.settings, np.ones(1, bool))
    _use(way._replace(kernel=following(form)), small)


def _use(way: Way, small: Stack) -> None:
    steps, G = adam_steps(small.setup, 0, 1), np.empty(small.layout.size, np.float32)
    way.kernel.train(np.arange(1), small.adam, G, way.settings, 0, steps, Shard(0, 1), True, small.losses)
    way.kernel.update(0, small.adam, G, way.settings.rates, steps[0])


def _module(which: tuple[int, ...]):
    if len(which) == 1:
        return tiled(*which)
    n, m, *form = which
    return fused(n, m, *form or (FORMS["relu"],))


def compile_all(every: Sequence[tuple[int, ...]] = EVERY, forms: Sequence[int] = (FORMS["relu"],)) -> None:
    """Compile kernels on all cores, once on a machine.

    every: (height,) of tiles, (n, m) of tiny models with a ReLU, or (n, m, form) with another activation. By default
    the tiled kernels, which serve every model, n and m, and the book's fused ones. forms: of output, for which those
    that follow active entries are compiled.
    """
    with ProcessPoolExecutor(threads.available(), mp_context=get_context("spawn")) as pool:
        missing = [form for form in forms if not is_compiled(following(form))]
        done = pool.map(_compile_following, missing)
        list(pool.map(_compile, [which for which in every if not is_compiled(_module(which))]))
        list(done)


def _train_each(own: Stack, pool: ThreadPoolExecutor, start: int, stop: int) -> None:
    """Threads over models: the densest first, in pieces that leave no thread waiting long."""
    order = np.argsort(-own.settings.density.max(1), kind="stable")
    pieces = min(len(order), 8 * threads.available())
    steps = adam_steps(own.setup, start, stop)

    def run(chosen: np.ndarray) -> None:
        G = np.empty(own.layout.size, np.float32)
        for way in own.ways:
            mine = chosen[way.takes[chosen]]
            if len(mine):
                way.kernel.train(mine, own.adam, G, way.settings, start, steps, Shard(0, 1), True, own.losses)

    # Contiguous, as they were compiled for: another layout would be compiled again.
    list(pool.map(run, (order[k::pieces].copy() for k in range(pieces))))


def _shard(
    own: Stack,
    way: Way,
    G: np.ndarray,
    losses: np.ndarray,
    k: int,
    step: int,
    one: np.ndarray,
    count: int,
    i: int,
) -> None:
    """The i-th of `count` threads' part of the gradient of model k's batch."""
    shard = Shard(i, count)
    way.kernel.train(np.array([k]), own.adam, G[i], way.settings, step, one, shard, False, losses[i])


def _train_split(own: Stack, pool: ThreadPoolExecutor, start: int, stop: int) -> None:
    """Threads over blocks of rows, or of columns: all of them work on one model at a time."""
    count = threads.available()
    G, losses = (
        np.empty((count, own.layout.size), np.float32),
        np.zeros((count, own.setup.models), np.float32),
    )
    for k in range(own.setup.models):
        way = next(way for way in own.ways if way.takes[k])
        for step, adam_step in enumerate(adam_steps(own.setup, start, stop), start):
            list(
                pool.map(partial(_shard, own, way, G, losses, k, step, adam_step[None], count), range(count))
            )
            way.kernel.update(k, own.adam, G.sum(0), way.settings.rates, adam_step)
    own.losses[:] = losses.sum(0)


def _advance(setup: Setup) -> Callable[[Stack, ThreadPoolExecutor, int, int], None]:
    work = setup.features.n * setup.model.hidden * setup.training.batch
    return _train_split if setup.models < threads.available() and work >= SPLIT_WORK else _train_each


def memory(setup: Setup) -> int:
    """Bytes of parameters, optimiser state and the scratch of a thread, which works on one model at a time."""
    n, parameters = setup.features.n, layout_of(setup).size
    follows = followed_models(setup, kernels_for(setup))
    scratch = max(0 if follows.all() else _rows_room(setup), room(reach_of(setup), n) if follows.any() else 0)
    kept = 3 * parameters + 4 * n + 2 * parameters  # with importances, densities, and the copy handed over
    return 4 * setup.models * kept + threads.available() * (scratch + 4 * (parameters + 600))


def _rows_room(setup: Setup) -> int:
    """Bytes of one thread's scratch by rows."""
    n, layout = setup.features.n, layout_of(setup)
    n_pad, m_pad = layout.features, layout.hidden
    width, part, by_entry = plan_of(setup)
    wide = m_pad + 15
    sight = ((n_pad + 2) * width + n * n) * (setup.training.attack is not None)
    return 4 * (sight + 2 * (n_pad + m_pad) * width + (2 * n_pad + width) * wide * by_entry + 3 * part * n)


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
