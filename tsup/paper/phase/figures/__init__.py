"""The figures of the chapter on phase changes: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.phase.figures.branches import follow

__all__ = [
    "follow",
]

gate.close(globals(), __all__)
