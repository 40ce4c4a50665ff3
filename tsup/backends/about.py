"""What is here, what was measured, and what "auto" would choose and why: plain values for `python -m tsup info`."""

from collections.abc import Mapping
from typing import Any

from tsup.backends import PATIENCE, Option, cost, options, pick
from tsup.config import Setup

MODULES = (("reference", "cpu"), ("cpu", "cpu"), ("reference", "cuda"), ("gpu", "cuda"))


def places(setup: Setup) -> list[dict[str, Any]]:
    """Every backend on every device: whether it is here, else why not, and where its cost comes from."""
    found = {(o.backend, o.device): o for o in options(setup)}
    fitted = cost.calibration().get("places", {})
    rows = []
    for backend, device in MODULES:
        name, option = cost.place(backend, device), found[backend, device]
        fit = fitted.get(name)
        measured = f"calibrated, typically within {fit['median_error']:.0%}" if fit else "defaults"
        known = measured if name in cost.coefficients() else "never measured"
        rows.append({"backend": backend, "device": device, "missing": option.obstacle, "cost": known})
    return rows


def choices(setups: Mapping[str, Setup]) -> list[dict[str, Any]]:
    """What "auto" would choose for each training, what the others would cost, and why."""
    return [_choice(name, setup) for name, setup in setups.items()]


def _choice(name: str, setup: Setup) -> dict[str, Any]:
    found = options(setup)
    chosen = pick(found)
    return {
        "training": name,
        "chosen": cost.place(chosen.backend, chosen.device),
        "seconds": {cost.place(o.backend, o.device): o.seconds for o in found if o.obstacle is None},
        "obstacles": {cost.place(o.backend, o.device): o.obstacle for o in found if o.obstacle is not None},
        "why": _why(chosen, [o for o in found if o.obstacle is None]),
    }


def _why(chosen: Option, possible: list[Option]) -> str:
    if len(possible) == 1:
        return "nothing else can"
    if chosen.seconds is None:
        return f"it was never measured, and all that was would take more than {PATIENCE:g} s"
    return "the least of the measured costs"


def calibrated() -> str:
    """When and where the costs in use were measured."""
    found = cost.calibration()
    if not found:
        return "none: defaults are used; python -m tsup info --calibrate measures this machine"
    return f"{found['date']}, {cost.path()}"
