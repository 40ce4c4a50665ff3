"""The figures of the page on nonlinear compression: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.nonlinear.figures.compression import codes, networks, ramps

__all__ = [
    "codes",
    "networks",
    "ramps",
]

gate.close(globals(), __all__)
