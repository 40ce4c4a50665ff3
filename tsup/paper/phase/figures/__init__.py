"""The figures of the chapter on phase changes: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.phase.figures.branches import extra_weight

__all__ = [
    "extra_weight",
]

gate.close(globals(), __all__)
