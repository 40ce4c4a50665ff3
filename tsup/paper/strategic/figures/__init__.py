"""The figures of the chapter on the strategic picture: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.strategic.figures.experts import experts
from tsup.paper.strategic.figures.worth import activations, penalised

__all__ = [
    "activations",
    "experts",
    "penalised",
]

gate.close(globals(), __all__)
