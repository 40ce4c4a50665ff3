"""What the compiled kernels, of the CPU and of the GPU, know of a setup: its model, its training, its magnitudes."""

from dataclasses import fields

from tsup.backends.equations import uncovered_model
from tsup.config import Setup, Training

# Fields that the kernels know; every other must be None.
KNOWN = {
    *("steps", "batch", "lr", "schedule", "warmup", "weight_decay", "snapshots"),
    *("replicas", "replica", "seed", "scale", "readout", "bias", "attack", "l1"),
}


def uncovered(setup: Setup) -> str | None:
    """What keeps compiled kernels from training this setup; None where nothing does."""
    return uncovered_model(setup) or uncovered_training(setup.training) or uncovered_magnitude(setup)


def uncovered_training(training: Training) -> str | None:
    """What of a training the kernels do not know, such as "optimizer 'sgd'"; None where they know it all."""
    values = {one.name: getattr(training, one.name) for one in fields(training)}  # type: ignore[arg-type]
    unknown = (
        f"{name} {value!r}" for name, value in values.items() if value is not None and name not in KNOWN
    )
    return next(unknown, None)


def uncovered_magnitude(setup: Setup) -> str | None:
    """What keeps kernels from drawing the magnitudes, which must be u · span + low; None where nothing does."""
    size = setup.features.distribution
    return None if size.line else size.words
