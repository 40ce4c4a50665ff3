"""How long an exact computation takes: told beforehand where that is long, refused where it is too long."""

import logging

from tsup.errors import InputError
from tsup.exact.cubes import count
from tsup.exact.smooth import FUNCTIONS, NODES

log = logging.getLogger("tsup")

LOSS, GRADIENT, SMOOTH = 4e-8, 2.6e-7, 7e-8  # seconds for a cube and pair of features, or a point and feature
LONG, TOO_LONG = 10, 3600


def seconds(models: int, n: int, most: int, activation: str, derivatives: bool = True) -> float:
    """About how long the losses of so many models of n features, `most` active together, take on one core."""
    if activation in FUNCTIONS:
        return SMOOTH * models * n * (NODES + 1) ** most
    return (GRADIENT if derivatives else LOSS) * models * n * n * count(n, most)


def announce(estimate: float, models: int, n: int) -> None:
    """Log an estimate of ten seconds or more. Raises InputError for more than an hour."""
    if estimate > TOO_LONG:
        raise InputError(
            f"models and their features must be few enough for an hour, got {models:,} models of n = {n}, for up to "
            f"{estimate / 3600:,.1f} hours; give fewer models, starts, steps or features active together"
        )
    if estimate >= LONG:
        log.warning("%s models of n = %d: this takes up to %.0f s", f"{models:,}", n, estimate)
