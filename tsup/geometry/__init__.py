"""Polytopes, and the directions of a model as polytopes. NumPy and SciPy only.

    from tsup.geometry import factors, polytopes

    factors.recognise(polytopes.named("triangular bipyramid"))

A polytope is an array (dimension, vertex) whose columns are its vertices, as a model's W holds its features.
"""

from tsup import gate
from tsup.geometry import branch, factors, hull, polytopes, pose, simplices, thomson

__all__ = ["branch", "factors", "hull", "polytopes", "pose", "simplices", "thomson"]

for _part in (branch, factors, hull, polytopes, pose, simplices, thomson):
    gate.close(vars(_part))
