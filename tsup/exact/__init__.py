"""Exact expected losses of small models: no samples, no training. NumPy and SciPy only."""

from tsup import gate
from tsup.exact import theory
from tsup.exact.losses import Gradient, gradient, loss, neglected
from tsup.exact.minima import Minima, descend, optimum

__all__ = ["Gradient", "Minima", "descend", "gradient", "loss", "neglected", "optimum", "theory"]

gate.close(globals(), __all__)
gate.close(vars(theory))
