"""What a training costs on each backend: the work it asks for, times what each kind of work was measured to take.

A backend's seconds a step are a sum over the quantities of `QUANTITIES`, of which none can save time. `calibrate` times
a handful of short trainings and fits the coefficients to them (see `tsup.backends.calibration`); they are kept in the
cache folder under the versions, the processor and the threads that they hold for. Where none can be read, those
of `DEFAULTS` serve, so that no training ever waits for a calibration.
"""

import hashlib
import json
import logging
import math
import platform
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from tsup import cache as caches
from tsup import threads
from tsup.config import Setup
from tsup.models import shapes

log = logging.getLogger("tsup")

LONG = 60.0  # seconds of a training that is told beforehand
QUANTITIES = ("step", "model", "parameter", "entry", "product", "active", "occupied", "longest")
PACKAGES = ("tsup", "torch", "numpy", "numba", "triton")
Coefficients = Mapping[str, float]  # seconds of "start", and of each quantity

# Measured on two cores of a server (see benchmarks/results); there is no entry for a place that was never measured.
DEFAULTS: Mapping[str, Coefficients] = {
    "reference on cpu": {
        **dict.fromkeys(QUANTITIES, 0.0),
        **{"start": 6e-4, "step": 2.6e-4, "model": 2.2e-5, "entry": 1.1e-8, "product": 3e-11},
    },
    "cpu on cpu": {
        **dict.fromkeys(QUANTITIES, 0.0),
        **{
            "start": 1e-3,
            "step": 2e-6,
            "model": 5e-7,
            "entry": 1.4e-10,
            "active": 3.5e-10,
            "occupied": 1.5e-10,
        },
    },
}


def quantities(setup: Setup) -> Float[np.ndarray, " quantity"]:
    """The work of one step of a training, in the order of `QUANTITIES`.

    step: 1. model: models. parameter: weights and biases of all models. entry: entries of the dense batches. product:
    multiply-adds of a product of the dense batches with a weight matrix. active: entries that are not 0, on average.
    occupied: as product, but of the rows with an active feature only. longest: what the costliest model has of
    occupied, for the others wait for it.
    """
    features, training = setup.features, setup.training
    sizes = [math.prod(shape) for shape in shapes(setup.model, features.n).values()]
    cells = sum(size for size in sizes if size >= setup.model.hidden * features.n)
    density, rows = features.densities(), training.batch
    occupied = rows * (1 - (1 - density).prod(1)) * cells
    return np.array(
        [
            1,
            setup.models,
            setup.models * sum(sizes),
            setup.models * rows * features.n,
            setup.models * rows * cells,
            training.replicas * rows * density.sum(),
            training.replicas * occupied.sum(),
            occupied.max(),
        ]
    )


def seconds(backend: str, device: str, setup: Setup, done: int = 0) -> float | None:
    """About how long a training takes, compiling included; None where the backend was never measured on the device.

    done: steps that were made before, in the run that is resumed.
    """
    found = coefficients().get(place(backend, device))
    if found is None:
        return None
    step = sum(found[name] * amount for name, amount in zip(QUANTITIES, quantities(setup), strict=True))
    return found["start"] + (setup.training.steps - done) * float(step) + _compiling(backend, setup)


def announce(backend: str, device: str, setup: Setup, done: int = 0) -> None:
    """Log about how long a training takes, where that is a minute or more; of a resumed one, what is left of it."""
    taken = seconds(backend, device, setup, done)
    if taken is not None and taken >= LONG:
        count = f"{setup.models:,} model{'s' * (setup.models != 1)}"
        log.warning("%s of n = %d: %s", count, setup.features.n, in_words(taken))


def in_words(taken: float) -> str:
    """Seconds of training in whole minutes, at least one."""
    minutes = max(1, round(taken / 60))
    return f"about {minutes:,} minute{'s' * (minutes != 1)} of training"


def place(backend: str, device: str) -> str:
    """What coefficients are kept under: the number of a GPU does not matter."""
    return f"{backend} on {device.partition(':')[0]}"


def _compiling(backend: str, setup: Setup) -> float:
    """Seconds until the kernels of a training are compiled: 0 where they are, or where there are none."""
    module = import_module(f"tsup.backends.{backend}")
    is_ready = getattr(module, "is_ready", None)
    return 0.0 if is_ready is None or is_ready(setup) else float(module.COMPILE_SECONDS)


def coefficients() -> Mapping[str, Coefficients]:
    """The coefficients of every measured place: those of this machine's calibration, else the defaults."""
    return {**DEFAULTS, **{name: fit["seconds"] for name, fit in calibration().get("places", {}).items()}}


def calibration() -> Mapping[str, Any]:
    """This machine's calibration as it was written; empty where there is none that can be read."""
    return _read(path())


@cache
def _read(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        for fit in found["places"].values():
            _check(fit["seconds"])
        return found
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.info("the calibration in %s cannot be read (%s): defaults are used", file, error)
        return {}


def _check(fit: Mapping[str, float]) -> None:
    wrong = [name for name in ("start", *QUANTITIES) if not 0 <= float(fit[name]) < math.inf]
    if wrong:
        raise ValueError(f"{wrong[0]} is {fit[wrong[0]]}")


def read_again() -> None:
    """Read the calibration again when it is next asked for."""
    _read.cache_clear()


def path() -> Path:
    """Where this machine's calibration is kept."""
    return caches.costs(_digest(threads.available()))


@cache
def _digest(count: int) -> str:
    return hashlib.sha256(json.dumps([conditions(), count], sort_keys=True).encode()).hexdigest()[:12]


def conditions() -> dict[str, Any]:
    """What a measured cost depends on: versions, processor, threads and GPU."""
    return {"versions": _versions(), "processor": processor(), "threads": threads.available(), "gpu": gpu()}


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


@cache
def processor() -> str:
    """The name of the processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
        return lines[0].partition(":")[2].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def gpu() -> str:
    """The name of the GPU, or "none"."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
