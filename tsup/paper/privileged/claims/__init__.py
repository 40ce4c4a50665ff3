"""Superposition in a privileged basis: neurons under a hidden ReLU (F26 – F28), how it is escaped (F29), and what a
start with negative biases does to them (C4)."""

from tsup.paper.privileged.claims import basis, engineered, escape, polysemantic

CLAIMS = (*basis.CLAIMS, *polysemantic.CLAIMS, *escape.CLAIMS, *engineered.CLAIMS)
