"""The figures of the chapter on the basic results: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.demonstrating.figures.models import contrast

__all__ = [
    "contrast",
]

gate.close(globals(), __all__)
