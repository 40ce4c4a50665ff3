"""Computation in superposition: absolute values, the neurons that compute them, and how they share (F30 – F34)."""

from tsup.paper.computation.claims import inhibition, neurons, sparsity, without_superposition

CLAIMS = (*without_superposition.CLAIMS, *sparsity.CLAIMS, *neurons.CLAIMS, *inhibition.CLAIMS)
