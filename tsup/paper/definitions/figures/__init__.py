"""The figures of the chapter on features as directions: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.definitions.figures.angles import cosines, packing
from tsup.paper.definitions.figures.bases import basis, basis_relu
from tsup.paper.definitions.figures.levels import hierarchy
from tsup.paper.definitions.figures.parallelogram import parallelogram
from tsup.paper.definitions.figures.projection import simulation

__all__ = [
    "basis",
    "basis_relu",
    "cosines",
    "hierarchy",
    "packing",
    "parallelogram",
    "simulation",
]

gate.close(globals(), __all__)
