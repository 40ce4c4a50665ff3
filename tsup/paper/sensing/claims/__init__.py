"""Where recovery turns, how many features trained models have beside its bound (F38), and the theorem (A2)."""

from tsup.paper.sensing.claims import models, recovery, theorem

CLAIMS = (*recovery.CLAIMS, *models.CLAIMS, *theorem.CLAIMS)
