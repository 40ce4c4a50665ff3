"""What the files of equal features hold (F14, C5)."""

from tsup.paper.assemble import DENSITY, FEATURE
from tsup.paper.schema import POSITIVE, SHARE, Variable, along, coordinate

START = ("density", "replica")
EACH = (*START, "feature")
EVERY_START = (
    Variable("per_feature", START, "D* = m/‖W‖²_F, dimensions per feature", POSITIVE),
    Variable("rank", START, "rank of the weights", POSITIVE, "int16"),
    Variable("loss", START, "loss, summed over features", POSITIVE),
    *(DENSITY, FEATURE),
)
FEATURES = (
    Variable("dimensionality", EACH, "dimensionality of the feature", SHARE, "float16"),
    Variable("norm", EACH, "norm of the feature's weights", POSITIVE, "float16"),
    Variable("W", ("density", "hidden", "feature"), "weights of the best start", dtype="float16"),
    Variable("b", ("density", "feature"), "output biases of the best start", dtype="float16"),
)
UNIFORM = (*EVERY_START, *FEATURES)
EVERY_W = Variable(
    "W", (*START, "hidden", "feature"), "weights, 0 for features of little norm", dtype="float16"
)
N = coordinate("n", "features of the world", POSITIVE, dtype="int64")
LENGTH = coordinate("length", "of the training: short or long", dtype="str")
STEPS = coordinate("steps", "steps of the training", POSITIVE, ("length",), dtype="int64", unit="step")
PRESSURE = (*along(LENGTH, along(N, (*EVERY_START, EVERY_W))), STEPS)
