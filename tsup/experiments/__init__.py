"""The registry: every row of the paper map that the book shows, with its frozen configs and its result.

    from tsup.experiments import REGISTRY
    REGISTRY["F08"].plan("paper").setups["relu"].features.n

One module per section of the paper. A row's result file must carry the hash of its plan here.
"""

from collections.abc import Iterable

from tsup import gate
from tsup.errors import InputError
from tsup.experiments import (
    adversarial,
    computation,
    definitions,
    demonstrating,
    dynamics,
    introduction,
    nonuniform,
    phase,
    privileged,
    replication,
    theory,
    uniform,
)
from tsup.experiments.experiment import SCALES, Experiment, Plan

SECTIONS = (
    introduction,
    definitions,
    demonstrating,
    phase,
    nonuniform,
    dynamics,
    adversarial,
    privileged,
    computation,
    replication,
    theory,
    uniform,
)
REGISTRY: dict[str, Experiment] = {e.id: e for section in SECTIONS for e in section.EXPERIMENTS}

__all__ = ["REGISTRY", "SCALES", "Experiment", "Plan", "find", "trained"]


def find(row: str) -> Experiment:
    """The experiment of a row. Raises InputError for a row that is not in the registry."""
    if row not in REGISTRY:
        raise InputError(f"row must be one of {', '.join(REGISTRY)}, got {row!r}")
    return REGISTRY[row]


def trained() -> Iterable[Experiment]:
    """The experiments that have a result file of their own."""
    return (experiment for experiment in REGISTRY.values() if experiment.plans)


gate.close(globals())
