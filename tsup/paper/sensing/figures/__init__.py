"""The figures of the chapter on compressed sensing: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.sensing.figures.recovery import found, room

__all__ = [
    "found",
    "room",
]

gate.close(globals(), __all__)
