"""The figures of the chapter on privileged bases: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.privileged.figures.activity import escape
from tsup.paper.privileged.figures.engineered import engineered
from tsup.paper.privileged.figures.many_starts import starts
from tsup.paper.privileged.figures.rotation import rotated

__all__ = [
    "engineered",
    "escape",
    "rotated",
    "starts",
]

gate.close(globals(), __all__)
