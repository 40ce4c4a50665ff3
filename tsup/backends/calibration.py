"""Calibration: time short trainings on every backend that is here, and fit what each kind of work takes.

The fit is by non-negative least squares of relative errors, so that a workload of microseconds counts as much as one of
milliseconds, and no kind of work can save time.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from scipy.optimize import nnls

from tsup import files
from tsup.backends import cost, decide_again, options
from tsup.config import AbsValue, Features, Model, ReluOutput, Setup, Training

SLICE_SECONDS = 0.05  # the least that one timing runs for
STEPS = 10_000  # of the trainings that are begun and left


def _stack(
    models: int,
    n: int,
    hidden: int,
    dense: float | int,
    sparse: float | int,
    rows: int = 1024,
    kind=ReluOutput,
) -> Setup:
    model: Model = kind(hidden)
    density = np.geomspace(dense, sparse, models)[:, None]
    features = Features(n, density, low=-1 if model.target == "absolute" else 0)
    return Setup(features=features, model=model, training=Training(steps=STEPS, batch=rows))


def workloads() -> tuple[Setup, ...]:
    """Stacks that differ in the size of everything that a training's cost may depend on."""
    return (
        _stack(1, 5, 2, 0.1, 0.1),
        _stack(10, 5, 2, 1, 0.05),
        _stack(10, 6, 3, 0.05, 0.05, rows=64),
        _stack(300, 2, 1, 1, 0.01),
        _stack(7, 20, 5, 1, 0.001),
        _stack(1, 20, 5, 1, 1),
        _stack(64, 20, 5, 0.01, 0.001),
        _stack(4, 80, 20, 1, 1, rows=256),
        _stack(8, 80, 20, 0.3, 0.001),
        _stack(1, 200, 20, 0.1, 0.1),
        _stack(4, 200, 20, 0.05, 0.01, rows=512),
        _stack(4, 60, 40, 1, 0.1, rows=256, kind=AbsValue),
        _stack(8, 100, 40, 0.03, 0.001, kind=AbsValue),
    )


def seconds_of(setup: Setup, backend: str, device: str) -> tuple[float, float]:
    """Seconds to start a training, and seconds a step, the better of the last two of doubling stretches of steps."""
    module = import_module(f"tsup.backends.{backend}")
    stops = [2**k - 1 for k in range(STEPS.bit_length())]
    began, marks = time.perf_counter(), []
    for stage in module.stages(setup, device, stops):
        marks.append((stage.step, time.perf_counter()))
        if len(marks) > 3 and marks[-1][1] - marks[-2][1] >= SLICE_SECONDS:
            break
    paces = [(b - a) / (j - i) for (i, a), (j, b) in pairwise(marks[1:])]
    return marks[0][1] - began, min(paces[-2:])


def fit(work: np.ndarray, seconds: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
    """Seconds of each quantity, none negative, and the relative error of every fitted timing.

    work: (workload, quantity). seconds: (workload,) a step.
    """
    relative = work / seconds[:, None]
    scale = relative.max(0)
    found = nnls(relative / scale, np.ones(len(seconds)))[0] / scale
    return dict(zip(cost.QUANTITIES, found.tolist(), strict=True)), relative @ found - 1


def _places() -> Iterator[tuple[str, str, list[Setup]]]:
    """Every backend on every device that is here, with the workloads that it covers."""
    covered: dict[tuple[str, str], list[Setup]] = {}
    for setup in workloads():
        for option in options(setup):
            if option.obstacle is None:
                covered.setdefault((option.backend, option.device), []).append(setup)
    for (backend, device), setups in covered.items():
        yield backend, device, setups


def _measured(backend: str, device: str, setups: list[Setup]) -> dict[str, Any]:
    seconds_of(setups[0], backend, device)  # what is paid once a process is paid here
    timed = [seconds_of(setup, backend, device) for setup in setups]
    steps = np.array([step for _, step in timed])
    found, errors = fit(np.array([cost.quantities(setup) for setup in setups]), steps)
    return {
        "seconds": {"start": median(start for start, _ in timed), **found},
        "workloads": len(setups),
        "median_error": float(np.median(np.abs(errors))),
        "largest_error": float(np.abs(errors).max()),
    }


def calibrate(report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Measure every backend that is here, and keep what was found for `tsup.backends.choose`; a few seconds.

    report: is told each place before it is measured.
    """
    places = {}
    for backend, device, setups in _places():
        name = cost.place(backend, device)
        report(name)
        places[name] = _measured(backend, device, setups)
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "conditions": cost.conditions(),
        "places": places,
    }
    files.write(cost.path(), json.dumps(found, indent=2).encode())
    cost.read_again()
    decide_again()
    return found
