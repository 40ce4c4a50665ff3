"""Ways to train a stack of models. One contract, results equal within statistics.

A backend is a module with these functions:

    covers(setup) -> str | None
        None where it can train the setup, else what it cannot, such as "absolute-value models"
    memory(setup) -> int
        bytes that a training will need on its device, asked before anything is allocated
    stages(setup, device, stops, start) -> Iterator[Stage]
        train and yield the stack at every step of `stops`, an ascending sequence within start.step … steps

The reference also takes `data`, a source of rows for every setting (see `tsup.samplers`).

One whose kernels are compiled also has is_ready(setup) -> bool and COMPILE_SECONDS, and one that may not run on this
machine missing() -> str | None, a sentence that says why.
"""

import logging
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

from tsup.backends import cost
from tsup.backends.stage import Stage, Start, State, Weighted
from tsup.config import Setup
from tsup.errors import InputError

log = logging.getLogger("tsup")

BACKENDS = ("reference", "cpu", "gpu")
PATIENCE = 60.0  # seconds on a measured place beyond which one that was never measured is preferred
# Every backend on every kind of device; of several that were never measured, "auto" takes the first.
_PLACES = (("gpu", "cuda"), ("reference", "cuda"), ("cpu", "cpu"), ("reference", "cpu"))

__all__ = [
    "BACKENDS",
    "PATIENCE",
    "Option",
    "Place",
    "Stage",
    "Start",
    "State",
    "Weighted",
    "choose",
    "decide_again",
    "options",
    "pick",
]


class Place(NamedTuple):
    """A backend and the device that it runs on."""

    backend: str
    device: str

    @property
    def module(self) -> ModuleType:
        """The backend's module."""
        return import_module(f"tsup.backends.{self.backend}")


_decided: dict[tuple[str, str], Place] = {}  # by device and digest of the setup


@dataclass(frozen=True)
class Option:
    """A backend on a device, for one training.

    seconds: about how long the training takes, compiling included; None where that was never measured.
    obstacle: why it cannot be, None where it can.
    """

    backend: str
    device: str
    seconds: float | None = None
    obstacle: str | None = None


def choose(name: str, device: str, setup: Setup) -> Place:
    """Where a setup is trained: by the backend of this name or, with "auto", where it should be done first.

    device: "auto", "cpu", "cuda" or "cuda:1". A backend that does not cover the setup hands over to the reference, and
    the log says so. "auto" gives the same answer for the same setup as long as the process lives, although kernels may
    have been compiled since: a training that is repeated is the same to the last bit. Raises InputError for an unknown
    name or device, or a backend that cannot run here.
    """
    if name not in ("auto", *BACKENDS):
        raise InputError(f"backend must be auto or one of {', '.join(BACKENDS)}, got {name!r}")
    _check_device(device)
    if name != "auto":
        return _named(name, device, setup)
    if device == "auto":
        _tell_of_the_gpu()
    key = device, setup.digest
    if key not in _decided:
        _decided[key] = _decide(device, setup)
    return _decided[key]


def decide_again() -> None:
    """Let "auto" choose anew for setups that it has chosen for before: after a calibration."""
    _decided.clear()


def _decide(device: str, setup: Setup) -> Place:
    found = options(setup, device)
    chosen = pick(found)
    for option in found:
        if (
            option.obstacle
            and chosen.backend == "reference"
            and _absent(option.backend, option.device) is None
        ):
            log.info("backend %s %s: the reference trains", option.backend, option.obstacle)
    return Place(chosen.backend, chosen.device)


def options(setup: Setup, device: str = "auto") -> list[Option]:
    """Every backend on every device that was asked for, and what a training costs there or why it cannot be."""
    kinds = ("cuda", "cpu") if device == "auto" else (device.partition(":")[0],)
    places = [(backend, kind) for backend, kind in _PLACES if kind in kinds]
    return [_option(backend, kind if device == "auto" else device, setup) for backend, kind in places]


def pick(found: list[Option]) -> Option:
    """The option that should be done first.

    One that was never measured is taken where nothing else was, or where all that was measured would take longer than
    `PATIENCE`: a GPU pays on long trainings, and its own start is lost on short ones.
    """
    possible = [option for option in found if option.obstacle is None]
    unknown = [option for option in possible if option.seconds is None]
    timed = [(option.seconds, -k) for k, option in enumerate(possible) if option.seconds is not None]
    if unknown and (not timed or min(timed)[0] > PATIENCE):
        return unknown[0]
    return possible[-min(timed)[1]]


def _option(backend: str, device: str, setup: Setup) -> Option:
    obstacle = _absent(backend, device)
    if obstacle is None and (uncovered := Place(backend, device).module.covers(setup)):
        obstacle = f"does not cover {uncovered}"
    seconds = None if obstacle else cost.seconds(backend, device, setup)
    return Option(backend, device, seconds, obstacle)


def _absent(backend: str, device: str) -> str | None:
    """Why a backend cannot run on a device of this machine, whatever the setup."""
    if device != "cpu" and not _has_cuda():
        return "no CUDA device is here"
    if backend == "cpu" and not find_spec("numba"):
        return "numba is not installed"
    return _missing() if backend == "gpu" else None


def _missing() -> str | None:
    """Why the GPU backend cannot run here, if it cannot."""
    try:
        return Place("gpu", "cuda").module.missing()
    except ModuleNotFoundError as error:
        return f"{error.name} is not installed"


def _named(name: str, device: str, setup: Setup) -> Place:
    """A backend that was asked for by name, or the reference in place of one that does not cover the setup."""
    place = Place(name, _device_of(name, device))
    if uncovered := place.module.covers(setup):
        log.warning("backend %s does not cover %s: the reference trains instead", name, uncovered)
        return Place("reference", place.device)
    return place


def _device_of(name: str, device: str) -> str:
    """The device that a named backend runs on; InputError where it cannot."""
    here = "cuda" if _has_cuda() else "cpu"
    if name == "cpu":
        if device not in ("auto", "cpu"):
            raise InputError(f"backend cpu needs device cpu, got device {device!r}")
        if absent := _absent("cpu", "cpu"):
            raise InputError(f"backend cpu cannot run here: {absent}")
        return "cpu"
    if name == "gpu":
        if absent := _missing():
            raise InputError(f"backend gpu cannot run here: {absent}")
        if device == "cpu" and here == "cuda":
            raise InputError("backend gpu needs device cuda, got device 'cpu'")
    return here if device == "auto" else device


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def _check_device(name: str) -> None:
    import torch

    try:
        kind = name if name == "auto" else torch.device(name).type
    except RuntimeError:
        kind = ""
    if kind not in ("auto", "cpu", "cuda") or (kind == "cuda" and not _has_cuda()):
        allowed = "auto, cpu or cuda" if _has_cuda() else "auto or cpu (no CUDA device is here)"
        raise InputError(f"device must be {allowed}, got {name!r}")


def _tell_of_the_gpu() -> None:
    """Say once why "auto" leaves the GPU alone: a warning only where there is one that could be used."""
    if not _has_cuda():
        _once(logging.INFO, "no CUDA device is here: auto chooses among the backends of the CPU")
    elif absent := _absent("gpu", "cuda"):
        _once(logging.WARNING, f"auto leaves the gpu backend alone: {absent}")


@cache
def _once(level: int, message: str) -> None:
    log.log(level, message)
