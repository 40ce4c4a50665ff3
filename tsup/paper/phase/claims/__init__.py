"""Phase diagrams: boundaries, trained against exact optima (F12, F13), and other activation functions (C1)."""

from tsup.paper.phase.claims import activations, arrangements, boundaries, trained

CLAIMS = (*boundaries.CLAIMS, *trained.CLAIMS, *arrangements.CLAIMS, *activations.CLAIMS)
