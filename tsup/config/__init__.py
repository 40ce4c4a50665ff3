"""What the world is, what learns it, and how: frozen, validated, hashable configurations.

Every configuration takes plain numbers, sequences or arrays, keeps them as tuples, refuses unknown keys, compares by
value, and survives a round trip through JSON. Bad input raises `InputError` with one line.
"""

from tsup import gate
from tsup.config.base import Config, at_least, configuration
from tsup.config.describe import describe
from tsup.config.features import Features
from tsup.config.model import (
    AbsValue,
    Activated,
    Equation,
    Linear,
    Model,
    ReluHidden,
    ReluOutput,
    TwoLayer,
    equation,
)
from tsup.config.training import Attack, Setup, Training, seed_of, spawn_seeds

__all__ = [
    "AbsValue",
    "Activated",
    "Attack",
    "Config",
    "Equation",
    "Features",
    "Linear",
    "Model",
    "ReluHidden",
    "ReluOutput",
    "Setup",
    "Training",
    "TwoLayer",
    "at_least",
    "configuration",
    "describe",
    "equation",
    "seed_of",
    "spawn_seeds",
]

gate.close(globals(), ("describe", "equation", "seed_of", "spawn_seeds"))
