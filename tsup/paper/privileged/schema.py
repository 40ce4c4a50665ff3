"""What the files of the privileged basis hold (F26, F28, F29, C4)."""

from dataclasses import replace

from tsup.paper.assemble import DENSITY, LABELLED, stack_of
from tsup.paper.schema import POSITIVE, SHARE, Variable, coordinate

EACH, START, SOLUTION = ("model", "density", "replica"), ("density", "replica"), ("density", "solution")
SPREAD = (
    Variable("spread", EACH, "features per neuron, the mean over the neurons", POSITIVE),
    Variable("turned", EACH, "the same after a random rotation of the hidden space", POSITIVE),
)
COMPARED = (*stack_of("the hidden layer is linear or ReLU"), *SPREAD)
SOLUTIONS = (
    Variable("solution_count", SOLUTION, "starts in this arrangement, 0 for none", POSITIVE, "int64"),
    Variable("solution_loss", SOLUTION, "least loss in this arrangement", POSITIVE, missing=True),
    Variable("solution_W", (*SOLUTION, "hidden", "feature"), "weights of that start", dtype="float32"),
)
NEURONS = (
    Variable("polysemantic", ("threshold", *START), "neurons with several features", POSITIVE, "int8"),
    Variable(
        "dedicated", START, "the most important features have a neuron each, no other any", dtype="bool"
    ),
    Variable("like_best", START, "the neurons hold what those of the best start do", dtype="bool"),
    Variable("solutions", ("density",), "arrangements that were found", POSITIVE, "int64"),
    *SOLUTIONS,
    coordinate("threshold", "weight from which a neuron holds a feature", POSITIVE),
)
MANY_STARTS = (
    *(replace(one, dtype="float32") if one.name == "replica_loss" else one for one in LABELLED),
    *NEURONS,
)
OF = ("setup", "density")
ESCAPE = (
    Variable("loss", OF, "loss of the best start, summed over features", POSITIVE),
    Variable("positive", OF, "share of rows and neurons on which the hidden ReLU is on", SHARE),
    Variable("linear_loss", OF, "loss of the model without a hidden ReLU", POSITIVE),
    Variable("least_bias", OF, "least hidden bias, 0 where there is none"),
    coordinate("setup", "kind of hidden bias, and size", dtype="str"),
    DENSITY,
)
FROM = ("start", "replica")
PROJECTED = (
    Variable(
        "share",
        (*FROM, "neuron"),
        "the largest of a neuron's responses to single features over their sum",
        SHARE,
        "float32",
    ),
    Variable("loss", FROM, "loss of every start, summed over outputs", POSITIVE),
    Variable("bias", FROM, "mean hidden bias at the end"),
    Variable("hand_loss", ("replica",), "loss of the best model made by hand for the same world", POSITIVE),
    coordinate("start", "hidden bias at the start"),
)
