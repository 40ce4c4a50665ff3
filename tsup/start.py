"""Where a training begins: at weights of one's own, or where another run ended."""

from collections.abc import Mapping

import numpy as np

from tsup import gate
from tsup.backends import Start
from tsup.config import Setup
from tsup.errors import InputError
from tsup.models import shapes
from tsup.run import Run


def begin(setup: Setup, init: Mapping[str, np.ndarray] | None = None, resume: Run | None = None) -> Start:
    """The start that was asked for. Raises InputError for one that does not fit the setup."""
    if init is not None and resume is not None:
        raise InputError("init must be None where a run is resumed, which has weights of its own")
    if resume is not None:
        return _resumed(setup, resume)
    return Start() if init is None else Start(weights=_own(setup, init))


def _own(setup: Setup, init: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights broadcast to the stack."""
    known, made = shapes(setup.model, setup.features.n), {}
    for name, values in init.items():
        if name not in known:
            raise InputError(f"init must have weights among {', '.join(known)}, got {name!r}")
        weights, shape = np.asarray(values, np.float32), (setup.models, *known[name])
        try:
            made[name] = np.broadcast_to(weights, shape).copy()
        except ValueError:
            raise InputError(
                f"{name} of init must broadcast to {shape}, models first, got shape {weights.shape}"
            ) from None
        if not np.isfinite(weights).all():
            raise InputError(f"{name} of init must be finite, got {weights[~np.isfinite(weights)][0]}")
    return made


def _resumed(setup: Setup, run: Run) -> Start:
    """The end of a run of the same models; the rest of its training may be another."""
    same = {
        "features": (run.features, setup.features),
        "model": (run.model, setup.model),
        "seed, replica and replicas": (run.setup.streams, setup.streams),
        "optimizer": (run.training.optimizer, setup.training.optimizer),
    }
    for name, (before, now) in same.items():
        if before != now:
            raise InputError(f"{name} must stay what they were in the run that is resumed")
    if setup.training.steps <= run.steps_done:
        raise InputError(
            f"steps must be more than the {run.steps_done:,} that the resumed run has done, "
            f"got {setup.training.steps:,}"
        )
    if run.state is None:
        raise InputError(
            "resume must be a run with its state, got one that was saved without: save(…, state=True)"
        )
    return Start(run.steps_done, run.weights, run.state)


gate.close(globals())
