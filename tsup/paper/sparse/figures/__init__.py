"""The figures of the chapter on sparse coding: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.sparse.figures.counts import counts
from tsup.paper.sparse.figures.dictionary import dictionary
from tsup.paper.sparse.figures.kinds import absorbed, frontier, recovered

__all__ = [
    "absorbed",
    "counts",
    "dictionary",
    "frontier",
    "recovered",
]

gate.close(globals(), __all__)
