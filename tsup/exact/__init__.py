"""Exact expected losses of small models: no samples, no training. NumPy and SciPy only."""

from tsup import gate
from tsup.exact import theory
from tsup.exact.branches import follow
from tsup.exact.losses import Gradient, gradient, loss, neglected
from tsup.exact.minima import Minima, descend, optimum
from tsup.exact.world import expected, unknown

__all__ = [
    "Gradient",
    "Minima",
    "descend",
    "expected",
    "follow",
    "gradient",
    "loss",
    "neglected",
    "optimum",
    "theory",
    "unknown",
]

gate.close(globals(), __all__)
gate.close(vars(theory))
