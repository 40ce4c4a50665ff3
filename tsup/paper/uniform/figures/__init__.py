"""The figures of the chapter on uniform superposition: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.uniform.figures.packing import leverage, pressure

__all__ = [
    "leverage",
    "pressure",
]

gate.close(globals(), __all__)
