"""What the file of the penalised models holds (F35)."""

from tsup.paper.assemble import DENSITY, FEATURE, IMPORTANCE
from tsup.paper.schema import POSITIVE, Variable, coordinate

AT = ("model", "density", "penalty")
PENALISED = (
    Variable("W", (*AT, "hidden", "feature"), "weights of the best start", dtype="float32"),
    Variable("b", (*AT, "feature"), "output biases of the best start", dtype="float32"),
    Variable("loss", AT, "loss of the best start, without the penalty", POSITIVE),
    Variable("activity", AT, "mean of Σ|h| of the best start", POSITIVE),
    Variable("total", (*AT, "replica"), "loss of every start, with the penalty", POSITIVE),
    Variable(
        "hand_total", AT, "loss of the best model made by hand, with the penalty, on the same rows", POSITIVE
    ),
    coordinate("model", "the hidden layer is linear or ReLU", dtype="str"),
    DENSITY,
    coordinate("penalty", "weight λ of Σ|h|, 0 for none", POSITIVE),
    FEATURE,
    IMPORTANCE,
)
