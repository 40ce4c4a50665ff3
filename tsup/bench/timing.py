"""Seconds a step of the plain loop and of each backend in turn, of every size in a sweep, and the machine's peak."""

import os
import platform
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from statistics import median
from typing import Any

import torch

from tsup import threads
from tsup.backends import BACKENDS, cost, options
from tsup.bench.plain import plain_loop
from tsup.bench.workloads import ALONE, GOALS, SWEEPS, WORKLOADS, Goal, Workload
from tsup.config import Setup
from tsup.errors import InputError

MOST_REPEATS = 1_000
SLICE_SECONDS = 0.3  # the least that one timing runs for
MANY = 10**7  # steps of a training that is timed and left: enough that its kernels are worth compiling
STOPS = [2**k for k in range(24)]


def pace(reached: Iterable[int], least: float) -> tuple[float, int]:
    """Seconds a step of what advances to ever later steps, and over how many steps they were taken.

    The first stretch warms up; the last is the first that took `least` seconds.
    """
    last, before, steps, taken = 0, None, 1, 0.0
    for step in reached:
        now = time.perf_counter()
        if before is not None:
            taken, steps = now - before, step - last
            if taken >= least:
                break
        before, last = now, step
    return taken / steps, steps


def _plain_reached(setup: Setup, device: str) -> Iterator[int]:
    loop, done = plain_loop(setup, device), 0
    for stop in STOPS:
        while done < stop:
            next(loop)
            done += 1
        if device != "cpu":
            torch.cuda.synchronize()
        yield stop


def plain(workload: Workload, device: str = "cpu") -> float:
    """Seconds a step of the plain loop: the better of one and two torch threads and, for a GPU, of the loop on it.

    Of several stacks the sum, each at its best.
    """
    return sum(_plain(setup, device) for setup in workload.setups(1))


def _plain(setup: Setup, device: str) -> float:
    found = []
    for count in (1, 2):
        with threads.of_torch(count):
            found.append(pace(_plain_reached(setup, "cpu"), SLICE_SECONDS)[0])
    if device != "cpu":
        found.append(pace(_plain_reached(setup, device), SLICE_SECONDS)[0])
    return min(found)


def backend(name: str, workload: Workload, device: str) -> float:
    """Seconds a step of a backend, its start and its compilation left out; of several stacks the sum."""
    module = import_module(f"tsup.backends.{name}")
    taken = 0.0
    for setup in workload.setups(MANY):
        reached = (stage.step for stage in module.stages(setup, device, STOPS))
        taken += pace(reached, SLICE_SECONDS)[0]
    return taken


def where(name: str, workload: Workload) -> tuple[str, str | None]:
    """The device that a backend is timed on, and what keeps it from being timed, if anything does."""
    if name not in BACKENDS:
        raise InputError(f"backend must be all or one of {', '.join(BACKENDS)}, got {name!r}")
    device = "cuda" if name == "gpu" else "cpu"
    found = [o for setup in workload.setups(MANY) for o in options(setup, device) if o.backend == name]
    return device, next((o.obstacle for o in found if o.obstacle), None)


def compare(name: str, kinds: Sequence[str] = BACKENDS, repeats: int = 5) -> list[dict[str, Any]]:
    """One workload, the plain loop and each backend in turn: medians, and the spread of the ratio of their times.

    A backend that is not here or does not cover the workload has measured = false and a reason. Raises InputError
    for an unknown workload or backend, or a count of repeats that is not in 1 … 1,000.
    """
    if name not in WORKLOADS:
        raise InputError(f"workload must be one of {', '.join(WORKLOADS)}, got {name!r}")
    if not 1 <= repeats <= MOST_REPEATS:
        raise InputError(f"repeats must be in 1 … {MOST_REPEATS:,}, got {repeats}")
    workload = WORKLOADS[name]
    places = {kind: where(kind, workload) for kind in kinds}
    times: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for _ in range(repeats):
        loops: dict[str, float] = {}
        for kind, (device, obstacle) in places.items():
            if obstacle is None:
                if device not in loops:
                    loops[device] = plain(workload, device)
                times[kind].append((loops[device], backend(kind, workload, device)))
    return [_entry(name, kind, *places[kind], times[kind]) for kind in kinds]


def _entry(
    name: str, kind: str, device: str, obstacle: str | None, pairs: list[tuple[float, float]]
) -> dict[str, Any]:
    workload, goal = WORKLOADS[name], GOALS.get(kind, {}).get(name, Goal())
    start = {
        "workload": name,
        "about": workload.about,
        **vars(workload),
        "backend": kind,
        "device": device,
        **vars(goal),
    }
    if not pairs:
        return {**start, "measured": False, "reason": obstacle}
    ratios = sorted(before / ours for before, ours in pairs)
    ours = median(seconds for _, seconds in pairs)
    return {
        **start,
        "measured": True,
        "plain_ms": 1e3 * median(seconds for seconds, _ in pairs),
        "backend_ms": 1e3 * ours,
        "ratio": median(ratios),
        "least": ratios[0],
        "most": ratios[-1],
        "repeats": len(pairs),
        "multiply_adds_a_second": workload.multiply_adds() / ours,
    }


def _point(axis: str, value: Any, name: str, workload: Workload, device: str) -> dict[str, Any]:
    seconds = backend(name, workload, device)
    return {
        "axis": axis,
        "value": value,
        "us_per_model_step": 1e6 * seconds / workload.models,
        "multiply_adds_a_second": workload.multiply_adds() / seconds,
    }


def sweep(name: str) -> list[dict[str, Any]]:
    """What a step of one model costs, in microseconds, as one size after another grows; none where it cannot run."""
    device, obstacle = where(name, WORKLOADS["A"])
    if obstacle:
        return []
    found = [
        _point(axis, value, name, load, device) for axis, points in SWEEPS.items() for value, load in points
    ]
    if name != "cpu" or not hasattr(os, "sched_setaffinity"):
        return found + [_point("one model", n, name, load, device) for n, load in ALONE]
    for count in range(1, min(2, threads.available()) + 1):
        with threads.on_processors(count):
            found += [{**_point("one model", n, name, load, device), "threads": count} for n, load in ALONE]
    return found


def peak(device: str = "cpu", size: int = 2048) -> float:
    """Multiply-adds a second of a large float32 matrix product on all threads."""
    a = torch.rand(size, size, device=device)

    def reached() -> Iterator[int]:
        done = 0
        for stop in STOPS:
            for _ in range(stop - done):
                a @ a
            if device != "cpu":
                torch.cuda.synchronize()
            done = stop
            yield stop

    with threads.of_torch(threads.available()):
        return size**3 / pace(reached(), SLICE_SECONDS)[0]


def machine() -> dict[str, Any]:
    """What a timing must say about where it was taken."""
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "not measured"
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": cost.processor(),
        "threads": threads.available(),
        "gpu": gpu,
        "versions": {name: version(name) for name in ("tsup", "torch", "numpy", "numba")},
        "python": platform.python_version(),
        "peak_multiply_adds_a_second": peak(),
    }
    if torch.cuda.is_available():
        found["gpu_peak_multiply_adds_a_second"] = peak("cuda", 8192)
    return found
