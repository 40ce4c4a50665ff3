"""Unequal features: a pentagon that snaps (F18), correlated and anticorrelated sets (F19, F20), collapse (F21)."""

from tsup.paper.nonuniform.claims import collapse, elsewhere, norms, pentagon, sets

CLAIMS = (*pentagon.CLAIMS, *elsewhere.CLAIMS, *norms.CLAIMS, *sets.CLAIMS, *collapse.CLAIMS)
