"""What the compiled kernels, of the CPU and of the GPU, know of a training."""

from dataclasses import fields

from tsup.config import Training

# Fields that the kernels know; every other must be None.
KNOWN = {
    *("steps", "batch", "lr", "schedule", "warmup", "weight_decay", "snapshots"),
    *("replicas", "replica", "seed", "scale", "readout", "bias", "attack", "l1"),
}


def uncovered(training: Training) -> str | None:
    """What of a training the kernels do not know, such as "optimizer 'sgd'"; None where they know it all."""
    values = {one.name: getattr(training, one.name) for one in fields(training)}  # type: ignore[arg-type]
    unknown = (
        f"{name} {value!r}" for name, value in values.items() if value is not None and name not in KNOWN
    )
    return next(unknown, None)
