"""Ways to train a stack of models. One contract, results equal within statistics.

A backend is a module with two functions:

    memory(setup) -> int
        bytes that a training will need on its device, asked before anything is allocated
    stages(setup, device, stops) -> Iterator[Stage]
        train and yield the stack at every step of `stops`, an ascending sequence within 0 (the start) … steps
"""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from tsup.backends.stage import Stage, Weighted
from tsup.config import Setup
from tsup.errors import InputError

BACKENDS = ("reference", "cpu")

__all__ = ["BACKENDS", "Stage", "Weighted", "choose"]


def choose(name: str, device: str, setup: Setup) -> tuple[str, ModuleType]:
    """The backend of this name, or with "auto" the one that should be done first, its compilation included.

    Raises InputError for an unknown name, or one that does not run on the device.
    """
    if name == "auto":
        name = "cpu" if device == "cpu" and find_spec("numba") and _pays(setup) else "reference"
    if name not in BACKENDS:
        raise InputError(f"backend must be auto or one of {', '.join(BACKENDS)}, got {name!r}")
    if name == "cpu" and device != "cpu":
        raise InputError(f"backend cpu needs device cpu, got device {device!r}")
    return name, import_module(f"tsup.backends.{name}")


def _pays(setup: Setup) -> bool:
    """Whether the CPU backend is compiled for this shape, or the reference would take longer than compiling."""
    from tsup.backends import cpu, reference

    return cpu.is_ready(setup) or reference.seconds(setup) > cpu.COMPILE_SECONDS
