"""Whether sparse autoencoders find the features (F39, C6), how many, and what they get wrong."""

from tsup.paper.sparse.claims import counts, found, sparsity

CLAIMS = (*found.CLAIMS, *sparsity.CLAIMS, *counts.CLAIMS)
