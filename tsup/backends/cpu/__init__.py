"""The CPU backend: compiled kernels, threads over models, and over blocks of rows when models are few."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from types import ModuleType

import numpy as np

from tsup.backends.cpu.compile import fused, is_compiled, tiled
from tsup.backends.stage import Stage
from tsup.config import Features, ReluOutput, Setup, Training
from tsup.data import generator
from tsup.models import initial

COMPILE_SECONDS = 15  # of one module of kernels
_TILE = 4
_SPLIT_WORK = 2**21  # multiply-adds a step from which one model is worth two threads
_TINY = 16  # n · m up to which a model's gradient fits in registers
_WORTH_COMPILING = 2 * 10**10  # entries drawn in a run from which the fused kernel wins back its compilation
_ENTRY_WORK = 400  # n · m from which products by entry beat scattering entries into rows


def threads() -> int:
    """Threads that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _padded(size: int, tile: int) -> int:
    return -(-size // tile) * tile


def tile_height(hidden: int) -> int:
    """The height of tile, 1 … 6, of least cost: padding is work for nothing, low tiles load more than they multiply."""
    return min(range(1, 7), key=lambda height: _padded(hidden, height) * (1 + 1 / height))


def kernels(setup: Setup) -> ModuleType:
    """The compiled kernels for this setup: fused for a tiny shape, if that is compiled or worth compiling."""
    n, m, training = setup.features.n, setup.model.hidden, setup.training
    rows = setup.models * training.steps * training.batch
    if n * m <= _TINY and (rows * n >= _WORTH_COMPILING or is_compiled(fused(n, m))):
        return fused(n, m)
    return tiled(tile_height(m))


def is_ready(setup: Setup) -> bool:
    """Whether kernels for this setup are compiled."""
    return is_compiled(tiled(tile_height(setup.model.hidden)))


def _compile(height: int) -> None:
    setup = Setup(features=Features(6, 0.5), model=ReluOutput(height), training=Training(steps=1, batch=16))
    stack, kernel = _stack(setup), tiled(height)
    kernel.train(np.arange(1), stack.P, stack.M, stack.V, *stack.fixed, 0, _moves(setup, 0, 1), stack.losses)
    kernel.part_of_gradient(0, stack.P, *stack.fixed, 0, 0, 1, stack.M[0])
    kernel.update(0, stack.P, stack.M, stack.V, stack.M[0], _moves(setup, 0, 1)[0])


def compile_all() -> None:
    """Compile the tiled kernels, which serve every n and m, into the cache; a minute, once on a machine."""
    with ProcessPoolExecutor(threads(), mp_context=get_context("spawn")) as pool:
        list(pool.map(_compile, [height for height in range(1, 7) if not is_compiled(tiled(height))]))


def _gates(setup: Setup) -> tuple[tuple, np.ndarray]:
    """The world as gates: whatever is on or off by one draw. Returns the kernels' world and the gates' densities."""
    features = setup.features
    sets = (*features.correlated, *features.anticorrelated)
    tied = {i for members in sets for i in members}
    gates = [(i,) for i in range(features.n) if i not in tied] + list(sets)
    starts = np.cumsum([0, *map(len, gates)])
    exclusive = np.arange(len(gates)) >= len(gates) - len(features.anticorrelated)
    world = (
        starts.astype(np.int32),
        np.array([i for members in gates for i in members], np.int32),
        exclusive,
        np.float32(features.low),
        np.float32(features.high - features.low),
    )
    return world, features.densities()[:, [members[0] for members in gates]].astype(np.float32)


@dataclass
class _Stack:
    """The arrays of a training, as the kernels take them."""

    setup: Setup
    kernel: ModuleType
    P: np.ndarray
    M: np.ndarray
    V: np.ndarray
    losses: np.ndarray
    shape: tuple[int, int, int]
    density: np.ndarray
    fixed: tuple

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """W and b without their padding."""
        n, n_pad, m_pad = self.shape
        W = self.P[:, : m_pad * n_pad].reshape(-1, m_pad, n_pad)
        return {
            "W": W[:, : self.setup.model.hidden, :n].copy(),
            "b": self.P[:, m_pad * n_pad :][:, :n].copy(),
        }


def _plan(setup: Setup) -> tuple[int, int, bool]:
    """Lanes of a block, rows of a sparsely drawn part, and whether products go by entry."""
    n, m, rows = setup.features.n, setup.model.hidden, setup.training.batch
    width = int(np.clip(_padded(4096 // max(n, m), 16), 256, 1024))
    by_entry = n * m >= _ENTRY_WORK
    part = 256 if n * m * rows >= _SPLIT_WORK else rows
    return width, min(part, rows), by_entry


def _stack(setup: Setup) -> _Stack:
    n, m, replicas = setup.features.n, setup.model.hidden, setup.training.replicas
    n_pad, m_pad = _padded(n, _TILE), _padded(m, tile_height(m))
    own = [generator(seed, 0, r) for seed in setup.seeds for r in range(replicas)]
    W = initial(setup, own)["W"]
    P = np.zeros((setup.models, _padded(n_pad * m_pad + n, 16)), np.float32)
    P[:, : m_pad * n_pad].reshape(-1, m_pad, n_pad)[:, :m, :n] = W.numpy()
    world, densities = _gates(setup)
    density, shape = densities.repeat(replicas, axis=0), (n, n_pad, m_pad)
    weights = (2 / setup.training.batch * setup.features.importances()).astype(np.float32)
    streams = (
        np.random.SeedSequence(seed, spawn_key=(2, r)) for seed in setup.seeds for r in range(replicas)
    )
    fixed = (
        shape,
        weights.repeat(replicas, axis=0),
        isinstance(setup.model, ReluOutput),
        world,
        density,
        np.array([stream.generate_state(1, np.uint64)[0] for stream in streams]),
        setup.training.batch,
        _plan(setup),
    )
    moments, losses = (np.zeros_like(P), np.zeros_like(P)), np.zeros(setup.models, np.float32)
    return _Stack(setup, kernels(setup), P, *moments, losses, shape, density, fixed)


def _moves(setup: Setup, start: int, stop: int) -> np.ndarray:
    """What Adam needs to know of every step: see `kernels.adam`."""
    steps = np.arange(start, stop)
    rates = setup.rates[0] * np.array([setup.training.decay(step) for step in range(start, stop)])
    first, second = 1 - 0.9 ** (steps + 1.0), 1 - 0.999 ** (steps + 1.0)
    return np.stack([rates / first, 1 / second, 1 - rates * setup.training.weight_decay], 1).astype(
        np.float32
    )


def _train_each(stack: _Stack, pool: ThreadPoolExecutor, start: int, stop: int) -> None:
    """Threads over models: the densest first, in pieces that leave no thread waiting long."""
    order = np.argsort(-stack.density.max(1), kind="stable")
    pieces = min(len(order), 8 * threads())
    arrays = stack.P, stack.M, stack.V, *stack.fixed, start, _moves(stack.setup, start, stop), stack.losses
    jobs = [pool.submit(stack.kernel.train, order[k::pieces], *arrays) for k in range(pieces)]
    wait(jobs)
    for job in jobs:
        job.result()


def _train_split(stack: _Stack, pool: ThreadPoolExecutor, start: int, stop: int) -> None:
    """Threads over blocks of rows: all of them work on one model at a time."""
    kernel, count = stack.kernel, threads()
    flats = np.empty((count, stack.P.shape[1]), np.float32)
    for k in range(stack.setup.models):
        for step, move in enumerate(_moves(stack.setup, start, stop), start):
            parts = pool.map(
                lambda i, k=k, step=step: kernel.part_of_gradient(
                    k, stack.P, *stack.fixed, step, i, count, flats[i]
                ),
                range(count),
            )
            stack.losses[k] = sum(parts)
            kernel.update(k, stack.P, stack.M, stack.V, flats.sum(0), move)


def memory(setup: Setup) -> int:
    """Bytes of parameters, optimiser state and one block of rows a thread."""
    n, m = setup.features.n, setup.model.hidden
    width, part, _ = _plan(setup)
    parameters = 4 * 4 * (n + 4) * (m + 6)
    block = 4 * (2 * (n + m + 8) * width + (width + 2 * n) * (m + 16) + 3 * part * n)
    return setup.models * parameters + threads() * block


def stages(setup: Setup, device: str, stops: Sequence[int]) -> Iterator[Stage]:
    """Train the stack and yield it at every step of `stops`."""
    stack = _stack(setup)
    n, m, batch = setup.features.n, setup.model.hidden, setup.training.batch
    few = setup.models < threads() and n * m * batch >= _SPLIT_WORK
    advance = _train_split if few else _train_each
    done = 0
    with ThreadPoolExecutor(threads()) as pool:
        for stop in stops:
            if stop > done:
                advance(stack, pool, done, stop)
            done = stop
            yield Stage(
                stop, stack.weights, stack.losses.copy() if stop else np.full_like(stack.losses, np.nan)
            )
