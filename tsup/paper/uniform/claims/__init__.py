"""The geometry of equal features: dimensions per feature (F14), clusters (F15), polytopes (F16, F17) and C8."""

from tsup.paper.uniform.claims import clusters, dimensions, leverage, shapes

CLAIMS = (*dimensions.CLAIMS, *clusters.CLAIMS, *shapes.CLAIMS, *leverage.CLAIMS)
