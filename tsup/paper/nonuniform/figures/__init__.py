"""The figures of the chapter on non-uniform superposition: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.nonuniform.figures.arrangements import collapse, feature_pairs
from tsup.paper.nonuniform.figures.jump import crossing, stretch

__all__ = [
    "collapse",
    "crossing",
    "feature_pairs",
    "stretch",
]

gate.close(globals(), __all__)
