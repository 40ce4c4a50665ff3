"""The figures of the chapter on adversarial examples: arrays in, a figure out (see `tsup.plots`)."""

from tsup import gate
from tsup.paper.adversarial.figures.explorer import attacked
from tsup.paper.adversarial.figures.harm import crowding, masking, vulnerability
from tsup.paper.adversarial.figures.training import hardening

__all__ = [
    "attacked",
    "crowding",
    "hardening",
    "masking",
    "vulnerability",
]

gate.close(globals(), __all__)
