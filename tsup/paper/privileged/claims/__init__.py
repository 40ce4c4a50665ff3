"""Superposition in a privileged basis: neurons under a hidden ReLU (F26 – F28), and how it is escaped (F29)."""

from tsup.paper.privileged.claims import basis, escape, polysemantic

CLAIMS = (*basis.CLAIMS, *polysemantic.CLAIMS, *escape.CLAIMS)
