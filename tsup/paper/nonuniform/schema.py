"""What the files of unequal features hold (F18, F19, F21)."""

from tsup.paper.assemble import LABELLED, start_weights
from tsup.paper.schema import POSITIVE, SHARE, Variable, coordinate, prefixed

BRANCHES = (
    Variable("branch_W", ("branch", "at", "hidden", "feature"), "weights of the optimum", missing=True),
    Variable("branch_b", ("branch", "at", "feature"), "output biases of the optimum", missing=True),
    Variable("branch_loss", ("branch", "at"), "exact loss of the optimum", POSITIVE, missing=True),
    coordinate("branch", "the arrangement that is followed", dtype="str"),
    coordinate("at", "density of feature 0", SHARE),
)
STARTS = (
    Variable("replica_kind", ("density", "replica"), "place in the branches, or −1", (-1.0, 2.0), "int8"),
    Variable("replica_exact", ("density", "replica"), "exact loss of every start", POSITIVE),
)
ELSEWHERE = (
    Variable("rest_loss", ("rest", "branch", "times"), "exact loss of the optimum", POSITIVE, missing=True),
    coordinate("rest", "density of the other features", SHARE),
    coordinate("times", "density of feature 0 over that of the others", POSITIVE),
)
PERTURBED = (*LABELLED, *STARTS, *BRANCHES, *ELSEWHERE)
WITH_STARTS = (*LABELLED, start_weights())
NAMES = ("correlated", "anticorrelated", "three")
SETS = tuple(one for name in NAMES for one in prefixed(name, WITH_STARTS))
FEATURE_AXES = {"feature", *(f"{name}_feature" for name in NAMES)}
