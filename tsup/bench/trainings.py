"""Whole trainings in seconds: the opening figure's ten models, and rows at paper scale, before and after."""

import time
from collections.abc import Mapping
from importlib import import_module
from statistics import median
from typing import Any

from tsup.backends import options
from tsup.bench.timing import pace, plain
from tsup.bench.workloads import WORKLOADS
from tsup.config import Setup
from tsup.training import train

OPENING_STEPS = 10_000
LONGEST = 120.0  # seconds beyond which a training is not run to its end but extrapolated
SHARE_SECONDS = 3.0  # that an extrapolation is taken over, at the least


def _covered(setup: Setup) -> bool:
    return any(o.backend == "cpu" and o.obstacle is None for o in options(setup, "cpu"))


def opening(repeats: int = 5) -> dict[str, Any]:
    """Seconds of the CPU backend for the opening figure's ten models × 10,000 steps, its start included."""
    workload = WORKLOADS["A"]
    setup, module = workload.setup(OPENING_STEPS), import_module("tsup.backends.cpu")
    taken = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        list(module.stages(setup, "cpu", [OPENING_STEPS]))
        taken.append(time.perf_counter() - start)
    return {
        "models": workload.models,
        "steps": OPENING_STEPS,
        "backend": "cpu",
        "seconds": median(taken[1:]),
        "least": min(taken[1:]),
        "most": max(taken[1:]),
        "first": taken[0],
        "plain_seconds": plain(workload) * OPENING_STEPS,
        "plain_extrapolated": True,
    }


def _reference(setup: Setup) -> dict[str, Any]:
    """Seconds of the reference: of the whole training, or extrapolated from a stated share of its steps."""
    steps = setup.training.steps
    module = import_module("tsup.backends.reference")
    stops = sorted({min(2**k, steps) for k in range(steps.bit_length() + 1)})
    step, timed = pace((stage.step for stage in module.stages(setup, "cpu", stops)), SHARE_SECONDS)
    if step * steps > LONGEST:
        return {"seconds": step * steps, "share_of_steps": timed / steps}
    run = train(setup.features, setup.model, setup.training, "reference", "cpu", progress=False)
    return {"seconds": run.seconds, "share_of_steps": 1.0}


def _ours(setup: Setup) -> dict[str, Any]:
    if not _covered(setup):
        return {"seconds": None}
    run = train(setup.features, setup.model, setup.training, "cpu", "cpu", progress=False)
    return {"seconds": run.seconds, "share_of_steps": 1.0}


def row(name: str, setups: Mapping[str, Setup]) -> list[dict[str, Any]]:
    """Seconds of every training of a row, by its name, on the reference (before) and on the CPU backend (after)."""
    return [
        {
            "row": name,
            "training": label,
            "models": setup.models,
            "steps": setup.training.steps,
            "before": _reference(setup),
            "after": _ours(setup),
        }
        for label, setup in setups.items()
    ]
