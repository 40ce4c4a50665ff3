"""The figures of the chapter on why superposition happens: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.why.figures.benefit import activity, branches, packings, polygons, tradeoff

__all__ = [
    "activity",
    "branches",
    "packings",
    "polygons",
    "tradeoff",
]

gate.close(globals(), __all__)
