"""What a penalty on hidden activations does (F35), and what an activation buys (F36)."""

from tsup.paper.strategic.claims import activations, experts, freed, penalty

CLAIMS = (*penalty.CLAIMS, *freed.CLAIMS, *activations.CLAIMS, *experts.CLAIMS)
