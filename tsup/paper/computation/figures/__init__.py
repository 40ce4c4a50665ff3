"""The figures of the chapter on computation in superposition: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.computation.figures.motifs import motif_counts, pushes
from tsup.paper.computation.figures.responses import computing, profile

__all__ = [
    "computing",
    "motif_counts",
    "profile",
    "pushes",
]

gate.close(globals(), __all__)
