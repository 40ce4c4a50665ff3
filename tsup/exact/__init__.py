"""Exact expected losses of small models: no samples, no training. NumPy and SciPy only."""

from tsup.exact.losses import Gradient, gradient, loss, neglected

__all__ = ["Gradient", "gradient", "loss", "neglected"]
