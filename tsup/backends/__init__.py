"""Ways to train a stack of models. One contract, results equal within statistics.

A backend is a module with two functions:

    memory(setup) -> int
        bytes that a training will need on its device, asked before anything is allocated
    stages(setup, device, stops) -> Iterator[Stage]
        train and yield the stack at every step of `stops`, an ascending sequence within 0 (the start) … steps
"""

from types import ModuleType

from tsup.backends import reference
from tsup.backends.stage import Stage
from tsup.errors import InputError

BACKENDS: dict[str, ModuleType] = {"reference": reference}

__all__ = ["BACKENDS", "Stage", "choose"]


def choose(name: str) -> tuple[str, ModuleType]:
    """The backend of this name, or with "auto" the fastest there is. Raises InputError for an unknown name."""
    if name == "auto":
        name = "reference"
    if name not in BACKENDS:
        raise InputError(f"backend must be auto or one of {', '.join(BACKENDS)}, got {name!r}")
    return name, BACKENDS[name]
