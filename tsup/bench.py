"""Side-by-side timings: each backend against a plain loop, on one machine in one run.

The plain loop is what everyone else runs: PyTorch autograd on einsums, AdamW, a fresh dense batch every step, in the
manner of the paper's public notebook. Only ratios are claims; seconds depend on the machine and its mood.
"""

import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from statistics import median
from typing import Any

import numpy as np
import torch

from tsup.backends import BACKENDS, choose
from tsup.config import Features, ReluOutput, Setup, Training
from tsup.errors import InputError

BATCH = 1024
_SLICE_SECONDS = 0.4  # the least that one timing runs for


@dataclass(frozen=True)
class Workload:
    """A stack of ReLU-output models, their densities spaced evenly in the logarithm from `densest` to `sparsest`."""

    models: int
    n: int
    hidden: int
    densest: float
    sparsest: float
    batch: int = BATCH

    def setup(self, steps: int) -> Setup:
        """The workload as a training of so many steps."""
        density = np.geomspace(self.densest, self.sparsest, self.models)
        training = Training(steps=steps, batch=self.batch)
        return Setup(features=Features(self.n, density), model=ReluOutput(self.hidden), training=training)


WORKLOADS = {
    "A": Workload(10, 5, 2, 1.0, 0.05),
    "B": Workload(7, 20, 5, 1.0, 0.001),
    "C": Workload(20, 200, 20, 1.0, 0.05),
    "D": Workload(8, 400, 30, 1.0, 0.01),
    "E": Workload(1000, 2, 1, 1.0, 0.01),
}

SWEEPS: Mapping[str, tuple[tuple[Any, Workload], ...]] = {
    "models": tuple((k, Workload(k, 20, 5, 0.1, 0.1)) for k in (1, 2, 8, 32, 128)),
    "features": tuple((n, Workload(8, n, 5, 0.1, 0.1)) for n in (5, 7, 23, 97, 331)),
    "hidden": tuple((m, Workload(8, 97, m, 0.1, 0.1)) for m in (1, 3, 7, 13, 31, 61)),
    "batch": tuple((rows, Workload(8, 20, 5, 0.1, 0.1, rows)) for rows in (61, 256, 1024, 4099)),
    "sparsity": tuple(
        (round(1 / p), Workload(8, 20, 5, p, p)) for p in (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
    ),
    "one large model": tuple((n, Workload(1, n, n // 13, 0.1, 0.1)) for n in (199, 401, 797)),
}


def plain_loop(setup: Setup) -> Iterator[None]:
    """One update of the plain loop for every item asked for."""
    n, m, models, rows = setup.features.n, setup.model.hidden, setup.models, setup.training.batch
    W = torch.nn.Parameter(torch.randn(models, n, m) * (2 / (n + m)) ** 0.5)
    b = torch.nn.Parameter(torch.zeros(models, n))
    density = torch.tensor(setup.features.densities(), dtype=torch.float32)
    importance = torch.tensor(setup.features.importances(), dtype=torch.float32)
    optimiser = torch.optim.AdamW([W, b], lr=setup.training.lr)
    while True:
        values = torch.rand(rows, models, n)
        x = torch.where(torch.rand(rows, models, n) <= density, values, torch.zeros(()))
        hidden = torch.einsum("bif,ifh->bih", x, W)
        out = torch.relu(torch.einsum("bih,ifh->bif", hidden, W) + b)
        loss = (importance * (x - out) ** 2).mean((0, 2)).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        yield


def _seconds_of(work: Callable[[int], None], least: float = _SLICE_SECONDS) -> float:
    """Seconds a step: the count of steps doubles until it takes long enough to be timed."""
    steps = 1
    while True:
        start = time.perf_counter()
        work(steps)
        taken = time.perf_counter() - start
        if taken >= least:
            return taken / steps
        steps = max(2 * steps, int(1.2 * steps * least / max(taken, 1e-6)))


def _advance(loop: Iterator[None], steps: int) -> None:
    for _ in range(steps):
        next(loop)


def _plain(workload: Workload) -> float:
    """Seconds a step of the plain loop, the better of one and two torch threads."""
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            loop = plain_loop(workload.setup(1))
            found.append(_seconds_of(partial(_advance, loop)))
    finally:
        torch.set_num_threads(before)
    return min(found)


def _backend(name: str, workload: Workload, device: str) -> float:
    """Seconds a step of a backend, its start and its compilation left out."""
    module = choose(name, device, workload.setup(10**7)).module

    def work(steps: int) -> None:
        for _ in module.stages(workload.setup(10**7), device, [steps]):
            pass

    work(2)
    return _seconds_of(work)


def multiply_adds(workload: Workload) -> int:
    """Multiply-adds that a dense step takes: five matrix products of n × m for every row of every model."""
    return 5 * workload.models * workload.batch * workload.n * workload.hidden


def peak(device: str = "cpu", size: int = 2048) -> float:
    """Multiply-adds a second of a large float32 matrix product."""
    a = torch.rand(size, size, device=device)

    def work(steps: int) -> None:
        for _ in range(steps):
            a @ a
        if device != "cpu":
            torch.cuda.synchronize()

    work(1)
    return size**3 / _seconds_of(work)


def compare(name: str, backend: str, device: str = "cpu", repeats: int = 5) -> dict[str, Any]:
    """One workload, plain loop and backend in turn: median and spread of the ratio of their times.

    Raises InputError for an unknown workload, backend or a count of repeats below 1.
    """
    if name not in WORKLOADS:
        raise InputError(f"workload must be one of {', '.join(WORKLOADS)}, got {name!r}")
    if repeats < 1:
        raise InputError(f"repeats must be ≥ 1, got {repeats}")
    workload = WORKLOADS[name]
    pairs = [(_plain(workload), _backend(backend, workload, device)) for _ in range(repeats)]
    ratios = sorted(plain / ours for plain, ours in pairs)
    ours = median(seconds for _, seconds in pairs)
    return {
        "workload": name,
        **vars(workload),
        "backend": backend,
        "device": device,
        "plain_ms": 1e3 * median(seconds for seconds, _ in pairs),
        "backend_ms": 1e3 * ours,
        "ratio": median(ratios),
        "least": ratios[0],
        "most": ratios[-1],
        "repeats": repeats,
        "multiply_adds_a_second": multiply_adds(workload) / ours,
    }


def sweep(backend: str, device: str = "cpu") -> list[dict[str, Any]]:
    """What a step of one model costs, in microseconds, as one size after another grows."""
    return [
        {
            "axis": axis,
            "value": value,
            "us_per_model_step": 1e6 * _backend(backend, workload, device) / workload.models,
        }
        for axis, points in SWEEPS.items()
        for value, workload in points
    ]


def machine() -> dict[str, Any]:
    """What a timing must say about where it was taken."""
    from tsup.backends.cpu import threads

    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "threads": threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "not measured",
        "versions": {name: version(name) for name in ("tsup", "torch", "numpy", "numba")},
        "python": platform.python_version(),
        "peak_multiply_adds_a_second": peak(),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
        return lines[0].partition(":")[2].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def backends(device: str = "cpu") -> list[str]:
    """The backends that can be timed on a device, the reference first."""
    return [name for name in BACKENDS if name == "reference" or device == "cpu"]
