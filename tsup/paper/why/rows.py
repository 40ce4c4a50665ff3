"""Why it happens: the linear loss (F10), the expansion by activity (F11), and two features without bias (C2).

All are computed on the spot, from the exact expected loss.
"""

from tsup.paper.experiment import Experiment

SECTION = "Superposition as a phase change"

EXPERIMENTS = (
    Experiment("F10", "Feature benefit against interference in the linear model", SECTION),
    Experiment("F11", "Expansion of the loss by the number of active features", SECTION),
    Experiment("C2", "Two features in one dimension without bias: the confused minimum", SECTION),
)
