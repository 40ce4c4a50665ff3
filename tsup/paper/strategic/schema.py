"""What the files of the penalised models (F35) and of the mixtures of experts (F36) hold."""

from tsup.paper.assemble import DENSITY, FEATURE, IMPORTANCE
from tsup.paper.schema import POSITIVE, SHARE, Variable, coordinate

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
PRICED = ("density", "price")
ROUTED = (
    Variable("W", (*PRICED, "expert", "hidden", "feature"), "weights of the best start", dtype="float32"),
    Variable("b", (*PRICED, "feature"), "output biases of the best start", dtype="float32"),
    Variable("loss", (*PRICED, "replica"), "loss of every start, without the price", POSITIVE),
    Variable(
        "on", (*PRICED, "replica"), "neurons of every start that are on in a row, in the mean", POSITIVE
    ),
    Variable("shuffled", PRICED, "loss and price of the best start with the experts of other rows", POSITIVE),
    Variable(
        "routed", (*PRICED, "sets", "expert"), "rows on which the best start has an expert on, a share", SHARE
    ),
    Variable("hand_total", PRICED, "loss and price of the best model made by hand", POSITIVE),
    coordinate("density", "probability that a set is active", SHARE),
    coordinate("price", "of a neuron that is on, in units of the loss", POSITIVE),
    coordinate("sets", "which of the two sets are on", dtype="str"),
)
