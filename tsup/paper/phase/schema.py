"""What the files of phase diagrams hold (F12, F13, C1)."""

from tsup.paper.assemble import DENSITY, LABELLED
from tsup.paper.schema import POSITIVE, SHARE, Variable, along, coordinate, prefixed

POINT, FINE = ("ratio", "density"), ("exact_ratio", "exact_density")
WEIGHTS, BIASES = ("hidden", "feature"), ("feature",)
RATIO_IN_WORDS = "importance of the last feature over that of the others"
AVERAGED = "of the last feature, the mean over all starts but that with the highest loss"
DIAGRAM = (
    Variable("norm", POINT, f"norm {AVERAGED}", POSITIVE, "float32"),
    Variable("shared", POINT, f"interference {AVERAGED}", POSITIVE, "float32"),
    Variable("W", (*POINT, *WEIGHTS), "weights of the best start", dtype="float32"),
    Variable("b", (*POINT, *BIASES), "output biases of the best start", dtype="float32"),
    Variable("loss", POINT, "exact loss of the best start", POSITIVE, "float32"),
    Variable("replica_loss", (*POINT, "replica"), "exact loss of every start", POSITIVE, "float32"),
    DENSITY,
    coordinate("ratio", RATIO_IN_WORDS, POSITIVE),
)
OPTIMUM = (
    Variable("optimum_W", (*POINT, *WEIGHTS), "weights of the exact optimum", dtype="float32"),
    Variable("optimum_loss", POINT, "loss of the exact optimum", POSITIVE),
)
EXACT = (
    Variable("exact_W", (*FINE, *WEIGHTS), "weights of the exact optimum", dtype="float32"),
    Variable("exact_b", (*FINE, *BIASES), "output biases of the exact optimum", dtype="float32"),
    Variable("exact_loss", FINE, "loss of the exact optimum", POSITIVE),
    coordinate("exact_density", "probability that a feature is active", SHARE),
    coordinate("exact_ratio", RATIO_IN_WORDS, POSITIVE),
)
WITH_OPTIMA = (*DIAGRAM, *OPTIMUM, *EXACT)
WITH_LISTED = (*WITH_OPTIMA, *prefixed("listed", LABELLED))
ACTIVATIONS = along(coordinate("activation", "of the output", dtype="str"), (*DIAGRAM, *OPTIMUM))
